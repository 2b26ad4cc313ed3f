"""Sites over HTTP."""

from ninja import Router

from xinglin.care.sites.api import (
    administration,
    board,
    gateway,
    readings,
    screen,
    station,
    walk_ins,
)

router = Router(tags=["sites"])
router.add_router("", station.router)
router.add_router("", walk_ins.router)
router.add_router("", readings.router)
router.add_router("", screen.router)
router.add_router("", gateway.router)
router.add_router("", board.router)
router.add_router("", administration.router)
