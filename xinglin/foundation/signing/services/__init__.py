"""Signing statements and checking signatures, by the gateways in the folder beside."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings

from xinglin.foundation.signing import gateways
from xinglin.foundation.signing.types import Signature
from xinglin.foundation.vendors.services import gateways_in


class Gateway(Protocol):
    """What a module in `gateways` offers; see there."""

    ALGORITHM: str

    def sign(self, user_id: UUID, statement: bytes, at: datetime) -> tuple[str, bytes]: ...
    def verify(self, key_id: str, value: bytes, statement: bytes) -> bool: ...


known_gateways: Callable[[], dict[str, Gateway]] = gateways_in(gateways.__name__, gateways.__path__)


def sign(user_id: UUID, statement: bytes, at: datetime, *, gateway: str | None = None) -> Signature:
    """Sign with this person's key. The statement itself says who, what and when.

    Args:
        gateway: None: the one that signs records here.
    """
    by = known_gateways()[gateway or settings.SIGNING_GATEWAY]
    key_id, value = by.sign(user_id, statement, at)
    return Signature(
        algorithm=by.ALGORITHM,
        key_id=key_id,
        value=value,
        sha256=hashlib.sha256(statement).hexdigest(),
        certificates=_certificates(by, key_id),
    )


def certificate_gateway() -> str:
    """The gateway that signs what the law wants signed by certificate (R58)."""
    name: str = settings.CERTIFICATE_GATEWAY
    return name


def kind() -> str:
    """What that gateway's signatures are, as policy names it."""
    return _kind(known_gateways()[certificate_gateway()])


def kind_of(algorithm: str) -> str:
    """What a signature that was made is, whoever signs today; an algorithm of no gateway is none."""
    made_by = next((g for g in known_gateways().values() if algorithm == g.ALGORITHM), None)
    return _kind(made_by)


def _kind(gateway: Gateway | None) -> str:
    found: str = getattr(gateway, "KIND", "other")
    return found


def fingerprint(key_id: str) -> str:
    """What of a key id is to be compared by people: its last part."""
    return key_id.rpartition(":")[2]


def signer_of(key_id: str) -> UUID | None:
    """Whose key it is, as every gateway names it first."""
    try:
        return UUID(key_id.partition(":")[0])
    except ValueError:
        return None


def _certificates(gateway: Gateway, key_id: str) -> tuple[bytes, ...]:
    chain: Callable[[str], tuple[bytes, ...]] | None = getattr(gateway, "certificates", None)
    return chain(key_id) if chain else ()


def verify(signature: Signature, statement: bytes) -> bool:
    """Whether the signature is of these very bytes, by the key it names.

    The null gateway's are accepted only where it is the one in use.
    """
    if hashlib.sha256(statement).hexdigest() != signature.sha256:
        return False
    for name, gateway in known_gateways().items():
        trusted = name != "null" or settings.SIGNING_GATEWAY == "null"
        if trusted and signature.algorithm == gateway.ALGORITHM:
            holds = gateway.verify(signature.key_id, signature.value, statement)
            return holds and (
                not signature.certificates
                or signature.certificates == _certificates(gateway, signature.key_id)
            )
    return False
