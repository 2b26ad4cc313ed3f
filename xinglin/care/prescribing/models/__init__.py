"""The catalogue of medicines, prescriptions, and what doctors prescribe often."""

from xinglin.care.prescribing.models.catalogue import MedicinalProduct
from xinglin.care.prescribing.models.favourites import Favourite, FavouriteItem
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
    "Favourite",
    "FavouriteItem",
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
