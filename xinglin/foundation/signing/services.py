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


def sign(user_id: UUID, statement: bytes, at: datetime) -> Signature:
    """Sign with this person's key. The statement itself says who, what and when."""
    gateway = known_gateways()[settings.SIGNING_GATEWAY]
    key_id, value = gateway.sign(user_id, statement, at)
    return Signature(
        algorithm=gateway.ALGORITHM,
        key_id=key_id,
        value=value,
        sha256=hashlib.sha256(statement).hexdigest(),
    )


def verify(signature: Signature, statement: bytes) -> bool:
    """Whether the signature is of these very bytes, by the key it names.

    The null gateway's are accepted only where it is the one in use.
    """
    if hashlib.sha256(statement).hexdigest() != signature.sha256:
        return False
    for name, gateway in known_gateways().items():
        trusted = name != "null" or settings.SIGNING_GATEWAY == "null"
        if trusted and signature.algorithm == gateway.ALGORITHM:
            return gateway.verify(signature.key_id, signature.value, statement)
    return False
