"""The catalogue of medicines, prescriptions, their review by sample, and what doctors prescribe often."""

from xinglin.care.prescribing.models.catalogue import MedicinalProduct
from xinglin.care.prescribing.models.consents import PrescriptionConsent
from xinglin.care.prescribing.models.documents import PrescriptionDocument
from xinglin.care.prescribing.models.favourites import Favourite, FavouriteItem
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
from xinglin.care.prescribing.models.repeats import PrescriptionRepeat
from xinglin.care.prescribing.models.sampling import (
    PrescriptionSample,
    SampledPrescription,
    SampleJudgement,
    SampleObjection,
)

__all__ = [
    "Favourite",
    "FavouriteItem",
    "FirstReview",
    "MedicinalProduct",
    "Pharmacist",
    "Prescription",
    "PrescriptionConsent",
    "PrescriptionDocument",
    "PrescriptionItem",
    "PrescriptionOverride",
    "PrescriptionRepeat",
    "PrescriptionReview",
    "PrescriptionSample",
    "PrescriptionStep",
    "PrescriptionTicket",
    "PrescriptionVersion",
    "SampleJudgement",
    "SampleObjection",
    "SampledPrescription",
]
