"""Sealing a PDF for the house: PAdES B-T, one signature over every byte, with the time of an authority.

Only a worker seals: what it takes is large, and 50 ms of CPU a document.
"""

import asyncio
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from asn1crypto import algos, tsp, x509
from django.conf import settings
from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from xinglin.foundation.signing.services.authorities import Seal, Stamp, known_seals, known_stamps
from xinglin.foundation.signing.types import Attachment
from xinglin.kernel.errors import Unavailable

_FIELD: Final = "HouseSeal"
_LONGEST_ECDSA: Final = 72


def sealed(
    pdf: bytes, attachments: Iterable[Attachment], *, reason: str, house: str, at: datetime
) -> bytes:
    """The document with its attachments, sealed; nothing may be added to it afterwards.

    Raises:
        Unavailable: the seal or the time stamp could not be had.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    for each in attachments:
        embed.embed_file(writer, _file(each, writer))
    told = PdfSignatureMetadata(
        field_name=_FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        reason=reason,
        name=house,
    )
    signer = PdfSigner(
        told,
        signer=_Sealer(known_seals()[settings.SEAL_GATEWAY], at),
        timestamper=_Stamper(known_stamps()[settings.STAMP_GATEWAY], at),
    )
    out = io.BytesIO()
    try:
        asyncio.run(signer.async_sign_pdf(writer, output=out))
    except TimestampRequestError as error:
        raise Unavailable from error
    return out.getvalue()


def _file(told: Attachment, writer: IncrementalPdfFileWriter) -> embed.FileSpec:
    content = embed.EmbeddedFileObject.from_file_data(
        writer, data=told.content, mime_type=told.media_type
    )
    return embed.FileSpec(
        file_spec_string=told.name,
        file_name=told.name,
        embedded_data=content,
        description=told.about,
        af_relationship=generic.pdf_name("/Source"),
    )


class _Sealer(Signer):
    """A gateway as pyHanko wants it."""

    def __init__(self, gateway: Seal, at: datetime) -> None:
        own, *others = (x509.Certificate.load(each) for each in gateway.certificates(at))
        known = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko types a part of itself
        known.register_multiple(others)
        super().__init__(
            signing_cert=own,
            cert_registry=known,
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": gateway.ALGORITHM}),
        )
        self._gateway, self._at = gateway, at

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT001, FBT002  # as pyHanko calls it
    ) -> bytes:
        """`dry_run`: only how long it will be is asked for."""
        del digest_algorithm
        return bytes(_LONGEST_ECDSA) if dry_run else self._gateway.sign(data, self._at)


class _Stamper(TimeStamper):
    """The same for the time. pyHanko asks in a loop of its own, where no gateway may start another."""

    def __init__(self, gateway: Stamp, at: datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the same
        self._gateway, self._at = gateway, at

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        answer = await asyncio.to_thread(self._gateway.answer, req.dump(), self._at)
        return tsp.TimeStampResp.load(answer, strict=True)
