"""The catalogue of medicines, and prescriptions."""

from xinglin.care.prescribing.models.catalogue import MedicinalProduct
from xinglin.care.prescribing.models.first_reviews import FirstReview
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
    "FirstReview",
    "MedicinalProduct",
    "Pharmacist",
    "Prescription",
    "PrescriptionItem",
    "PrescriptionOverride",
    "PrescriptionReview",
    "PrescriptionStep",
    "PrescriptionTicket",
    "PrescriptionVersion",
]
