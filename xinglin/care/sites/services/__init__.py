"""What can be done at a site."""

from xinglin.care.sites.services.notes import (
    note_asked,
    note_ended,
    note_intake,
    note_returned,
    note_seen,
)
from xinglin.care.sites.services.readings import take_observed, take_reading, withdraw_reading
from xinglin.care.sites.services.register import register
from xinglin.care.sites.services.screens import (
    give_up,
    hand_over,
    note_done,
    note_wishes,
    take_back,
)
from xinglin.care.sites.services.walk_ins import (
    change_complaint,
    leave,
    set_pictures,
    tell_complaint,
)

__all__ = [
    "change_complaint",
    "give_up",
    "hand_over",
    "leave",
    "note_asked",
    "note_done",
    "note_ended",
    "note_intake",
    "note_returned",
    "note_seen",
    "note_wishes",
    "register",
    "set_pictures",
    "take_back",
    "take_observed",
    "take_reading",
    "tell_complaint",
    "withdraw_reading",
]
