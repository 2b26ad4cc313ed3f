"""Time stamps of the demonstration authority: the house's own time, which proves nothing elsewhere."""

import asyncio
import secrets
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from asn1crypto import cms, core, keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

from xinglin.foundation.signing import authority

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

DEMONSTRATION = True
_STAMPER: Final = b"xinglin|x509|time stamps"
_NAME: Final = "Xinglin demonstration time stamps"
# Below 2.25 a UUID is an arc of its own: nobody has to be asked for one, and nobody else has this.
_POLICY: Final = "2.25.329800735698586629295641978511506172918"


def answer(request: bytes, at: datetime) -> bytes:
    asked = tsp.TimeStampReq.load(request, strict=True)
    signer = _signer(at)
    said = {
        "version": "v1",
        "policy": _POLICY,
        "message_imprint": asked["message_imprint"],
        "serial_number": secrets.randbits(63),
        "gen_time": at.astimezone(UTC).replace(microsecond=0),
    }
    if asked["nonce"].native is not None:
        said["nonce"] = asked["nonce"]
    content = cms.EncapsulatedContentInfo(
        {
            "content_type": "tst_info",
            "content": core.ParsableOctetString(tsp.TSTInfo(said).dump()),
        }
    )
    token = asyncio.run(
        signer.async_sign_general_data(content, "sha256", detached=False, use_cades=True)
    )
    made = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})
    answered: bytes = made.dump()
    return answered


def roots() -> tuple[bytes, ...]:
    return (authority.root(settings.SIGNING_KEY).public_bytes(Encoding.DER),)


def _signer(at: datetime) -> "SimpleSigner":
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    known = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko types a part of itself
    root = authority.root(settings.SIGNING_KEY)
    known.register(asn1_x509.Certificate.load(root.public_bytes(Encoding.DER)))
    own = _certificate(settings.SIGNING_KEY, at.astimezone(UTC).year)
    key = authority.reader_key_of(_STAMPER).private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    )
    return SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(own.public_bytes(Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=known,
    )


@lru_cache(maxsize=8)
def _certificate(installation: bytes, year: int) -> x509.Certificate:
    key = authority.reader_key_of(_STAMPER, installation).public_key()
    return authority.issued(installation, _NAME, key, year=year, serial=_STAMPER, stamps_time=True)
