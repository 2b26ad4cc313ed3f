"""The catalogue of medicines, and prescriptions."""

from xinglin.care.prescribing.models.catalogue import MedicinalProduct
from xinglin.care.prescribing.models.consents import PrescriptionConsent
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
from xinglin.care.prescribing.models.repeats import PrescriptionRepeat

__all__ = [
    "MedicinalProduct",
    "Pharmacist",
    "Prescription",
    "PrescriptionConsent",
    "PrescriptionItem",
    "PrescriptionOverride",
    "PrescriptionRepeat",
    "PrescriptionReview",
    "PrescriptionStep",
    "PrescriptionTicket",
    "PrescriptionVersion",
]
