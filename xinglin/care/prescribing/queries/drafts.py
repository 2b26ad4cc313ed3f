"""A draft as the doctor has written it so far, for those who may act on it."""

from typing import Any
from uuid import UUID

from xinglin.care.prescribing import rules, sheet
from xinglin.care.prescribing.models import FavouriteItem, Prescription, PrescriptionItem
from xinglin.care.prescribing.queries import terms
from xinglin.care.prescribing.sheet import Sheet, Told, Written
from xinglin.care.prescribing.types import Medicine


def written_on(row: Prescription) -> tuple[Sheet, list[PrescriptionItem]]:
    """The form as it was saved last, and its rows in order."""
    rows = list(PrescriptionItem.objects.filter(prescription=row).order_by("position"))
    known = dict(row.patient_facts)
    weight = str(known.pop(sheet.WEIGHT, ""))
    form = Sheet(
        items=tuple(written(each) for each in rows),
        diagnoses=tuple(row.diagnoses),
        valid_days=row.valid_days,
        patient_facts=known,
        weight_kg=weight,
        told=Told(**row.told),
    )
    return form, rows


def written(row: PrescriptionItem | FavouriteItem) -> Written:
    return Written(
        product_id=row.product_id,
        dose=digits(row),
        dose_unit=row.dose_unit,
        route=row.route,
        frequency=row.frequency,
        days=row.days,
        doses=row.doses,
    )


def digits(row: PrescriptionItem | FavouriteItem) -> str:
    """The dose without empty decimals: 0.5 and not 0.5000."""
    return f"{row.dose.normalize():f}"


def item_json(row: PrescriptionItem | FavouriteItem, medicine: Medicine) -> dict[str, Any]:
    """An item with what may be chosen for its medicine; no frequencies: any."""
    return {
        "product_id": row.product_id,
        "name": medicine.name,
        "strength": medicine.strength,
        "dose": digits(row),
        "dose_unit": row.dose_unit,
        "units": list(sheet.units_of(medicine)),
        "routes": terms.chosen(rules.ROUTES, medicine.routes),
        "frequencies": list(medicine.frequencies),
        "route": row.route,
        "route_text": rules.ROUTES.get(row.route),
        "frequency": row.frequency,
        "frequency_text": rules.frequencies().get(row.frequency),
        "days": row.days,
        "doses": row.doses,
        "quantity_unit": medicine.dose_unit,
    }


def quantities(prescription_id: UUID) -> list[int]:
    """Of each item of a draft that the caller has just saved, in order."""
    rows = PrescriptionItem.objects.filter(prescription=prescription_id).order_by("position")
    return list(rows.values_list("quantity", flat=True))
