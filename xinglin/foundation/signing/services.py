"""Signing statements and checking signatures, by the gateways in the folder beside."""

import hashlib
from datetime import datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast
from uuid import UUID

from django.conf import settings

from xinglin.foundation.signing import gateways
from xinglin.foundation.signing.types import Signature


class Gateway(Protocol):
    """What a module in `gateways` offers; see there."""

    ALGORITHM: str

    def sign(self, user_id: UUID, statement: bytes, at: datetime) -> tuple[str, bytes]: ...
    def verify(self, key_id: str, value: bytes, statement: bytes) -> bool: ...


@cache
def known_gateways() -> dict[str, Gateway]:
    """Name -> gateway, of all in the folder."""
    return {
        found.name: cast("Gateway", import_module(f"{gateways.__name__}.{found.name}"))
        for found in iter_modules(gateways.__path__)
    }


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
