"""What doctor and pharmacists signed, in one file that proves itself far from here. Pure.

The file is canonical JSON: {"form", "doctor", "pharmacist"}, with "first_pharmacist" where two were
asked for, and of each the very text that was signed, the signature, and the certificates. Every byte of
it is signed, or made of what is: written in any other way it is not this file.
"""

import base64
import hashlib
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from xinglin.care.prescribing.statement import canonical, patients_of
from xinglin.foundation.signing.queries import trust
from xinglin.foundation.signing.types import Signature

Role = Literal["doctor", "first_pharmacist", "pharmacist"]
Fault = Literal[
    "algorithm",
    "doctor_signature",
    "patient_signature",
    "pharmacist_signature",
    "review",
    "statement_form",
    "trust",
]
NAME: Final = "prescription.json"
FORM: Final = "xinglin-prescription/1"
_ED25519: Final = "X.509 Ed25519"
_FINGERPRINT: Final = 32  # hexadecimal digits: no second certificate has the same
_ALWAYS: Final[frozenset[Role]] = frozenset({"doctor", "pharmacist"})
_ROLES: Final[tuple[Role, ...]] = ("doctor", "first_pharmacist", "pharmacist")
_MEMBERS: Final = {"algorithm", "certificates", "key_id", "signature", "statement"}


class NoProofError(Exception):
    """`fault`: what does not hold."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """`content`: the sheet as the doctor signed it. `signers`: certificates by role.

    `roots`: those of the file itself where none were given. All in DER.
    """

    prescription_id: str
    content: Mapping[str, Any]
    signed_at: Mapping[str, datetime]
    signers: Mapping[str, bytes]
    roots: tuple[bytes, ...]


def written(
    *,
    doctor: tuple[bytes, Signature],
    pharmacist: tuple[bytes, Signature],
    first: tuple[bytes, Signature] | None = None,
) -> bytes:
    """The file. Each: the bytes that were signed, and the signature. `first`: of two pharmacists."""
    parts = {"doctor": _told(*doctor), "pharmacist": _told(*pharmacist)}
    if first is not None:
        parts["first_pharmacist"] = _told(*first)
    return canonical({"form": FORM, **parts})


def _told(said: bytes, made: Signature) -> dict[str, Any]:
    return {
        "algorithm": made.algorithm,
        "certificates": [_base64(each) for each in made.certificates],
        "key_id": made.key_id,
        "signature": _base64(made.value),
        "statement": said.decode(),
    }


def is_proof(content: bytes) -> bool:
    """Whether it is meant to be one."""
    return content.lstrip().startswith(b"{") and b"xinglin-prescription/" in content


def check(content: bytes, roots: Sequence[bytes] = ()) -> Proved:
    """Raises NoProofError: the first thing found that does not hold.

    Args:
        roots: DER of the authorities that the caller trusts; none: those that the file brings itself.
    """
    try:
        return _checked(content, roots)
    except NoProofError:
        raise
    except Exception as error:  # what was changed breaks in many ways
        raise NoProofError("statement_form") from error


def _checked(content: bytes, roots: Sequence[bytes]) -> Proved:
    told = json.loads(content)
    if canonical(told) != content or told.pop("form") != FORM:
        raise NoProofError("statement_form")
    if not _ALWAYS <= set(told) <= set(_ROLES):
        raise NoProofError("statement_form")
    parts = {role: _read(told[role]) for role in _ROLES if role in told}
    trusted = tuple(roots) or _own_roots([each.certificates for each in parts.values()])
    for role, part in parts.items():
        _check_signature(role, part, trusted)
    doctor, first = parts["doctor"], parts.get("first_pharmacist")
    _check_together(doctor, parts["pharmacist"], first)
    _check_patient(doctor.said)
    return Proved(
        prescription_id=doctor.said["prescription_id"],
        content=doctor.said["content"],
        signed_at={role: part.at for role, part in parts.items()},
        signers={role: part.certificates[0] for role, part in parts.items()},
        roots=trusted,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    algorithm: str
    key_id: str
    value: bytes
    certificates: tuple[bytes, ...]
    statement: bytes
    said: Mapping[str, Any]
    at: datetime


def _read(told: Mapping[str, Any]) -> _Part:
    if set(told) != _MEMBERS:
        raise NoProofError("statement_form")
    statement = told["statement"].encode()
    said = json.loads(statement)
    return _Part(
        algorithm=told["algorithm"],
        key_id=told["key_id"],
        value=_bytes(told["signature"]),
        certificates=tuple(_bytes(each) for each in told["certificates"]),
        statement=statement,
        said=said,
        at=datetime.fromisoformat(said["signed_at"]),
    )


def _check_signature(role: Role, made: _Part, roots: Sequence[bytes]) -> None:
    """Of the very text, by the key of the first certificate, which leads to a root and is the signer's."""
    fault: Fault = "doctor_signature" if role == "doctor" else "pharmacist_signature"
    if made.algorithm != _ED25519 or not made.certificates:
        raise NoProofError("algorithm")
    try:
        own = x509.load_der_x509_certificate(made.certificates[0])
        key = own.public_key()
        if not isinstance(key, Ed25519PublicKey):
            raise NoProofError("algorithm")
        key.verify(made.value, made.statement)
    except (InvalidSignature, ValueError) as error:
        raise NoProofError(fault) from error
    signer, year, print_ = made.key_id.split(":")
    by = UUID(made.said["signed_by"])
    is_signers = (
        signer == by.hex
        and str(by) == trust.subject(made.certificates[0])
        and year == str(own.not_valid_before_utc.year)
        and hashlib.sha256(made.certificates[0]).hexdigest().startswith(print_)
        and len(print_) >= _FINGERPRINT
    )
    if not is_signers:
        raise NoProofError(fault)
    if not trust.leads_to(roots, made.certificates, made.at):
        raise NoProofError("trust")


