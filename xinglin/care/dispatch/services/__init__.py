"""What can be done: duty, offers and their endings, the lease."""

from xinglin.care.dispatch.services.duty import (
    drop_dead_line,
    drop_unfit,
    start_duty,
    stop_duty,
)
from xinglin.care.dispatch.services.endings import lapse, release, tell_nobody, withdraw
from xinglin.care.dispatch.services.offers import accept_offer, make_offer, refuse_offer
from xinglin.care.dispatch.services.seen import note_offers_seen, note_queue_seen

__all__ = [
    "accept_offer",
    "drop_dead_line",
    "drop_unfit",
    "lapse",
    "make_offer",
    "note_offers_seen",
    "note_queue_seen",
    "refuse_offer",
    "release",
    "start_duty",
    "stop_duty",
    "tell_nobody",
    "withdraw",
]
