"""What can be done at a site."""

from xinglin.care.sites.services.administration import (
    add_staff,
    change_site,
    found_site,
    link_doctor,
    make_gateway_token,
    note_instrument,
    remove_instrument,
    remove_staff,
    unlink_doctor,
)
from xinglin.care.sites.services.consents import CONSENTS, check_agrees_here
from xinglin.care.sites.services.devices import (
    enrol,
    make_enrolment,
    prove,
    revoke_device,
    set_pin,
    store_key,
)
from xinglin.care.sites.services.forgetting import forget_walk_ins
from xinglin.care.sites.services.hearing import Beat, NotEnrolled, hear
from xinglin.care.sites.services.identify import look_up
from xinglin.care.sites.services.notes import (
    note_alarm,
    note_asked,
    note_ended,
    note_intake,
    note_returned,
    note_seen,
    note_signed,
)
from xinglin.care.sites.services.observing import observe
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
    open_walk_in,
    set_pictures,
    tell_complaint,
)

__all__ = [
    "CONSENTS",
    "Beat",
    "NotEnrolled",
    "add_staff",
    "change_complaint",
    "change_site",
    "check_agrees_here",
    "enrol",
    "forget_walk_ins",
    "found_site",
    "give_up",
    "hand_over",
    "hear",
    "leave",
    "link_doctor",
    "look_up",
    "make_enrolment",
    "make_gateway_token",
    "note_alarm",
    "note_asked",
    "note_done",
    "note_ended",
    "note_instrument",
    "note_intake",
    "note_returned",
    "note_seen",
    "note_signed",
    "note_wishes",
    "observe",
    "open_walk_in",
    "prove",
    "register",
    "remove_instrument",
    "remove_staff",
    "revoke_device",
    "set_pictures",
    "set_pin",
    "store_key",
    "take_back",
    "take_observed",
    "take_reading",
    "tell_complaint",
    "unlink_doctor",
    "withdraw_reading",
]
