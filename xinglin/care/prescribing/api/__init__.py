"""Medicines and prescriptions over HTTP."""

from ninja import Router

from xinglin.care.prescribing.api import favourites, medicines, prescriptions, review

router = Router(tags=["prescribing"])
router.add_router("", medicines.router)
router.add_router("", prescriptions.router)
router.add_router("", favourites.router)
router.add_router("", review.router)
