"""What a browser sends of a passkey: checked by allauth and fido2, then by what the house adds.

Ours are: the very origin of this hospital (theirs is any below its name), a count that goes on, a
challenge that is answered once, and no key that somebody has already.
"""

import json
import struct
from typing import Any

import structlog
from allauth.headless.internal.restkit import inputs
from allauth.headless.mfa.inputs import (
    AddWebAuthnInput,
    AuthenticateWebAuthnInput,
    LoginWebAuthnInput,
    ReauthenticateWebAuthnInput,
    UpdateWebAuthnInput,
)
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.conf import settings
from django.core.exceptions import ValidationError
from fido2.utils import websafe_encode

from xinglin.foundation.accounts.services import lock_account
from xinglin.foundation.passkeys.rules import is_copied
from xinglin.kernel.errors import NotFound

log = structlog.get_logger(__name__)
LONGEST_NAME = 40
_LONGEST = 20_000
# What fido2 raises when it reads what no browser sends; allauth sees to ValueError and TypeError.
_UNREADABLE = (ArithmeticError, AssertionError, AttributeError, LookupError, struct.error)


def _refused() -> ValidationError:
    refusal: ValidationError = get_adapter().validation_error("incorrect_code")
    return refusal


class _Proof:
    """Of an answer to a challenge."""

    cleaned_data: dict[str, Any]

    def clean_credential(self) -> Authenticator:
        answer = self.cleaned_data["credential"]
        try:
            found: Authenticator = super().clean_credential()  # type: ignore[misc]  # the form beside it
            said = auth.parse_authentication_response(answer).response
        except (*_UNREADABLE, TypeError, ValueError) as error:
            raise _refused() from error
        finally:
            auth.clear_state()
        if said.client_data.origin != settings.ORIGIN:
            raise _refused()
        _count_on(found, said.authenticator_data.counter)
        return found


def _count_on(passkey: Authenticator, now: int) -> None:
    """Locks: the account, then the key; so do those who name and remove."""
    try:
        lock_account(passkey.user_id)
    except NotFound as error:
        raise _refused() from error
    held = Authenticator.objects.select_for_update().filter(pk=passkey.pk).first()
    if held is None:
        raise _refused()
    last = held.data.get("counter", held.wrap().authenticator_data.counter)
    if is_copied(last, now):
        log.warning("passkey_copied", passkey=held.pk, last=last, now=now)
        raise _refused()
    held.data["counter"] = now
    held.save(update_fields=["data"])


class SignInInput(_Proof, LoginWebAuthnInput):
    pass


class SecondFactorInput(_Proof, AuthenticateWebAuthnInput):
    pass


class ProofInput(_Proof, ReauthenticateWebAuthnInput):
    pass


class AddInput(AddWebAuthnInput):
    """`name`: may be left out; the house then numbers them."""

    name = inputs.CharField(required=False, max_length=LONGEST_NAME)

    def clean(self) -> dict[str, Any]:
        answer = self.cleaned_data.get("credential")
        if len(json.dumps(answer)) > _LONGEST:
            raise _refused()
        try:
            cleaned: dict[str, Any] = super().clean()
            said = auth.parse_registration_response(answer).response if answer else None
        except (*_UNREADABLE, TypeError, ValueError) as error:
            raise _refused() from error
        finally:
            auth.clear_state()
        if said is not None:
            _check_new(said, answer["rawId"])
        return cleaned


def _check_new(said: Any, raw_id: str) -> None:
    """The id beside the attestation is the sender's word; the key's own stands inside."""
    held = websafe_encode(said.attestation_object.auth_data.credential_data.credential_id)
    mine = Authenticator.Type.WEBAUTHN
    known = Authenticator.objects.filter(type=mine, data__credential__rawId=held)
    if raw_id != held or said.client_data.origin != settings.ORIGIN or known.exists():
        raise _refused()


class NameInput(UpdateWebAuthnInput):
    name = inputs.CharField(required=True, max_length=LONGEST_NAME)
