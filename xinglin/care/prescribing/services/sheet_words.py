"""The words of a sheet as they are signed: by the patient beforehand, by the doctor afterwards."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from xinglin.care.consultation.queries.diagnoses import chosen_diagnoses
from xinglin.care.prescribing import statement
from xinglin.care.prescribing.models import Prescription, PrescriptionItem
from xinglin.care.prescribing.queries.drafts import digits, written_on
from xinglin.care.prescribing.queries.prescribable import medicines
from xinglin.care.prescribing.services import lawful
from xinglin.care.prescribing.types import Medicine


def words_of(
    row: Prescription,
    items: Sequence[PrescriptionItem],
    known: Mapping[UUID, Medicine],
    diagnoses: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    """All that the doctor has written, with the names that hold today; nothing that the clock changes."""
    return {
        "institution_id": str(row.institution_id),
        "consultation_id": str(row.consultation_id),
        "department": row.department,
        "sheet": row.sheet,
        "patient_facts": dict(row.patient_facts),
        "told": dict(row.told),
        "diagnoses": list(diagnoses),
        "items": [_item(each, known[each.product_id]) for each in items],
        "valid_days": row.valid_days,
    }


def words_now(row: Prescription) -> dict[str, Any]:
    """As `words_of`, of the draft as it was saved last."""
    written, items = written_on(row)
    known = medicines((each.product_id for each in items), institution_id=row.institution_id)
    return words_of(row, items, known, chosen_diagnoses(written.diagnoses, field="diagnoses"))


def digest(row: Prescription, words: Mapping[str, Any]) -> str:
    """What a patient's signature names: these words, of this revision, for this patient."""
    return statement.sheet_sha256(
        words, prescription_id=row.pk, patient_id=row.patient_id, revision=row.revision
    )


def _item(row: PrescriptionItem, medicine: Medicine) -> dict[str, Any]:
    return {
        "product_id": str(row.product_id),
        "code": medicine.code,
        "name": medicine.name.as_dict(),
        "strength": medicine.strength,
        "form": medicine.form,
        "approval_number": medicine.approval_number,
        "ingredients": [each.as_dict() for each in medicine.ingredients],
        "classes": sorted(lawful.classes_of(medicine)),
        "dose": digits(row),
        "dose_unit": row.dose_unit,
        "route": row.route,
        "frequency": row.frequency,
        "days": row.days,
        "doses": row.doses,
        "quantity": row.quantity,
        "quantity_unit": medicine.dose_unit,
    }
