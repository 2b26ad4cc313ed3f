"""Signed versions and their reviews, with both signatures checked at each reading."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from xinglin.care.prescribing import rules, sheet
from xinglin.care.prescribing.models import (
    FirstReview,
    Pharmacist,
    Prescription,
    PrescriptionConsent,
    PrescriptionReview,
    PrescriptionVersion,
)
from xinglin.care.prescribing.queries import allergies
from xinglin.care.prescribing.queries.verifying import (
    doctors_hold,
    first_holds,
    first_of,
    patients_hold,
    reviewers_hold,
)
from xinglin.kernel.text import Text

_NOBODY = Text("药师", "A pharmacist")


def last(row: Prescription) -> PrescriptionVersion | None:
    """The one that the doctor signed last, with its review at hand."""
    return last_of([row]).get(row.pk)


def last_of(rows: Iterable[Prescription]) -> dict[UUID, PrescriptionVersion]:
    """As `last`, for a list, in one statement."""
    wanted = {row.pk: row.version for row in rows if row.version}
    if not wanted:
        return {}
    found = PrescriptionVersion.objects.filter(prescription_id__in=wanted).select_related(
        "review", "first_review"
    )
    return {v.prescription_id: v for v in found if v.number == wanted[v.prescription_id]}


def review_of(version: PrescriptionVersion) -> PrescriptionReview | None:
    return getattr(version, "review", None)


def version_json(version: PrescriptionVersion, *, is_doctor: bool) -> dict[str, Any]:
    """What was signed. The safety report, which allergies it was made on, and why the doctor went on,
    are for professionals.
    """
    content = version.content
    return {
        "number": version.number,
        "diagnoses": content["diagnoses"],
        "items": [item_json(each) for each in content["items"]],
        "patient": content["patient"],
        "department": content["department"],
        "allergies": content["allergies"],
        "allergies_checked": allergies.shown(allergies.answers_signed(content))
        if is_doctor
        else [],
        "patient_facts": content["patient_facts"],
        "told": content["told"],
        "consent": _consent(version),
        "written_on": content["written_on"],
        "report": version.report if is_doctor else None,
        "overrides": version.overrides if is_doctor else [],
        "signed_at": version.signed_at,
        "signature": signature_json(version),
        "verified": doctors_hold(version),
    }


def review_json(
    version: PrescriptionVersion, *, is_doctor: bool, names: Mapping[UUID, Text] | None = None
) -> dict[str, Any] | None:
    """What the pharmacist found. The words are to the doctor.

    Args:
        names: of the pharmacists, where several reviews are told; asked for otherwise.
    """
    review = review_of(version)
    if review is None:
        return None
    return {
        "outcome": review.outcome,
        "reason": review.reason,
        "reason_text": sheet.RETURN_REASONS.get(review.reason),
        "words": review.words if is_doctor else "",
        "reviewed_at": review.reviewed_at,
        "pharmacist": (names or pharmacist_names([review.reviewed_by]))[review.reviewed_by],
        "signature": signature_json(review) if review.outcome == "approved" else None,
        "verified": reviewers_hold(version, review),
    }


def first_json(version: PrescriptionVersion) -> dict[str, Any] | None:
    """What the first of two pharmacists found, as `review_json` tells it: `passed_on` is no approval."""
    first = first_of(version)
    if first is None:
        return None
    return {
        "outcome": "passed_on",
        "reason": "",
        "reason_text": None,
        "words": "",
        "reviewed_at": first.reviewed_at,
        "pharmacist": pharmacist_names([first.reviewed_by])[first.reviewed_by],
        "signature": signature_json(first),
        "verified": first_holds(version, first),
    }


def pharmacist_names(user_ids: Iterable[UUID]) -> Mapping[UUID, Text]:
    wanted = set(user_ids)
    known = {
        row.pk: Text(row.name_zh, row.name_en) for row in Pharmacist.objects.filter(pk__in=wanted)
    }
    return {each: known.get(each, _NOBODY) for each in wanted}


def signature_json(
    made: PrescriptionVersion | PrescriptionReview | FirstReview | PrescriptionConsent,
) -> dict[str, Any]:
    """With the certificates, so that it can be checked far from here."""
    return {
        "algorithm": made.algorithm,
        "key_id": made.key_id,
        "sha256": made.sha256,
        "value": base64.b64encode(bytes(made.signature)).decode(),
        "certificates": [base64.b64encode(bytes(each)).decode() for each in made.certificates],
    }


def _consent(version: PrescriptionVersion) -> dict[str, Any] | None:
    """The patient's own signature on a long supply, checked now; none where none was wanted."""
    made = version.content.get("consent")
    return made and {
        "role": made["role"],
        "signed_at": made["signed_at"],
        "signature": made["signature"],
        "verified": patients_hold(version),
    }


def item_json(told: Mapping[str, Any]) -> dict[str, Any]:
    """With the words for codes as they are today."""
    return {
        **{name: value for name, value in told.items() if name not in {"classes", "ingredients"}},
        "dose_unit_text": rules.UNITS.get(told["dose_unit"]),
        "quantity_unit_text": rules.UNITS.get(told["quantity_unit"]),
        "route_text": rules.ROUTES.get(told["route"]),
        "frequency_text": rules.frequencies().get(told["frequency"]),
    }
