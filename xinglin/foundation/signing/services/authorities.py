"""Who seals for the house, who says when, and by whose certificates all of it is to be checked."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Protocol

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate
from django.conf import settings

from xinglin.foundation.signing import seals, stamps
from xinglin.foundation.signing.services import certificate_gateway, known_gateways
from xinglin.foundation.vendors.services import gateways_in


class Seal(Protocol):
    """What a module in `seals` offers; see there."""

    ALGORITHM: str

    def certificates(self, at: datetime) -> tuple[bytes, ...]: ...
    def sign(self, content: bytes, at: datetime) -> bytes: ...


class Stamp(Protocol):
    """What a module in `stamps` offers; see there."""

    def answer(self, request: bytes, at: datetime) -> bytes: ...


known_seals: Callable[[], dict[str, Seal]] = gateways_in(seals.__name__, seals.__path__)
known_stamps: Callable[[], dict[str, Stamp]] = gateways_in(stamps.__name__, stamps.__path__)


def is_demonstration() -> bool:
    """Whether one of those who sign, seal and stamp says of itself that nobody else trusts it."""
    return any(getattr(each, "DEMONSTRATION", False) for each in _used())


def roots_as_pem() -> bytes:
    """Each root once, for whoever checks far from here; none of a gateway that does not tell its own."""
    found = [root for each in _used() for root in getattr(each, "roots", tuple)()]
    return b"".join(
        load_der_x509_certificate(each).public_bytes(Encoding.PEM) for each in dict.fromkeys(found)
    )


def _used() -> Iterator[Any]:
    yield known_gateways()[certificate_gateway()]
    yield known_seals()[settings.SEAL_GATEWAY]
    yield known_stamps()[settings.STAMP_GATEWAY]
