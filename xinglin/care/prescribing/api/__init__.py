"""Medicines and prescriptions over HTTP."""

from ninja import Router

from xinglin.care.prescribing.api import (
    consents,
    documents,
    favourites,
    medicines,
    prescriptions,
    review,
    sampling,
    site_papers,
)

router = Router(tags=["prescribing"])
router.add_router("", medicines.router)
router.add_router("", prescriptions.router)
router.add_router("", consents.router)
router.add_router("", favourites.router)
router.add_router("", review.router)
router.add_router("", sampling.router)
router.add_router("", documents.router)
router.add_router("", site_papers.router)
