"""Signing, by certificate or as records are. What fails leaves nothing behind."""

from datetime import datetime
from uuid import UUID

import structlog

from xinglin.foundation.signing import services as signing
from xinglin.foundation.signing.types import Signature
from xinglin.kernel.errors import Unavailable
from xinglin.kernel.text import Text
from xinglin.policy import facts

log = structlog.get_logger(__name__)


class SigningFailedError(Unavailable):
    """The gateway did not sign, or what it gave does not verify: nothing is signed or stored."""

    code = "signing_failed"
    text = Text(
        "电子签名未能完成，处方没有签署，内容已保留。请稍后再试；如持续出现，请联系管理员。",
        "The signature could not be made; the prescription is not signed and nothing is lost. Please"
        " try again shortly; if it goes on, please call the administrator.",
    )


def signed_with(user_id: UUID, said: bytes, at: datetime) -> Signature:
    """This person's signature by certificate, verified before anything rests on it.

    Raises:
        SigningFailedError: the gateway failed, refused, or gave what does not verify.
    """
    return _signed(user_id, said, at, signing.certificate_gateway())


def recorded_with(user_id: UUID, said: bytes, at: datetime) -> Signature:
    """As `signed_with`, by the gateway that signs records: patients have no certificate.

    Raises:
        SigningFailedError: as there.
    """
    return _signed(user_id, said, at, None)


def _signed(user_id: UUID, said: bytes, at: datetime, gateway: str | None) -> Signature:
    try:
        made = signing.sign(user_id, said, at, gateway=gateway)
        holds = signing.verify(made, said)
    except Exception as error:  # noqa: BLE001  # whatever a vendor raises, nothing is signed
        log.error("signing failed", error=type(error).__name__)  # noqa: TRY400  # its words may hold a name
        raise SigningFailedError from None
    if not holds:
        raise SigningFailedError
    return made


def as_fact(algorithm: str, *, intact: bool) -> facts.Signature:
    """One that was made. `algorithm`: of the signature; another gateway than today's may have made it."""
    return facts.Signature(kind=signing.kind_of(algorithm), intact=intact, by_person=True)
