"""What django-allauth asks of us: phone numbers, SMS codes, sealed TOTP secrets, whose passkeys."""

import base64
import time
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.fields import PhoneField
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.module_loading import import_string

from xinglin.foundation.accounts.models import PHONE, User
from xinglin.foundation.accounts.queries import user_by_phone
from xinglin.foundation.accounts.rules import locale_asked, phone_in_full
from xinglin.foundation.accounts.sealed import index_text, seal_text, unseal_text
from xinglin.kernel.errors import Invalid

_SECRET = "mfa_authenticator|secret"  # noqa: S105  # the name of a column


def name_of(user: User) -> str:
    """allauth shows it in its answers and logs: never a real name or number."""
    return user.display_name or user.username


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Patients get their account with their first code, staff from an administrator."""
        del request
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The last hop before our own front door, which sets the header anew."""
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        return hops[-1].strip() or request.META.get("REMOTE_ADDR") or "local"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A sign-in of a few minutes ago is as good as another: enrolment follows right on it."""
        del app, kwargs
        methods = self.request.session.get("account_authentication_methods", [])
        last = max((m["at"] for m in methods), default=0.0)
        return bool(time.time() - last > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)

    def phone_form_field(self, **kwargs: Any) -> Any:
        """Also takes numbers without a country code; `clean_phone` decides."""
        return PhoneField(validators=[], max_length=40, **kwargs)

    def clean_phone(self, phone: str) -> str:
        try:
            return phone_in_full(phone, settings.PHONE_REGION)
        except Invalid as error:
            locale = locale_asked(self.request.headers.get("Accept-Language", ""))
            raise ValidationError(error.errors[0].text.spoken(locale), code=error.code) from error

    def get_user_by_phone(self, phone: str) -> User | None:
        return user_by_phone(phone)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        if user.phone_sealed is None:
            return None
        return unseal_text(user.phone_sealed, PHONE), user.phone_verified

    def set_phone(self, user: User, phone: str, verified: bool) -> None:  # noqa: FBT001  # allauth's signature
        user.phone_sealed, user.phone_index = seal_text(phone, PHONE), index_text(phone, PHONE)
        user.phone_verified = verified
        user.save(update_fields=["phone_sealed", "phone_index", "phone_verified"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        if user.phone_index == index_text(phone, PHONE) and not user.phone_verified:
            user.phone_verified = True
            user.save(update_fields=["phone_verified"])

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        del kwargs
        import_string(settings.NOTICE_SENDER)(
            channel="sms",
            to=phone,
            template="login_code",
            values={"code": code},
            locale=user.locale,
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing here signs in by mail."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """The same."""


class MfaAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal_text(text, _SECRET)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal_text(base64.b64decode(encrypted_text), _SECRET)

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return str(user.get_username())

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the name of the public address, whatever a request calls the host."""
        host = urlsplit(settings.ORIGIN).hostname or "localhost"
        return {"id": host, "name": settings.MFA_TOTP_ISSUER}

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002  # allauth's signature
        held = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"{'Passkey' if user.locale == 'en' else '通行密钥'} {held + 1}"
