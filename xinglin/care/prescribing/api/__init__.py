"""Medicines and prescriptions over HTTP."""

from ninja import Router

from xinglin.care.prescribing.api import medicines

router = Router(tags=["prescribing"])
router.add_router("", medicines.router)
