"""How one visit came to be where it is: its steps, the offers of it, and what operators did."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation.types import HouseVisit, VisitStep
from xinglin.care.dispatch.lifecycle import OFFER
from xinglin.care.dispatch.queries.board import check_house
from xinglin.care.dispatch.queries.listing import VisitLine, visit_lines
from xinglin.care.dispatch.queries.names import WHO, name_of
from xinglin.care.dispatch.queries.reasons import auditors_line
from xinglin.care.dispatch.types import REMEDY_REASONS
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel.text import Text

MOST: Final = 200
_OFFERS = """
    select s.step, s.who, s.actor_id, s.at, s.reason, o.practitioner_id,
        case when s.step = 'make' then o.why end
    from dispatch_offer o join dispatch_offer_step s on s.offer_id = o.id
    where o.consultation_id = %s order by s.at, s.id limit %s
"""
_REMINDERS = """
    select kind, by, at, practitioner_id from dispatch_remedy
    where consultation_id = %s and act = 'remind' order by at limit %s
"""
_RAISED = """
    select need, at, practitioner_id from dispatch_raised_need
    where consultation_id = %s order by at limit %s
"""
_SENIOR = {
    2: Text("医生要求副主任医师或以上", "A doctor asked for an associate chief or chief"),
    3: Text("医生要求主任医师", "A doctor asked for a chief"),
}
_OFFERED = Text("派单给医生", "Offered to a doctor")
_REMINDED = {
    True: Text("运营提醒医生", "The doctor was reminded"),
    False: Text("运营提醒患者", "The patient was reminded"),
}
_REFUSALS = {
    "busy": Text("忙不过来", "too busy"),
    "not_my_field": Text("不是本专业", "not the own field"),
    "needs_senior": Text("需要更高年资的医生", "needs a senior colleague"),
    "conflict": Text("与患者有利害关系", "a conflict of interest"),
    "other": Text("其他原因", "another reason"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`doctor`: whom it concerns. `kind`: visit, offer or reminder. `why`: of an offer, what was
    compared: for whoever looks into it.
    """

    kind: str
    at: datetime
    text: Text
    who: Text
    doctor: Text | None
    reason: Text | None
    why: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """`patient_id` is for the audit and does not leave the house."""

    visit: VisitLine
    patient_id: UUID
    events: tuple[Event, ...]


def visit_course(viewer: Viewer, consultation_id: UUID, at: datetime) -> Course:
    """Oldest first, of either kind `MOST` at most. Whoever shows it audits it.

    Raises:
        NotFound: no such visit in the viewer's institution.
    """
    visit = visits.house_visit(consultation_id)
    check_house(viewer, visit.institution_id)
    offers = database.fetch(_OFFERS, [visit.id, MOST])
    reminders = database.fetch(_REMINDERS, [visit.id, MOST])
    steps = visits.steps_of(visit.id)[:MOST]
    doctors = _doctors(visit, steps, [*(r[5] for r in offers), *(r[3] for r in reminders)])
    name = cache(name_of)  # the same few people in every step
    found = [_of_visit(step, doctors, name) for step in steps] + _raised(visit.id, doctors)
    for step, who, by, when, reason, doctor, why in offers:
        found.append(
            Event(
                kind="offer",
                at=when,
                text=_OFFERED if step == "make" else _offer_text(step),
                who=name(by, who),
                doctor=doctors.get(doctor),
                reason=_REFUSALS.get(reason),
                why=None if why is None else auditors_line(json.loads(why)),
            )
        )
    for _, by, when, doctor in reminders:
        found.append(
            Event(
                kind="reminder",
                at=when,
                text=_REMINDED[doctor is not None],
                who=name(by, "operator"),
                doctor=doctors.get(doctor),
                reason=None,
            )
        )
    return Course(
        visit=visit_lines([visit], at)[0],
        patient_id=visit.patient_id,
        events=tuple(sorted(found, key=lambda event: event.at)),
    )


def _doctors(
    visit: HouseVisit, steps: list[VisitStep], more: list[UUID | None]
) -> Mapping[UUID | None, Text]:
    known = {visit.practitioner_id, *more}
    known |= {
        UUID(step.detail["practitioner_id"]) for step in steps if "practitioner_id" in step.detail
    }
    found = people.practitioners({each for each in known if each is not None})
    return {each: card.name for each, card in found.items()}


def _raised(visit_id: UUID, doctors: Mapping[UUID | None, Text]) -> list[Event]:
    """By a doctor who was asked for it, whom its offers name already."""
    return [
        Event(
            kind="visit",
            at=at,
            text=_SENIOR[need],
            who=doctors.get(doctor, WHO["doctor"]),
            doctor=None,
            reason=None,
        )
        for need, at, doctor in database.fetch(_RAISED, [visit_id, MOST])
    ]


def _of_visit(
    step: VisitStep, doctors: Mapping[UUID | None, Text], name: Callable[[UUID, str], Text]
) -> Event:
    named = step.detail.get("practitioner_id")
    return Event(
        kind="visit",
        at=step.at,
        text=visits.step_text(step.name),
        who=name(step.by, step.who),
        doctor=doctors.get(UUID(named)) if named else None,
        reason=_reason(step),
    )


def _reason(step: VisitStep) -> Text | None:
    if not step.reason:
        return None
    own = next(
        (words[step.reason] for words in _ACTS.get(step.name, ()) if step.reason in words), None
    )
    return own or visits.reason_text(step.reason)


_ACTS = {
    "put_first": (REMEDY_REASONS["reassign"],),
    "name_doctor": (REMEDY_REASONS["reassign"],),
    "close_by_house": (REMEDY_REASONS["close"],),
    "cancel_by_house": (REMEDY_REASONS["close"],),
    **{
        f"extend_{state}": (REMEDY_REASONS["extend"],)
        for state in ("active", "left_message", "nobody", "waiting")
    },
}


def _offer_text(name: str) -> Text:
    return next(step.text for step in OFFER.steps if step.name == name)
