"""A draft as the doctor has written it so far, for those who may act on it."""

from uuid import UUID

from xinglin.care.prescribing import sheet
from xinglin.care.prescribing.models import Prescription, PrescriptionItem
from xinglin.care.prescribing.sheet import Sheet, Told, Written


def written_on(row: Prescription) -> tuple[Sheet, list[PrescriptionItem]]:
    """The form as it was saved last, and its rows in order."""
    rows = list(PrescriptionItem.objects.filter(prescription=row).order_by("position"))
    known = dict(row.patient_facts)
    weight = str(known.pop(sheet.WEIGHT, ""))
    form = Sheet(
        items=tuple(_written(each) for each in rows),
        diagnoses=tuple(row.diagnoses),
        valid_days=row.valid_days,
        patient_facts=known,
        weight_kg=weight,
        told=Told(**row.told),
    )
    return form, rows


def _written(row: PrescriptionItem) -> Written:
    return Written(
        product_id=row.product_id,
        dose=digits(row),
        dose_unit=row.dose_unit,
        route=row.route,
        frequency=row.frequency,
        days=row.days,
        doses=row.doses,
    )


def digits(row: PrescriptionItem) -> str:
    """The dose without empty decimals: 0.5 and not 0.5000."""
    return f"{row.dose.normalize():f}"


def quantities(prescription_id: UUID) -> list[int]:
    """Of each item of a draft that the caller has just saved, in order."""
    rows = PrescriptionItem.objects.filter(prescription=prescription_id).order_by("position")
    return list(rows.values_list("quantity", flat=True))
