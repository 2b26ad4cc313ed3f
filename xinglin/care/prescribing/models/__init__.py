"""The catalogue of medicines, and prescriptions."""

from xinglin.care.prescribing.models.catalogue import MedicinalProduct
from xinglin.care.prescribing.models.documents import PrescriptionDocument
from xinglin.care.prescribing.models.prescriptions import (
    Pharmacist,
    Prescription,
    PrescriptionItem,
    PrescriptionOverride,
    PrescriptionReview,
    PrescriptionStep,
    PrescriptionTicket,
    PrescriptionVersion,
)

__all__ = [
    "MedicinalProduct",
    "Pharmacist",
    "Prescription",
    "PrescriptionDocument",
    "PrescriptionItem",
    "PrescriptionOverride",
    "PrescriptionReview",
    "PrescriptionStep",
    "PrescriptionTicket",
    "PrescriptionVersion",
]
