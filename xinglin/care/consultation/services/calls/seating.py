"""Coming into the room of a call, and leaving it: each person by what the visit says they are."""

from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Call, CallInvitation, Consultation
from xinglin.care.consultation.queries.calling import CallPlace, call_role, was_removed
from xinglin.care.consultation.queries.calling_names import (
    colleague_name,
    doctor_name,
    guest_title,
    observer_name,
    patient_name,
)
from xinglin.care.consultation.services.calls import cards
from xinglin.care.consultation.services.calls.holding import check_goes_on, check_open, held
from xinglin.care.consultation.services.calls.steps import announce, note
from xinglin.care.consultation.types import GuestPass
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.calls import queries as rooms_now
from xinglin.foundation.calls import services as rooms
from xinglin.foundation.calls.types import NewSeat, Ticket
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text

_MAIN = frozenset({"patient", "doctor"})


@outbox.in_one_transaction()
def take_seat(viewer: Viewer, call_id: UUID, *, seat_id: UUID, at: datetime) -> Ticket:
    """Let this page in; what the person had open elsewhere is out.

    Args:
        seat_id: made up by the page, one each time that it loads.
    Raises:
        NotFound: the viewer is neither side, nor asked in, nor observes.
        Conflict: the call is over, not answered yet (for others than its sides), or full.
    Locks: thread, visit, call, room.
    """
    call, row = held(call_id)
    place = call_role(viewer, call_id)
    if place is None:
        raise NotFound
    check_goes_on(call)
    if place.role not in _MAIN:
        check_open(call)
    ticket = _seat(call, viewer.user_id, seat_id, place, _name(place, row, viewer), at)
    if place.role == "specialist":
        _note_joined(call, row, viewer, at)
    note(call, row, "enter", who=place.role, actor=viewer, at=at)
    return ticket


def _name(place: CallPlace, row: Consultation, viewer: Viewer) -> Text:
    if place.role == "patient":
        return patient_name(row.patient_id)
    if place.role == "observer":
        return observer_name()
    return doctor_name(viewer.user_id)


def _seat(  # each is a fact of the seat
    call: Call, person_id: UUID, seat_id: UUID, place: CallPlace, name: Text, at: datetime
) -> Ticket:
    new = NewSeat(
        id=seat_id,
        person_id=person_id,
        role=place.role,
        name=name,
        is_main=place.role in _MAIN,
        sends=place.role != "observer",
        is_hidden=place.is_hidden,
        may_be_recorded=place.may_be_recorded,
    )
    return rooms.take_seat(call.pk, new, at=at)


def _note_joined(call: Call, row: Consultation, viewer: Viewer, at: datetime) -> None:
    """The first time: the other side reads who came, by name."""
    asked = CallInvitation.objects.get(call=call, user_id=viewer.user_id)
    if asked.answer == "joined":
        return
    asked.answer, asked.answered_at, asked.joined_at = "joined", at, asked.joined_at or at
    asked.save(update_fields=["answer", "answered_at", "joined_at"])
    name = colleague_name(asked.practitioner_id)
    words = cards.SPECIALIST_JOINED.filled(zh=name.zh, en=name.en)
    messages.post_card(row.pk, "call_joined", words, call_id=str(call.pk))
    announce(call, row, events.CallInvitationAnswered)
    announce(call, row, events.CallPeopleChanged)


@outbox.in_one_transaction()
def leave_seat(viewer: Viewer, call_id: UUID, *, seat_id: UUID, at: datetime) -> None:
    """This page leaves; the call goes on. Twice is as good as once.

    Raises:
        NotFound: the viewer is nobody of this call.
    """
    is_own = rooms_now.person_of(call_id, seat_id) == viewer.user_id
    if not is_own and call_role(viewer, call_id) is None:
        raise NotFound
    rooms.leave_seat(call_id, seat_id, viewer.user_id, at=at)


@outbox.in_one_transaction()
def take_guest_seat(
    guest: GuestPass, *, viewer: Viewer, seat_id: UUID, recorded: bool = False, at: datetime
) -> Ticket:
    """As `take_seat`, for whoever came into the visit by a link: stands on the patient's side.

    Args:
        recorded: agrees to be in the recording, if there is one; without it nothing of this guest is.
    Raises:
        NotFound: no call is under way, or the doctor has asked this guest out of it.
        Conflict: it is not answered yet, or full.
    """
    known = Call.objects.filter(consultation_id=guest.consultation_id).exclude(state="ended")
    found = known.first()
    if found is None:
        raise NotFound("no_call", _NO_CALL)
    call, row = held(found.pk)
    if was_removed(call.pk, guest.id):
        raise NotFound("no_call", _NO_CALL)
    check_open(call)
    place = CallPlace(role="guest", may_be_recorded=recorded)
    name = guest_title(guest.name, rules.GUEST_RELATIONS[guest.relation])
    ticket = _seat(call, guest.id, seat_id, place, name, at)
    detail = {"recorded": recorded}
    note(call, row, "enter", who="guest", actor=viewer, at=at, detail=detail)
    return ticket


@outbox.in_one_transaction()
def leave_guest_seat(guest: GuestPass, *, seat_id: UUID, at: datetime) -> None:
    """Twice is as good as once, and after the end of the call as well."""
    for call_id in Call.objects.filter(consultation_id=guest.consultation_id).values_list(
        "pk", flat=True
    ):
        rooms.leave_seat(call_id, seat_id, guest.id, at=at)


_NO_CALL = Text(
    "现在没有可以加入的通话。请等医生和患者接通后再试。",
    "There is no call to join now. Please try again once doctor and patient are connected.",
)
