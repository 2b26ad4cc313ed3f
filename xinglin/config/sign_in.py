"""Settings of the sign-in (django-allauth, headless, browser client); star-imported by `settings`."""

import os

__all__ = [
    "ACCOUNT_ADAPTER",
    "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS",
    "ACCOUNT_EMAIL_VERIFICATION",
    "ACCOUNT_LOGIN_BY_CODE_ENABLED",
    "ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS",
    "ACCOUNT_LOGIN_BY_CODE_TIMEOUT",
    "ACCOUNT_LOGIN_METHODS",
    "ACCOUNT_PREVENT_ENUMERATION",
    "ACCOUNT_RATE_LIMITS",
    "ACCOUNT_REAUTHENTICATION_TIMEOUT",
    "ACCOUNT_SIGNUP_FIELDS",
    "ACCOUNT_USER_DISPLAY",
    "ALLAUTH_USER_CODE_FORMAT",
    "HEADLESS_CLIENTS",
    "HEADLESS_FRONTEND_URLS",
    "HEADLESS_ONLY",
    "MFA_ADAPTER",
    "MFA_PASSKEY_LOGIN_ENABLED",
    "MFA_RATE_LIMITS",
    "MFA_RECOVERY_CODES_SHOW_ONCE",
    "MFA_SUPPORTED_TYPES",
    "MFA_TOTP_ISSUER",
    "MFA_TOTP_TOLERANCE",
    "MFA_WEBAUTHN_USER_VERIFICATION",
    "NOTICE_SENDER",
    "PHONE_REGION",
    "SESSION_ENGINE",
]

_HERE = "xinglin.foundation.accounts.sign_in"

# Sessions hold the pending code and the phone number: they are sealed like columns.
SESSION_ENGINE = f"{_HERE}.sessions"

HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
HEADLESS_FRONTEND_URLS: dict[str, str] = {}

PHONE_REGION = "CN"
NOTICE_SENDER = "xinglin.foundation.notices.services.send"

ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_ADAPTER = f"{_HERE}.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "phone"}
# Nobody signs up here: patients get an account with their first code, staff from an administrator.
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_DISPLAY = f"{_HERE}.adapter.name_of"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 4
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300

# The bench sends everything from one address: it raises the limits per address, and no others.
_MORE = max(1, int(os.environ.get("XINGLIN_ADDRESS_REQUESTS_PER_MINUTE", "600")) // 600)
# 10 codes an hour with 4 tries each leave a guesser 1 chance in 25,000 an hour; in a demo the
# same few people sign in all day.
_CODES_AN_HOUR = 60 if os.environ.get("XINGLIN_DEMO", "0") == "1" else 10

ACCOUNT_RATE_LIMITS = {
    "change_password": "5/m/user",
    "change_phone": "1/m/user",
    "confirm_email": "1/3m/key",
    "login": f"{30 * _MORE}/m/ip",
    "login_failed": f"{10 * _MORE}/m/ip,5/5m/key",
    "manage_email": "1/m/user",
    "reauthenticate": "10/m/user",
    "request_login_code": f"{20 * _MORE}/m/ip,3/m/key,{_CODES_AN_HOUR}/h/key",
    "reset_password": "1/m/ip",
    "reset_password_from_key": "1/m/ip",
    "signup": "1/m/ip",
    "verify_phone": "1/30s/key,3/m/ip",
}

MFA_ADAPTER = f"{_HERE}.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey counts as two factors because it asks for finger, face or PIN; one that does not is of no use.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# A whole hospital may stand behind one address.
MFA_RATE_LIMITS = {"webauthn_login": f"{30 * _MORE}/m/ip"}
MFA_TOTP_ISSUER = "Xinglin"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
