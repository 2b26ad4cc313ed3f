"""What makes a phone number one phone number, and what counts as a second factor."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import phonenumbers

from xinglin.kernel.errors import FieldError, Invalid
from xinglin.kernel.text import Locale, Text

PROVEN_FOR = timedelta(minutes=5)
BAD_PHONE = Text("请填写正确的手机号码。", "Please enter a valid mobile phone number.")

_MOBILE = frozenset(
    {
        phonenumbers.PhoneNumberType.MOBILE,
        # In some countries, the United States among them, the number does not tell.
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }
)


def locale_asked(accept_language: str) -> Locale:
    """`en` only when the browser asks for it first; Chinese otherwise."""
    return "en" if accept_language.strip().lower().startswith("en") else "zh"


def phone_in_full(raw: str, region: str) -> str:
    """E.164, for example `+8613800138000`; a number without country code is of `region`.

    Raises:
        Invalid: no mobile network could have this number.
    """
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException as error:
        raise Invalid(FieldError("phone", BAD_PHONE), code="invalid_phone") from error
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in _MOBILE:
        raise Invalid(FieldError("phone", BAD_PHONE), code="invalid_phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phones_in(text: str, region: str = "CN") -> list[tuple[int, int]]:
    """Where telephone numbers stand in a text: [from, to), also those written with spaces or dashes."""
    found = phonenumbers.PhoneNumberMatcher(text, region)
    return [(match.start, match.end) for match in found]


def phone_masked(phone: str) -> str:
    """`+8613800138000` -> `+86138****8000`."""
    return f"{phone[:-8]}****{phone[-4:]}"


def is_strong(session: Mapping[str, Any], user_id: str) -> bool:
    """Whether this person has used a second factor in this session (allauth's own log of it)."""
    if session.get("account_authentication_methods_user") != user_id:
        return False
    methods = session.get("account_authentication_methods", [])
    return any(m.get("method") == "mfa" for m in methods)


def leaves_a_factor(kept: Iterable[str]) -> bool:
    """Whether somebody can still show a second factor with these; recovery codes are a way out, no factor."""
    return bool({"totp", "webauthn"} & set(kept))


def proven_lately(records: Iterable[Mapping[str, Any]], *, has_factor: bool, now: float) -> bool:
    """Whether the person has shown the second factor in the last minutes; the password alone is not enough
    for who has one.

    Args:
        records: what allauth has noted of this session, see `is_strong`.
    """
    since = now - PROVEN_FOR.total_seconds()
    return any(
        each.get("at", 0.0) > since and (not has_factor or each.get("method") == "mfa")
        for each in records
    )
