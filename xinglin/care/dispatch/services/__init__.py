"""What can be done: duty, offers and their endings, the lease."""

from xinglin.care.dispatch.services.acknowledging import acknowledge_crisis
from xinglin.care.dispatch.services.duty import (
    drop_dead_line,
    drop_unfit,
    end_window,
    set_named,
    start_duty,
    stop_duty,
)
from xinglin.care.dispatch.services.endings import (
    hear_of_languages,
    lapse,
    release,
    tell_nobody,
    withdraw,
)
from xinglin.care.dispatch.services.hand_overs import (
    close_hand_over,
    hand_over_due,
    hand_over_now,
)
from xinglin.care.dispatch.services.making import make_offer, make_offers
from xinglin.care.dispatch.services.offers import accept_offer, refuse_offer
from xinglin.care.dispatch.services.ordering import note_order
from xinglin.care.dispatch.services.pausing import say_here
from xinglin.care.dispatch.services.remedies import (
    close_visit,
    extend_visit,
    put_off_duty,
    reassign_visit,
)
from xinglin.care.dispatch.services.reminding import remind, remind_many
from xinglin.care.dispatch.services.replays import (
    ask_replay,
    make_next_replay,
    note_replay_read,
)
from xinglin.care.dispatch.services.seen import (
    note_export,
    note_offers_seen,
    note_queue_seen,
    note_steps_read,
    note_visits_listed,
)
from xinglin.care.dispatch.services.spans import note_span
from xinglin.care.dispatch.services.sparing import spare_experts, spare_no_more
from xinglin.care.dispatch.services.telling import (
    forget_told_wait,
    note_told_wait,
    settle_told_wait,
)
from xinglin.care.dispatch.services.transfers import transfer_visit
from xinglin.care.dispatch.services.windows import set_windows, tell_end

__all__ = [
    "accept_offer",
    "acknowledge_crisis",
    "ask_replay",
    "close_hand_over",
    "close_visit",
    "drop_dead_line",
    "drop_unfit",
    "end_window",
    "extend_visit",
    "forget_told_wait",
    "hand_over_due",
    "hand_over_now",
    "hear_of_languages",
    "lapse",
    "make_next_replay",
    "make_offer",
    "make_offers",
    "note_export",
    "note_offers_seen",
    "note_order",
    "note_queue_seen",
    "note_replay_read",
    "note_span",
    "note_steps_read",
    "note_told_wait",
    "note_visits_listed",
    "put_off_duty",
    "reassign_visit",
    "refuse_offer",
    "release",
    "remind",
    "remind_many",
    "say_here",
    "set_named",
    "set_windows",
    "settle_told_wait",
    "spare_experts",
    "spare_no_more",
    "start_duty",
    "stop_duty",
    "tell_end",
    "tell_nobody",
    "transfer_visit",
    "withdraw",
]
