"""What can be asked of duty, offers and the queue."""

from xinglin.care.dispatch.queries.abnormal import AbnormalLine, Sought, abnormal_events
from xinglin.care.dispatch.queries.board import board, board_now
from xinglin.care.dispatch.queries.course import visit_course
from xinglin.care.dispatch.queries.desk import own_figures
from xinglin.care.dispatch.queries.directory import Search, find_doctors
from xinglin.care.dispatch.queries.duty import departments_on_duty, duty
from xinglin.care.dispatch.queries.evidence import offer_evidence, offer_ids
from xinglin.care.dispatch.queries.hand_overs import hand_overs
from xinglin.care.dispatch.queries.listing import (
    Asked,
    DoctorLine,
    VisitLine,
    board_doctors,
    board_visits,
)
from xinglin.care.dispatch.queries.offers import asked_doctor, offers
from xinglin.care.dispatch.queries.profiles import doctor_profile
from xinglin.care.dispatch.queries.queue import place, place_now, queue
from xinglin.care.dispatch.queries.replays import (
    ReplayChoices,
    replay,
    replay_choices,
    replays,
)
from xinglin.care.dispatch.queries.sheets import sheet_of
from xinglin.care.dispatch.queries.telling import told_waits

__all__ = [
    "AbnormalLine",
    "Asked",
    "DoctorLine",
    "ReplayChoices",
    "Search",
    "Sought",
    "VisitLine",
    "abnormal_events",
    "asked_doctor",
    "board",
    "board_doctors",
    "board_now",
    "board_visits",
    "departments_on_duty",
    "doctor_profile",
    "duty",
    "find_doctors",
    "hand_overs",
    "offer_evidence",
    "offer_ids",
    "offers",
    "own_figures",
    "place",
    "place_now",
    "queue",
    "replay",
    "replay_choices",
    "replays",
    "sheet_of",
    "told_waits",
    "visit_course",
]
