"""The auditor's room over HTTP."""

from ninja import Router

from xinglin.care.quality.api import audit, packages

router = Router(tags=["audit"])
router.add_router("", audit.router)
router.add_router("", packages.router)