def _check_together(doctor: _Part, last: _Part, first: _Part | None) -> None:
    """Each pharmacist is another person, and judged this very signature, later; of two the last one
    approved what the first had signed as well.
    """
    signers = {part.said["signed_by"] for part in (doctor, last, first) if part}
    holds = _is_of(doctor, last, "approved") and len(signers) == (3 if first else 2)
    if first:
        over = hashlib.sha256(first.value).hexdigest()
        holds &= _is_of(doctor, first, "passed_on") and first.at <= last.at
        holds &= last.said.get("first_signature_sha256") == over
    else:
        holds &= "first_signature_sha256" not in last.said
    if not holds:
        raise NoProofError("review")


def _is_of(doctor: _Part, pharmacist: _Part, outcome: str) -> bool:
    review, written = pharmacist.said, doctor.said
    return (
        all(review[name] == written[name] for name in ("prescription_id", "version"))
        and review["outcome"] == outcome
        and review["doctors_sha256"] == hashlib.sha256(doctor.statement).hexdigest()
        and review["doctors_signature_sha256"] == hashlib.sha256(doctor.value).hexdigest()
        and pharmacist.at >= doctor.at
    )


def _check_patient(written: Mapping[str, Any]) -> None:
    """A patient's signature over which the doctor signed is of this very sheet, by the key that it names.

    Patients have no certificates: whose key it is, the house alone says.
    """
    made = written["content"].get("consent")
    if made is None:
        return
    signer, _, public = made["signature"]["key_id"].partition(":")
    said = patients_of(
        written["content"], prescription_id=UUID(written["prescription_id"]), made=made
    )
    try:
        key = Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(f"{public}="))
        key.verify(_bytes(made["signature"]["value"]), said)
    except (InvalidSignature, ValueError) as error:
        raise NoProofError("patient_signature") from error
    if signer != UUID(made["signed_by"]).hex:
        raise NoProofError("patient_signature")


def _own_roots(chains: Sequence[Sequence[bytes]]) -> tuple[bytes, ...]:
    return tuple({each for chain in chains for each in chain if trust.is_root(each)})


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(told: str) -> bytes:
    """Written in one way only."""
    found = base64.b64decode(told, validate=True)
    if _base64(found) != told:
        raise NoProofError("statement_form")
    return found
