"""Ringing, answering, hanging up, and changing between sound and picture."""

from datetime import datetime, timedelta
from uuid import UUID

from xinglin.care.consultation import channels, events, rules
from xinglin.care.consultation.channels import Channel
from xinglin.care.consultation.lifecycle import CALL, LINE_LOST_AFTER
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Call, Consultation
from xinglin.care.consultation.queries.calling import is_consent_withdrawn
from xinglin.care.consultation.services.calls import cards
from xinglin.care.consultation.services.calls.ending import finish, note_proven
from xinglin.care.consultation.services.calls.holding import (
    check_goes_on,
    check_open,
    held_by_side,
    side_of,
)
from xinglin.care.consultation.services.calls.steps import announce, note, take
from xinglin.care.consultation.services.locking import locked
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.calls import services as rooms
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, FieldError, Invalid, TooMany
from xinglin.kernel.text import Text

_HOUR = timedelta(hours=1)
_TOO_OFTEN = Text(
    "一小时内呼叫次数过多，对方都没有接听。请用文字留言，稍后再呼叫。",
    "It rang too often within an hour without an answer. Please write instead, and call again later.",
)
_NO_CHANNEL = Text("请选择语音或视频通话。", "Please choose an audio or a video call.")
_NOBODY_THERE = Text(
    "只有在问诊进行中才能通话：请等医生接诊；已结束的问诊请重新发起。",
    "Calls are part of a visit under way: please wait until a doctor takes it; after its end, please"
    " ask for a new one.",
)
_WITHDRAWN = Text(
    "患者已撤回知情同意，不能再进行通话；本次问诊请用文字完成。",
    "The patient has withdrawn consent, so there are no more calls; please finish this visit in"
    " writing.",
)
_MISSED = Text(
    "呼叫已超过60秒无人接听。请回拨给对方。",
    "It rang for 60 seconds without an answer. Please call back.",
)
_OWN_RING = Text(
    "您正在呼叫对方，请等对方接听。", "You are calling; please wait for the other side to answer."
)


@outbox.in_one_transaction()
def ring(viewer: Viewer, consultation_id: UUID, *, channel: str, at: datetime) -> UUID:
    """Call the other side; answers the call, also when one rings or is open already.

    Raises:
        NotFound: the viewer is neither holder nor doctor.
        Invalid: no such channel.
        Conflict: `no_call_now`: no doctor has the visit; `consent_withdrawn`.
        TooMany: nobody has answered so many within an hour.
    Locks: thread and visit: who rings at the same moment finds this call. Emits: CallRung.
    """
    row = locked(consultation_id)
    side = side_of(viewer, row)
    wanted = _wanted(channel)
    if row.state != "active":
        raise Conflict("no_call_now", _NOBODY_THERE)
    known = Call.objects.filter(consultation=row).exclude(state="ended").first()
    if known is not None:
        return known.pk
    _check_consent(row)
    _check_rings(row, side, at)
    call = _begin(row, wanted, side, at)
    rooms.open_room(call.pk, at=at)
    note(call, row, "ring", before="", who=side, actor=viewer, at=at, detail={"channel": channel})
    words = cards.rung(side, channel)
    messages.post_card(row.pk, "call_rung", words, call_id=str(call.pk), channel=channel, side=side)
    announce(call, row, events.CallRung, channel=channel, asked_by=side)
    return call.pk


def _wanted(code: str) -> Channel:
    found = channels.channel(code)
    if found is None:
        raise Invalid(FieldError("channel", _NO_CHANNEL))
    return found


def _check_consent(row: Consultation) -> None:
    """What goes on after a consent is withdrawn is finished in writing."""
    if is_consent_withdrawn(row):
        raise Conflict("consent_withdrawn", _WITHDRAWN)


def _check_rings(row: Consultation, side: str, at: datetime) -> None:
    """Each ring is two lines of the conversation, and perhaps an SMS."""
    rung = Call.objects.filter(
        consultation=row, asked_by=side, answered_at=None, asked_at__gt=at - _HOUR
    )
    if len(found := list(rung.order_by("asked_at"))) >= rules.MOST_UNANSWERED_RINGS:
        wait = found[0].asked_at + _HOUR - at
        raise TooMany(max(1, int(wait.total_seconds())), "too_many_rings", _TOO_OFTEN)


