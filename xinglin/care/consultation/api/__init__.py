"""Visits over HTTP. A message is posted at the live process, which alone writes threads."""

from ninja import Router

from xinglin.care.consultation.api import record, search, visits

router = Router(tags=["consultation"])
router.add_router("", visits.router)
router.add_router("", record.router)
router.add_router("", search.router)
