"""Whether what is stored is what was signed: asked at every reading, and before anything rests on it."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.prescribing import statement
from xinglin.care.prescribing.models import (
    FirstReview,
    PrescriptionConsent,
    PrescriptionReview,
    PrescriptionVersion,
)
from xinglin.foundation.signing import services as signing
from xinglin.foundation.signing.types import Signature


def doctors_words(version: PrescriptionVersion) -> bytes:
    """What the doctor signed, from what is stored."""
    return statement.doctors(
        prescription_id=version.prescription_id,
        version=version.number,
        content=version.content,
        report=version.report,
        overrides=version.overrides,
        practitioner_id=version.practitioner_id,
        signed_by=version.signed_by,
        signed_at=version.signed_at,
    )


def pharmacists_words(
    version: PrescriptionVersion, *, checks: Sequence[str], by: UUID, at: datetime
) -> bytes:
    """What the pharmacist signs over the doctor's signature; of two the second, over the first's too."""
    first = first_of(version)
    return statement.pharmacists(
        prescription_id=version.prescription_id,
        version=version.number,
        doctors_sha256=version.sha256,
        doctors_signature=bytes(version.signature),
        checks=checks,
        signed_by=by,
        signed_at=at,
        outcome=statement.second_of_two(bytes(first.signature)) if first else statement.APPROVED,
    )


def first_words(
    version: PrescriptionVersion, *, checks: Sequence[str], by: UUID, at: datetime
) -> bytes:
    """What the first of two pharmacists signs."""
    return statement.pharmacists(
        prescription_id=version.prescription_id,
        version=version.number,
        doctors_sha256=version.sha256,
        doctors_signature=bytes(version.signature),
        checks=checks,
        signed_by=by,
        signed_at=at,
        outcome=statement.PASSED_ON,
    )


def first_of(version: PrescriptionVersion) -> FirstReview | None:
    """The first of two reviews, if there was one."""
    return getattr(version, "first_review", None)


def doctors_hold(version: PrescriptionVersion) -> bool:
    """Whether the doctor's signature is of every byte that is stored; and the patient's, where the doctor
    signed over one, of that very sheet.
    """
    return (
        signing.verify(signature_of(version), doctors_words(version))
        and signing.signer_of(version.key_id) == version.signed_by
        and (not version.content.get("consent") or patients_hold(version))
    )


def consent_holds(made: PrescriptionConsent) -> bool:
    """Whether the patient's signature is of this question, before any doctor rests on it."""
    if made.answered_by is None or made.answered_at is None:
        return False
    said = statement.patients(
        consent_id=made.pk,
        prescription_id=made.prescription_id,
        patient_id=made.prescription.patient_id,
        revision=made.revision,
        sheet_sha256=made.sheet_sha256,
        role=made.role,
        signed_by=made.answered_by,
        signed_at=made.answered_at,
    )
    is_its_own = signing.signer_of(made.key_id) == made.answered_by
    return is_its_own and signing.verify(signature_of(made), said)


def first_holds(version: PrescriptionVersion, first: FirstReview) -> bool:
    """Whether the first pharmacist's signature is of this very signature of the doctor."""
    said = first_words(version, checks=first.checks, by=first.reviewed_by, at=first.reviewed_at)
    return (
        signing.verify(signature_of(first), said)
        and signing.signer_of(first.key_id) == first.reviewed_by
    )


def reviewers_hold(version: PrescriptionVersion, review: PrescriptionReview) -> bool:
    """Whether the pharmacist's signature is of this approval of this very signature of the doctor; where
    two are asked for, that there are two of two persons, and both hold.
    """
    first = first_of(version)
    if first is None and version.reviews_needed > 1:
        return False
    if first is not None and (
        first.reviewed_by in {review.reviewed_by, version.signed_by}
        or not first_holds(version, first)
    ):
        return False
    said = pharmacists_words(
        version, checks=review.checks, by=review.reviewed_by, at=review.reviewed_at
    )
    return (
        review.outcome == "approved"
        and signing.verify(signature_of(review), said)
        and signing.signer_of(review.key_id) == review.reviewed_by
    )


def patients_words(version: PrescriptionVersion) -> bytes:
    """What the patient signed before the doctor did, from what the doctor signed."""
    return statement.patients_of(
        version.content, prescription_id=version.prescription_id, made=version.content["consent"]
    )


def patients_hold(version: PrescriptionVersion) -> bool:
    """Whether the patient's signature is of this very sheet."""
    made: Mapping[str, Any] = version.content["consent"]
    signature = Signature(
        algorithm=made["signature"]["algorithm"],
        key_id=made["signature"]["key_id"],
        value=base64.b64decode(made["signature"]["value"]),
        sha256=made["signature"]["sha256"],
        certificates=tuple(base64.b64decode(each) for each in made["signature"]["certificates"]),
    )
    signer = signing.signer_of(signature.key_id)
    return signing.verify(signature, patients_words(version)) and str(signer) == made["signed_by"]


def signature_of(
    signed: PrescriptionVersion | PrescriptionReview | FirstReview | PrescriptionConsent,
) -> Signature:
    return Signature(
        algorithm=signed.algorithm,
        key_id=signed.key_id,
        value=bytes(signed.signature),
        sha256=signed.sha256,
        certificates=tuple(bytes(each) for each in signed.certificates),
    )
