"""The safety check run again on what was signed: facts, and what else the patient takes, may be new."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from xinglin.care.people import queries as people
from xinglin.care.prescribing import sheet
from xinglin.care.prescribing.models import Prescription, PrescriptionVersion
from xinglin.care.prescribing.queries.prescribable import medicines
from xinglin.care.prescribing.services import checking
from xinglin.care.prescribing.sheet import Sheet, Told, Written
from xinglin.policy import facts


def answered(version: PrescriptionVersion) -> facts.SafetyCheck:
    """As it was signed, with the doctor's answers."""
    return checking.for_policy(version.report, version.overrides)


def again(row: Prescription, version: PrescriptionVersion, *, at: datetime) -> facts.SafetyCheck:
    """Of now; a hit that the doctor has not answered is open.

    Raises:
        CheckFailedError: the check did not run to its end.
    """
    written = _as_signed(version)
    known = medicines(
        (each.product_id for each in written.items), institution_id=row.institution_id
    )
    case = checking.case_of(
        written,
        known,
        people.patient_card(row.patient_id),
        diagnoses=version.content["diagnoses"],
        allergies=version.content["allergies"],
        current=checking.taken_now(row.patient_id, but=row.pk, at=at),
    )
    return checking.for_policy(checking.told(checking.checked(case)), version.overrides)


def _as_signed(version: PrescriptionVersion) -> Sheet:
    content = version.content
    known = dict(content["patient_facts"])
    weight = str(known.pop(sheet.WEIGHT, ""))
    return Sheet(
        items=tuple(
            Written(
                product_id=UUID(each["product_id"]),
                dose=str(Decimal(each["dose"])),
                dose_unit=each["dose_unit"],
                route=each["route"],
                frequency=each["frequency"],
                days=each["days"],
                doses=each["doses"],
            )
            for each in content["items"]
        ),
        diagnoses=tuple(each["code"] for each in content["diagnoses"]),
        valid_days=content["valid_days"],
        patient_facts=known,
        weight_kg=weight,
        told=Told(**content["told"]),
    )
