"""Dispatch over HTTP: duty, offers and queue; and doctors, for those who look for one."""

from ninja import Router

from xinglin.care.dispatch.api import (
    board,
    desk,
    doctors,
    duty,
    exports,
    hand_overs,
    promises,
    remedies,
    replays,
    telling,
    transfers,
)

router = Router(tags=["dispatch"])
router.add_router("", duty.router)
router.add_router("", board.router)
router.add_router("", remedies.router)
router.add_router("", exports.router)
router.add_router("", desk.router)
router.add_router("", doctors.router)
router.add_router("", transfers.router)
router.add_router("", hand_overs.router)
router.add_router("", telling.router)
router.add_router("", replays.router)
router.add_router("", promises.router)
