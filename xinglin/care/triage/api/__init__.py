"""Triage over HTTP."""

from ninja import Router

from xinglin.care.triage.api import intakes, staff

router = Router(tags=["triage"])
router.add_router("", intakes.router)
router.add_router("", staff.router)
