"""Prescriptions as their doctor and their patient see them; each reading is audited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from xinglin.care.consultation.queries import follow_up_basis
from xinglin.care.consultation.queries.diagnoses import chosen_diagnoses
from xinglin.care.consultation.queries.faces import doctor_json
from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard
from xinglin.care.prescribing import sheet
from xinglin.care.prescribing.lifecycle import EDITABLE, PRESCRIPTION
from xinglin.care.prescribing.models import Prescription, PrescriptionStep, PrescriptionVersion
from xinglin.care.prescribing.permissions import (
    holder_can,
    prescriber_can,
)
from xinglin.care.prescribing.queries import signed, terms
from xinglin.care.prescribing.queries.documents import document_json
from xinglin.care.prescribing.queries.drafts import item_json, written_on
from xinglin.care.prescribing.queries.prescribable import medicines
from xinglin.care.prescribing.queries.repeats import repeats_json
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text

PAGE = 50
MOST_EARLIER = 20
_BEGUN = Text("开始开具", "Begun")
STATES = {
    "draft": Text("草稿", "Draft"),
    "signed_by_doctor": Text("待药师审核", "Waits for a pharmacist"),
    "claimed": Text("药师审核中", "A pharmacist reviews it"),
    "escalated": Text("审核超时，已催办", "Review overdue, escalated"),
    "returned": Text("药师退回", "Returned by the pharmacist"),
    "refused": Text("药师审核未通过", "Not passed by the pharmacist"),
    "effective": Text("已生效", "Effective"),
    "dispensed": Text("已取药", "Ticket taken"),
    "expired": Text("已过期", "Expired"),
    "voided": Text("已作废", "Voided"),
    "discarded": Text("已弃用", "Discarded"),
}
_VISIT = "select doctor_user_id from consultation_consultation where id = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """Who has to do with a prescription."""

    institution_id: UUID
    consultation_id: UUID
    holder_id: UUID
    prescriber_id: UUID


def people_of(prescription_id: UUID) -> Concerned:
    """Raises NotFound."""
    row = Prescription.objects.filter(pk=prescription_id).first()
    if row is None:
        raise NotFound
    return Concerned(
        institution_id=row.institution_id,
        consultation_id=row.consultation_id,
        holder_id=row.holder_id,
        prescriber_id=row.prescriber_id,
    )


def is_doctors_act(prescription_id: UUID) -> bool:
    """Whether its doctor took the last step of it."""
    last = PrescriptionStep.objects.filter(prescription_id=prescription_id).order_by("-pk").first()
    return last is not None and last.who == "doctor"


def one(viewer: Viewer, prescription_id: UUID) -> dict[str, Any]:
    """All of it that its doctor, or its patient, may see; audited.

    Raises:
        NotFound: for everybody else, and for the patient while it is a draft.
    """
    row = Prescription.objects.filter(pk=prescription_id).first()
    if row is None or not (prescriber_can(viewer, row) or holder_can(viewer, row)):
        raise NotFound
    is_doctor = prescriber_can(viewer, row)
    _audit(viewer, [row], "prescription.read", "care" if is_doctor else "own")
    version = signed.last(row)
    doctors = people.practitioners([row.practitioner_id])
    return {
        **_row_json(row, version, doctors),
        "revision": row.revision,
        "repeats": repeats_json(row, version),
        "may": _may(row, is_doctor=is_doctor),
        "draft": _draft_json(row) if is_doctor and row.state in EDITABLE else None,
        "signed": signed.version_json(version, is_doctor=is_doctor) if version else None,
        "first_review": signed.first_json(version) if version else None,
        "review": signed.review_json(version, is_doctor=is_doctor) if version else None,
        "document": document_json(row),
        "steps": _steps_json(row, is_doctor=is_doctor),
    }


def of_visit(viewer: Viewer, consultation_id: UUID) -> dict[str, Any]:
    """Those of a visit, newest first, and the patient's `earlier` ones, which may be copied; audited.

    Raises:
        NotFound: the viewer is not the doctor of the visit.
    """
    found = database.fetch_one(_VISIT, [consultation_id])
    if found is None or found[0] != viewer.user_id:
        raise NotFound
    here = list(
        Prescription.objects.filter(
            consultation_id=consultation_id, prescriber_id=viewer.user_id
        ).order_by("-pk")[:PAGE]
    )
    basis = follow_up_basis(consultation_id)
    earlier = _earlier(viewer, consultation_id)
    _audit(viewer, [*here, *earlier], "prescription.list", "care")
    shown = rows_json([*here, *earlier])
    return {
        "items": shown[: len(here)],
        "earlier": shown[len(here) :],
        "may_prescribe": basis.may_prescribe,
        "diagnoses": sorted(basis.codes),
        "proven": chosen_diagnoses(sorted(basis.codes), field="diagnoses"),
        "terms": terms.terms(),
    }


def own(
    viewer: Viewer,
    *,
    patient_id: UUID | None,
    consultation_id: UUID | None = None,
    after: UUID | None,
    limit: int,
) -> dict[str, Any]:
    """Those of the account's patients that were signed, of one visit or of all, newest first, paged
    by key; audited.

    Raises:
        NotFound: the patient is not the viewer's.
    """
    limit = min(max(limit, 1), PAGE)
    found = Prescription.objects.filter(holder_id=viewer.user_id, version__gt=0)
    if patient_id is not None:
        people.patient_of(viewer, patient_id)
        found = found.filter(patient_id=patient_id)
    if consultation_id is not None:
        found = found.filter(consultation_id=consultation_id)
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-pk")[: limit + 1])
    shown = rows[:limit]
    _audit(viewer, shown, "prescription.list", "own")
    return {
        "items": rows_json(shown),
        "next": shown[-1].pk if len(rows) > limit else None,
    }


def earlier_of(patient_id: UUID, *, but: UUID) -> list[Prescription]:
    """Signed ones of the patient, newest first, for those who have checked who asks."""
    rows = Prescription.objects.filter(patient_id=patient_id, version__gt=0).exclude(pk=but)
    return list(rows.order_by("-pk")[:MOST_EARLIER])


def rows_json(rows: Iterable[Prescription]) -> list[dict[str, Any]]:
    """In two statements, however many."""
    shown = list(rows)
    versions = signed.last_of(shown)
    doctors = people.practitioners({row.practitioner_id for row in shown})
    return [_row_json(row, versions.get(row.pk), doctors) for row in shown]


def _row_json(
    row: Prescription,
    version: PrescriptionVersion | None,
    doctors: Mapping[UUID, PractitionerCard],
) -> dict[str, Any]:
    items = version.content["items"] if version else []
    return {
        "id": row.pk,
        "consultation_id": row.consultation_id,
        "patient_id": row.patient_id,
        "state": row.state,
        "state_text": STATES[row.state],
        "state_since": row.state_since,
        "sheet": row.sheet,
        "sheet_text": sheet.SHEETS[row.sheet],
        "version": row.version,
        "begun_at": row.begun_at,
        "signed_at": version.signed_at if version else None,
        "effective_at": row.effective_at,
        "expires_at": row.expires_at,
        "valid_days": row.valid_days,
        "doctor": doctor_json(doctors[row.practitioner_id]),
        "medicines": [each["name"] for each in items],
    }


def _earlier(viewer: Viewer, consultation_id: UUID) -> list[Prescription]:
    """Of the same patient at the same institution: from other visits, and from a doctor before in this one."""
    same = Prescription.objects.raw(
        "select p.* from prescription p"
        " join consultation_consultation c on c.patient_id = p.patient_id"
        " and c.institution_id = p.institution_id"
        " where c.id = %s and p.version > 0"
        " and (p.consultation_id <> c.id or p.prescriber_id <> %s)"
        " order by p.id desc limit %s",
        [consultation_id, viewer.user_id, MOST_EARLIER],
    )
    return list(same)


def _may(row: Prescription, *, is_doctor: bool) -> list[str]:
    """The steps that the table has for the viewer now; whether the law has is asked when one is taken."""
    if is_doctor:
        return [step.name for step in PRESCRIPTION.possible(row.state, "doctor")]
    return ["ticket"] if row.state == "effective" else []


def _draft_json(row: Prescription) -> dict[str, Any]:
    written, items = written_on(row)
    known = medicines((each.product_id for each in items), institution_id=row.institution_id)
    return {
        "diagnoses": list(written.diagnoses),
        "valid_days": written.valid_days,
        "patient_facts": dict(written.patient_facts),
        "weight_kg": written.weight_kg,
        "told": written.told,
        "items": [
            {
                **item_json(each, known[each.product_id]),
                "quantity": each.quantity,
                "to_confirm": each.to_confirm,
            }
            for each in items
        ],
    }


def _steps_json(row: Prescription, *, is_doctor: bool) -> list[dict[str, Any]]:
    """Its course; the patient reads it from the doctor's signature on."""
    texts = {step.name: step.text for step in PRESCRIPTION.steps} | {"begin": _BEGUN}
    found = PrescriptionStep.objects.filter(prescription=row).order_by("pk")
    hidden = set() if is_doctor else {"begin"}
    return [
        {"step": each.step, "text": texts[each.step], "to_state": each.to_state, "at": each.at}
        for each in found
        if each.step not in hidden
    ]


def _audit(viewer: Viewer, rows: Iterable[Prescription], action: str, purpose: str) -> None:
    audit.record_each(
        viewer,
        action,
        {row.pk: row.patient_id for row in rows},
        thing="prescription",
        purpose=purpose,
    )
