"""What is left of the calls of a visit, and what of them is under way elsewhere in the house."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.models import Call, CallInvitation, Consultation, Observation, Still
from xinglin.care.consultation.queries.calling import consents, is_observed_openly
from xinglin.care.consultation.queries.calling_names import (
    observer_name,
    short_name,
)
from xinglin.care.consultation.queries.calls import still_json
from xinglin.care.consultation.queries.recordings import cards_of, recorded
from xinglin.care.consultation.queries.visits import audit_read, visit
from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.calls import queries as rooms
from xinglin.foundation.calls.types import RoomClock, SeatCard, Stay
from xinglin.kernel import clock
from xinglin.kernel.text import Text

MOST = 100
# Above it the line is told to be so to who watches over it: percent lost, milliseconds there and
# back. Ours, from measurements on narrow and lossy links; the pages say the same of it themselves
# (web/src/shared/call/quality.ts).
FAIR = {"loss": 3, "rtt": 400}
POOR = {"loss": 8, "rtt": 900}
_ALARMS = ("lost", "down", "poor", "fair", "good")


def calls_of_visit(viewer: Viewer, consultation_id: UUID) -> list[dict[str, Any]]:
    """Every call, the newest first; the reading is audited.

    Raises:
        NotFound: for everybody but holder, doctor and former signers.
    """
    seen = visit(viewer, consultation_id)
    audit_read(viewer, seen, "consultation.list_calls")
    return past_calls(consultation_id)


def past_calls(consultation_id: UUID) -> list[dict[str, Any]]:
    """For callers that have checked who asks."""
    rows = list(
        Call.objects.filter(consultation_id=consultation_id)
        .select_related("consultation")
        .order_by("-id")[:MOST]
    )
    ids = [row.pk for row in rows]
    said, times = consents(rows), rooms.clocks(ids, at=clock.now())
    stays, qualities = rooms.stays_of(ids), rooms.qualities(ids)
    invited = _by_call(CallInvitation.objects.filter(call__in=ids).order_by("id"))
    stills = _by_call(Still.objects.filter(call__in=ids).order_by("at", "id"))
    cards = cards_of(ids)
    observed = _by_call(Observation.objects.filter(call__in=ids, openly=True))
    doctors = people.practitioners(
        {row.practitioner_id for row in rows}
        | {each.practitioner_id for few in invited.values() for each in few}
    )
    patients = people.patient_cards({row.consultation.patient_id for row in rows})
    return [
        {
            "id": row.pk,
            "channel": row.channel,
            "state": row.state,
            "asked_by": row.asked_by,
            "asked_at": row.asked_at,
            "answered_at": row.answered_at,
            "ended_at": row.ended_at,
            "ending": row.ending or None,
            "ending_text": rules.CALL_ENDINGS.get(row.ending),
            "promised_ms": row.promised_s * 1000,
            "clock_ms": _ms(row, times.get(row.pk)),
            "cut_short": row.cut_short,
            "gaps": _gaps(times.get(row.pk)),
            "quality": qualities.get(row.pk, rooms.NO_QUALITY),
            "people": [
                *_sides(row, doctors, short_name(patients[row.consultation.patient_id].name)),
                *(_invited(each, doctors) for each in invited.get(row.pk, ())),
                *(_observer(each) for each in observed.get(row.pk, ())),
                *_guests(stays.get(row.pk, ())),
            ],
            "stills": [still_json(each) for each in stills.get(row.pk, ())],
            "recording": {
                "state": said[row.pk].recording,
                "patient": said[row.pk].patient,
                "since": said[row.pk].since,
            },
            "recording_card": cards.get(row.pk),
        }
        for row in rows
    ]


def _by_call(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.call_id, []).append(row)
    return found


def _ms(row: Call, time: RoomClock | None) -> int:
    if row.clock_ms is not None:
        return row.clock_ms
    return time.ms if time and row.answered_at else 0


def _gaps(time: RoomClock | None) -> list[dict[str, datetime]]:
    return [{"since": since, "until": until} for since, until in time.gaps] if time else []


def _sides(row: Call, doctors: dict[UUID, PractitionerCard], patient: Text) -> list[dict[str, Any]]:
    came = row.answered_at
    asked = row.asked_at
    return [
        {
            "person": row.consultation.holder_id,
            "role": "patient",
            "name": patient,
            "joined_at": asked if row.asked_by == "patient" else came,
        },
        {
            "person": row.doctor_user_id,
            "role": "doctor",
            "name": _called(doctors[row.practitioner_id]),
            "joined_at": asked if row.asked_by == "doctor" else came,
        },
    ]


def _called(doctor: PractitionerCard) -> Text:
    return Text(f"{doctor.name.zh}医生", f"Dr {doctor.name.en}")


def _invited(row: CallInvitation, doctors: dict[UUID, PractitionerCard]) -> dict[str, Any]:
    return {
        "person": row.user_id,
        "role": "specialist",
        "name": _called(doctors[row.practitioner_id]),
        "joined_at": row.joined_at,
    }


def _observer(row: Observation) -> dict[str, Any]:
    return {
        "person": row.observer_id,
        "role": "observer",
        "name": observer_name(),
        "joined_at": row.at,
    }


def _guests(stays: Sequence[Stay]) -> list[dict[str, Any]]:
    """Each once, from when they came first."""
    came = {each.person_id: each for each in reversed(stays) if each.role == "guest"}
    return [
        {
            "person": each.person_id,
            "role": "guest",
            "name": Text("受邀人", "Guest"),
            "joined_at": each.entered_at,
        }
        for each in came.values()
    ]


def call_invitations(viewer: Viewer) -> list[dict[str, Any]]:
    """Calls that are open and into which the viewer is asked, the newest first; audited."""
    asked = list(
        CallInvitation.objects.filter(
            user_id=viewer.user_id, call__state="open", answer__in=["", "joined"]
        )
        .select_related("call__consultation")
        .order_by("-id")[:MOST]
    )
    visits = [each.call.consultation for each in asked]
    doctors = people.practitioners({each.call.practitioner_id for each in asked})
    patients = people.patient_cards({visit.patient_id for visit in visits})
    audit.record_each(
        viewer,
        "consultation.list_call_invitations",
        {each.call_id: each.call.consultation.patient_id for each in asked},
        thing="call",
        purpose="care",
    )
    return [
        {
            "id": each.pk,
            "call_id": each.call_id,
            "doctor": _called(doctors[each.call.practitioner_id]),
            "department": people.department(row.department).name,
            "patient": short_name(patients[row.patient_id].name),
            "sex": patients[row.patient_id].sex,
            "age_text": patients[row.patient_id].age_text,
            "channel": each.call.channel,
            "invited_at": each.invited_at,
        }
        for each, row in zip(asked, visits, strict=True)
    ]


def observable_calls(viewer: Viewer) -> dict[str, Any]:
    """Open calls of the viewer's house, those in trouble first; no patient is named."""
    house = viewer.institution_id
    if house is None:
        return {"openly": True, "items": []}
    rows = list(
        Call.objects.filter(state="open", consultation__institution_id=house)
        .select_related("consultation")
        .order_by("answered_at", "id")
    )
    at, ids = clock.now(), [row.pk for row in rows]
    seats, said = rooms.seats_of(ids), consents(rows)
    down, (lost, _) = rooms.rooms_down(ids, at=at), recorded(rows, at=at)
    found = [
        (
            row,
            _state(
                seats.get(row.pk, []),
                said[row.pk].recording,
                is_down=row.pk in down,
                is_lost=row.pk in lost,
            ),
        )
        for row in rows
    ]
    # All are looked at: the one in trouble may be the newest.
    found.sort(key=lambda each: _ALARMS.index(_worst(each[1])))
    doctors = people.practitioners({row.practitioner_id for row, _ in found[:MOST]})
    items = [_about(row, doctors[row.practitioner_id]) | state for row, state in found[:MOST]]
    return {"openly": is_observed_openly(house, at), "items": items}


def _worst(item: dict[str, Any]) -> str:
    return "lost" if item["recording"] == "lost" else str(item["verdict"])


def _about(row: Call, doctor: PractitionerCard) -> dict[str, Any]:
    visit: Consultation = row.consultation
    return {
        "id": row.pk,
        "department": people.department(visit.department).name,
        "doctor": _called(doctor),
        "channel": row.channel,
        "since": row.answered_at,
    }


def _state(
    seats: list[SeatCard], recording: str, *, is_down: bool, is_lost: bool
) -> dict[str, Any]:
    return {
        "verdict": "down" if is_down else grade_of(each.state for each in seats if each.is_main),
        "recording": "lost" if is_lost else recording,
        "people": sum(1 for each in seats if each.role != "observer"),
    }


def grade_of(states: Iterable[dict[str, Any]]) -> str:
    """Of the worst of the two sides' last reports."""
    told = list(states)

    def passes(limit: dict[str, int]) -> bool:
        return any(float(each.get(of) or 0) > most for each in told for of, most in limit.items())

    if passes(POOR):
        return "poor"
    return "fair" if passes(FAIR) else "good"
