"""People over HTTP."""

from ninja import Router

from xinglin.care.people.api import (
    account,
    applications,
    credentials,
    faces,
    family,
    hospital,
    merging,
    people,
    publishing,
    setup,
    sheets,
    teams,
)

router = Router(tags=["people"])
router.add_router("", people.router)
router.add_router("", faces.router)
router.add_router("", family.router)
router.add_router("", merging.router)
router.add_router("", account.router)
router.add_router("", hospital.router)
router.add_router("", applications.router)
router.add_router("", credentials.router)
router.add_router("", teams.router)
router.add_router("", setup.router)
router.add_router("", sheets.router)
router.add_router("", publishing.router)