def _begin(row: Consultation, wanted: Channel, side: str, at: datetime) -> Call:
    due = CALL.due(CALL.initial, at)
    assert row.practitioner_id  # active
    assert row.doctor_user_id
    assert due
    Consultation.objects.filter(pk=row.pk).update(in_call_since=at)
    row.in_call_since = at
    return Call.objects.create(
        id=ids.new(),
        consultation=row,
        channel=wanted.code,
        state=CALL.initial,
        due_at=due[0],
        asked_by=side,
        practitioner_id=row.practitioner_id,
        doctor_user_id=row.doctor_user_id,
        asked_at=at,
        promised_s=int(wanted.promised.total_seconds()),
        visit_closes_at=messages.stop_time(row.pk),
    )


@outbox.in_one_transaction()
def answer_call(viewer: Viewer, call_id: UUID, *, at: datetime) -> None:
    """Take the call; twice is as good as once. From now on both sides have spoken.

    Raises:
        NotFound: the viewer is no side of it.
        Conflict: it is over (`call_over`, `call_missed`), or the viewer's own (`own_ring`);
            `consent_withdrawn`.
    Locks: thread, visit, call. Emits: CallAnswered.
    """
    call, row, side = held_by_side(viewer, call_id)
    if call.state == "open":
        return
    _check_rings_for(call, side, at)
    _check_consent(row)
    take(
        call,
        row,
        "answer",
        who=side,
        actor=viewer,
        at=at,
        changes={"answered_at": at, "due_at": at + LINE_LOST_AFTER},
    )
    messages.note_spoken(row.pk, "patient", "doctor", at=at)
    Consultation.objects.filter(pk=row.pk, first_reply_at=None).update(first_reply_at=at)
    announce(call, row, events.CallAnswered, channel=call.channel)


def _check_rings_for(call: Call, side: str, at: datetime) -> None:
    check_goes_on(call)
    if call.asked_by == side:
        raise Conflict("own_ring", _OWN_RING)
    if call.due_at is not None and call.due_at <= at:
        raise Conflict("call_missed", _MISSED)  # the sweeper is about to say so


@outbox.in_one_transaction()
def decline_call(viewer: Viewer, call_id: UUID, *, at: datetime) -> None:
    """Not now; the visit goes on in writing. Twice is as good as once.

    Raises:
        NotFound: the viewer is no side of it.
        Conflict: the viewer's own (`own_ring`).
        IllegalStep: it was answered.
    Locks: thread, visit, call. Emits: CallEnded.
    """
    call, row, side = held_by_side(viewer, call_id)
    if call.state == "ended":
        return
    if call.state == "ringing" and call.asked_by == side:
        raise Conflict("own_ring", _OWN_RING)
    finish(call, row, "decline", who=side, actor=viewer, at=at, ending="declined")


@outbox.in_one_transaction()
def end_call(viewer: Viewer, call_id: UUID, *, at: datetime) -> None:
    """Hang up, whatever the call is at; the visit goes on. Twice is as good as once.

    Raises:
        NotFound: the viewer is no side of it.
    Locks: thread, visit, call. Emits: CallEnded, and CallCutShort (C03).
    """
    call, row, side = held_by_side(viewer, call_id)
    if call.state == "ended":
        return
    name, ending = "end", f"ended_by_{side}"
    if call.state == "ringing":
        is_own = call.asked_by == side
        name, ending = ("take_back", "taken_back") if is_own else ("decline", "declined")
    finish(call, row, name, who=side, actor=viewer, at=at, ending=ending)


@outbox.in_one_transaction()
def switch_channel(viewer: Viewer, call_id: UUID, *, channel: str, at: datetime) -> None:
    """From picture to sound or back; the room, and the clock, go on.

    Raises:
        NotFound: the viewer is no side of it.
        Invalid: no such channel.
        Conflict: it is over, or not answered yet.
    Locks: thread, visit, call. Emits: CallChannelChanged.
    """
    call, row, side = held_by_side(viewer, call_id)
    wanted = _wanted(channel)
    check_open(call)
    if call.channel == wanted.code:
        return
    if wanted.code not in channels.known()[call.channel].may_switch_to:
        raise Invalid(FieldError("channel", _NO_CHANNEL))
    note_proven(call, row, at=at)
    detail = {"from": call.channel, "to": wanted.code}
    changes = {"channel": wanted.code}
    take(call, row, "switch", who=side, actor=viewer, at=at, changes=changes, detail=detail)
    words = cards.switched(channel)
    messages.post_card(row.pk, "call_switched", words, call_id=str(call.pk), channel=channel)
    announce(call, row, events.CallChannelChanged, channel=channel)


def still_rings(call_id: UUID) -> bool:
    """Nobody has answered, and nobody hung up."""
    return Call.objects.filter(pk=call_id, state="ringing").exists()


def rang_patient(call_id: UUID) -> bool:
    return Call.objects.filter(pk=call_id, asked_by="doctor").exists()
