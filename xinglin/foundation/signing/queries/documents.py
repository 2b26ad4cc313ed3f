"""Checking a sealed PDF, far from the house and without it. Pure.

Every byte is accounted for: the seal covers the file from its first to its last byte but for the gap in
which it stands; the gap holds the seal and zeros, written as we write them; and of the seal itself what no
signature covers is what those that are covered make of it.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from asn1crypto import cms, tsp, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import (
    PdfSignatureStatus,
    SignatureCoverageLevel,
    TimestampSignatureStatus,
)

from xinglin.foundation.signing.queries import der, trust

BEGINS: Final = b"%PDF-"
_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_GAP = re.compile(rb"<([0-9A-F]+)>")
_STAMP: Final = "signature_time_stamp_token"


Fault = Literal["changed", "gap", "seal", "seal_form", "seals", "stamp", "trust", "whole"]


class ChangedError(Exception):
    """`fault`: what does not hold."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What holds of a document. `at`: of the time stamp. `sealer`, `stamper`: their certificates.
    `roots`: to which they lead; of the file itself where none were given. All in DER.
    """

    at: datetime
    sealer: bytes
    stamper: bytes
    roots: tuple[bytes, ...]
    attachments: dict[str, bytes]


def check(content: bytes, roots: Sequence[bytes] = ()) -> Checked:
    """Raises ChangedError: the first thing found that does not hold.

    Args:
        roots: DER of the authorities that the caller trusts; none: those that the file brings itself.
    """
    try:
        return _checked(content, roots)
    except ChangedError:
        raise
    except (
        Exception
    ) as error:  # what was changed breaks in many ways, each of them in somebody's code
        raise ChangedError("changed") from error


def _checked(content: bytes, roots: Sequence[bytes]) -> Checked:
    gap = _gap(content)
    reader = PdfFileReader(io.BytesIO(content), strict=True)
    found = list(reader.embedded_signatures)
    if len(found) != 1:
        raise ChangedError("seals")
    (seal,) = found
    signed = _signed_data(gap)
    token = _token(signed)
    at: datetime = token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    trusted = tuple(roots) or tuple(_own_roots(signed, token["content"]))
    status, stamp = _status(seal, trusted, at)
    _fits(signed, status.validation_path, but={_STAMP})
    _fits(token["content"], stamp.validation_path)
    return Checked(
        at=at,
        sealer=status.signing_cert.dump(),
        stamper=stamp.signing_cert.dump(),
        roots=trusted,
        attachments=dict(_attachments(reader)),
    )


def _gap(content: bytes) -> bytes:
    """DER of the seal. The one range leaves out the gap and nothing else."""
    ranges = _RANGE.findall(content)
    if not content.startswith(BEGINS) or not content.rstrip(b"\r\n").endswith(b"%%EOF"):
        raise ChangedError("whole")
    if len(ranges) != 1:
        raise ChangedError("seals")
    start, until, again, rest = (int(each) for each in ranges[0])
    if start != 0 or again + rest != len(content) or not until < again:
        raise ChangedError("whole")
    between = _GAP.fullmatch(content[until:again])
    if between is None:
        raise ChangedError("gap")
    filled = bytes.fromhex(between[1].decode())
    _, _, end = der.element(filled, 0)
    if any(filled[end:]):
        raise ChangedError("gap")
    return filled[:end]


def _signed_data(told: bytes) -> cms.SignedData:
    """Raises ChangedError: it is not written as DER writes it."""
    info = cms.ContentInfo.load(told, strict=True)
    if info["content_type"].native != "signed_data" or not der.is_whole(told):
        raise ChangedError("seal_form")
    return info["content"]


def _token(signed: cms.SignedData) -> cms.ContentInfo:
    (signer,) = signed["signer_infos"]
    stamps = [
        each["values"][0] for each in signer["unsigned_attrs"] if each["type"].native == _STAMP
    ]
    if len(stamps) != 1:
        raise ChangedError("stamp")
    token = stamps[0]
    if not isinstance(token["content"]["encap_content_info"]["content"].parsed, tsp.TSTInfo):
        raise ChangedError("stamp")
    return token


def _own_roots(*signed: cms.SignedData) -> Iterator[bytes]:
    seen = {each.dump() for one in signed for each in _certificates(one)}
    return (each for each in seen if trust.is_root(each))


def _certificates(signed: cms.SignedData) -> list[x509.Certificate]:
    return [each.chosen for each in signed["certificates"]]


def _status(
    seal: EmbeddedPdfSignature, roots: Sequence[bytes], at: datetime
) -> tuple[PdfSignatureStatus, TimestampSignatureStatus]:
    """Raises ChangedError: a signature does not fit, covers too little, or leads to nobody trusted."""
    known = trust.context(roots, (), at)
    status = validate_pdf_signature(seal, known, trust.context(roots, (), at))
    stamp = status.timestamp_validity
    if not status.intact or not status.valid:
        raise ChangedError("seal")
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE or not status.docmdp_ok:
        raise ChangedError("whole")
    if stamp is None or not stamp.intact or not stamp.valid:
        raise ChangedError("stamp")
    if not status.trusted or not stamp.trusted:
        raise ChangedError("trust")
    if not status.bottom_line:
        raise ChangedError("seal")
    return status, stamp


def _fits(
    signed: cms.SignedData, path: Any, *, but: frozenset[str] | set[str] = frozenset()
) -> None:
    """What no signature covers says nothing that is not covered elsewhere.

    Raises ChangedError.
    """
    (signer,), own = signed["signer_infos"], path.leaf
    content = signed["encap_content_info"]["content_type"].native
    led = {each.dump() for each in path} | {path.first.dump() if path.first else b""}
    more = {each["type"].native for each in signer["unsigned_attrs"]} - but
    holds = (
        signed["version"].native == ("v1" if content == "data" else "v3")
        and signer["version"].native == "v1"
        and signer["sid"].chosen["issuer"].dump() == own.issuer.dump()
        and [each.dump() for each in signed["digest_algorithms"]]
        == [signer["digest_algorithm"].dump()]
        and all(each.name == "certificate" for each in signed["certificates"])
        and {each.dump() for each in _certificates(signed)} <= led
        and not signed["crls"]
        and not more
    )
    if not holds:
        raise ChangedError("seal_form")


def _attachments(reader: PdfFileReader) -> Iterator[tuple[str, bytes]]:
    """By name; a name that stands there twice is a fault."""
    try:
        names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    except (KeyError, PdfError):
        return
    seen = set()
    for place in range(0, len(names), 2):
        name, told = str(names[place]), names[place + 1].get_object()
        if name in seen:
            raise ChangedError("changed")
        seen.add(name)
        yield name, told["/EF"]["/F"].get_object().data
