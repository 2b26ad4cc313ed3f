"""Calls as their pages show them: the one under way, and those that were."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from xinglin.care.consultation import channels, rules
from xinglin.care.consultation.models import Call, CallInvitation, Consultation, Still
from xinglin.care.consultation.queries.calling import (
    CallConsents,
    CallPlace,
    call_role,
    caption_terms,
    consents_of,
    is_consent_withdrawn,
    was_removed,
)
from xinglin.care.consultation.queries.calling_names import (
    colleague_name,
    doctor_name,
    patient_name,
    short_name,
)
from xinglin.care.consultation.queries.visits import visit_of_party
from xinglin.care.consultation.types import GuestPass
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.calls import queries as rooms
from xinglin.foundation.calls.types import RoomClock, SeatCard, Ticket
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound

_MAIN = frozenset({"patient", "doctor"})


def call_state(viewer: Viewer, consultation_id: UUID) -> dict[str, Any]:
    """The call of the visit that rings or is open, the last one, and whether the viewer may ring.

    Raises:
        NotFound: for everybody but holder and doctor.
    """
    seen = visit_of_party(viewer, consultation_id)
    newest = list(Call.objects.filter(consultation_id=consultation_id).order_by("-id")[:2])
    now = next((each for each in newest if each.state != "ended"), None)
    last = next((each for each in newest if each.state == "ended"), None)
    row = Consultation.objects.get(pk=consultation_id)
    may = [f"ring_{code}" for code in channels.known()] if seen.state == "active" else []
    if may and now is None and is_consent_withdrawn(row):
        may = []
    return {
        "call": call(viewer, now.pk) if now and _is_of(now, viewer, seen.who(viewer)) else None,
        "last": _last_json(last) if last else None,
        "may": may if now is None else [],
        "wished": row.channel,
        "stills": stills_of_visit(consultation_id),
        "channels": [
            {
                "code": each.code,
                "text": each.text,
                "carries": sorted(each.carries),
                "promised_ms": int(each.promised.total_seconds() * 1000),
            }
            for each in channels.known().values()
        ],
    }


def _is_of(row: Call, viewer: Viewer, who: str) -> bool:
    return who == "patient" or row.doctor_user_id == viewer.user_id


def _last_json(row: Call) -> dict[str, Any]:
    return {
        "id": row.pk,
        "channel": row.channel,
        "ending": row.ending,
        "ending_text": rules.CALL_ENDINGS[row.ending],
        "ended_at": row.ended_at,
        "clock_ms": row.clock_ms,
    }


def read_call(viewer: Viewer, call_id: UUID) -> dict[str, Any]:
    """As `call`; the reading is audited."""
    told = call(viewer, call_id)
    place = call_role(viewer, call_id)
    assert place is not None  # else it would not have been told
    audit.record(
        viewer,
        "consultation.read_call",
        subject=Consultation.objects.values_list("patient_id", flat=True).get(
            pk=told["consultation_id"]
        ),
        thing="call",
        thing_id=call_id,
        purpose={"patient": "own", "observer": "quality"}.get(place.role, "care"),
    )
    return told


def visit_of_call(call_id: UUID) -> UUID | None:
    """None: there is no such call."""
    return Call.objects.filter(pk=call_id).values_list("consultation_id", flat=True).first()


def call(viewer: Viewer, call_id: UUID) -> dict[str, Any]:
    """One call for whoever is in it.

    Raises:
        NotFound: for everybody else.
    """
    place = call_role(viewer, call_id)
    if place is None:
        raise NotFound
    row = Call.objects.select_related("consultation").get(pk=call_id)
    said, seats = consents_of(row), rooms.seats(call_id)
    return {
        **_now_json(row, said, seats),
        "consultation_id": row.consultation_id,
        "asked_by": row.asked_by,
        "asked_at": row.asked_at,
        "ended_at": row.ended_at,
        "ending": row.ending or None,
        "ending_text": rules.CALL_ENDINGS.get(row.ending),
        "due_at": row.due_at if row.state == "ringing" else None,
        "promised_ms": row.promised_s * 1000,
        "recording": {"state": said.recording, "patient": said.patient, "since": said.since},
        "still": {"patient": said.still},
        "may": _may(row, place, said),
        "consent": {
            "version": rules.CALL_CONSENT_VERSION,
            "text": rules.RECORDING_CONSENT,
            "still_text": rules.STILL_CONSENT,
        },
        "about": _about(row.consultation, row, place) if place.role not in _MAIN else None,
    }


def _now_json(row: Call, said: CallConsents, seats: list[SeatCard]) -> dict[str, Any]:
    """What guests hear as well."""
    time = _clock(row)
    return {
        "id": row.pk,
        "channel": row.channel,
        "state": row.state,
        "answered_at": row.answered_at,
        "clock_ms": time.ms,
        "clock_running_since": time.running_since,
        "down_since": rooms.down_since(row.pk) if row.state == "open" else None,
        "people": _people(row, seats),
        "observed": any(each.role == "observer" and not each.is_hidden for each in seats),
        "recording": said.recording,
    }


def _clock(row: Call) -> RoomClock:
    if row.answered_at is None:
        return RoomClock(ms=0, running_since=None, spans=(), gaps=())
    return rooms.clock(row.pk, at=row.ended_at or clock.now())


def _people(row: Call, seats: Iterable[SeatCard]) -> list[dict[str, Any]]:
    """The two sides, whoever is asked in, and who else has a seat; nobody who is hidden."""
    seated = {each.person_id: each for each in seats if not each.is_hidden}
    sides = {
        row.consultation.holder_id: ("patient", patient_name(row.consultation.patient_id)),
        row.doctor_user_id: ("doctor", doctor_name(row.doctor_user_id)),
    }
    asked = {
        each.user_id: ("specialist", colleague_name(each.practitioner_id))
        for each in CallInvitation.objects.filter(call=row, answer__in=["", "joined"])
    }
    others = {each.person_id: (each.role, each.name) for each in seated.values()}
    return [
        {
            "person": person,
            "role": role,
            "name": name,
            "here": person in seated and seated[person].here,
        }
        for person, (role, name) in (others | asked | sides).items()
    ]


def _may(row: Call, place: CallPlace, said: CallConsents) -> list[str]:
    """What the viewer can do now, by the names of the API; the services decide again."""
    if row.state == "ended":
        return []
    if place.role not in _MAIN:
        return ["leave"] if row.state == "open" else []
    if row.state == "ringing":
        own = row.asked_by == place.role
        return (["end"] if own else ["answer", "decline"]) + _of_patient(place)
    others = channels.known()[row.channel].may_switch_to & channels.known().keys()
    switches = [f"switch_{code}" for code in sorted(others)]
    if place.role == "patient":
        return ["end", *switches, *_of_patient(place)]
    recording = "stop_recording" if said.recording in {"asked", "on"} else "record"
    invite = [] if rooms.is_full(row.pk, at=clock.now()) else ["invite"]
    return ["end", *switches, recording, "still", *invite, "remove"]


def _of_patient(place: CallPlace) -> list[str]:
    return ["consent"] if place.role == "patient" else []


def _about(visit: Consultation, row: Call, place: CallPlace) -> dict[str, Any]:
    told = {
        "doctor": doctor_name(row.doctor_user_id),
        "department": people.department(visit.department).name,
        "patient": None,
        "sex": "",
        "age_text": None,
    }
    if place.role == "observer":
        return told
    patient = people.patient_card(visit.patient_id)
    return told | {
        "patient": short_name(patient.name),
        "sex": patient.sex,
        "age_text": patient.age_text,
    }


def stills_of_visit(consultation_id: UUID) -> list[dict[str, Any]]:
    """In the order in which they were taken; those withdrawn from the conversation too."""
    rows = Still.objects.filter(call__consultation_id=consultation_id).order_by("at", "id")
    return [still_json(each) for each in rows]


def still_json(row: Still) -> dict[str, Any]:
    return {
        "id": row.pk,
        "call_id": row.call_id,
        "file_id": row.file_id,
        "seq": row.seq,
        "at": row.at,
    }


def ticket(given: Ticket) -> dict[str, Any]:
    """What a page needs to enter."""
    return {
        "call_id": given.room_id,
        "seat": given.seat.id,
        "role": given.seat.role,
        "backend": given.backend,
        "relay_only": given.relay_only,
        "captions": caption_terms(),
        "ice_servers": [
            {"urls": each.urls, "username": each.username, "credential": each.credential}
            for each in given.ice_servers
        ],
        "seats": [each.told() for each in given.seats],
    }


def guest_call(guest: GuestPass) -> dict[str, Any] | None:
    """What a guest sees of the call under way; who was asked out of it sees none."""
    found = Call.objects.select_related("consultation").filter(
        consultation_id=guest.consultation_id
    )
    now = found.exclude(state="ended").first()
    if now is None or was_removed(now.pk, guest.id):
        return None
    told = _now_json(now, consents_of(now), rooms.seats(now.pk))
    return told | {"may": ["join"] if now.state == "open" else []}
