"""A specialist is asked into a call, and asked out of it again."""

from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Call, CallInvitation, Consultation, Guest
from xinglin.care.consultation.queries.calling_names import colleague_name
from xinglin.care.consultation.services.calls import cards
from xinglin.care.consultation.services.calls.holding import check_open, held, held_by_doctor
from xinglin.care.consultation.services.calls.steps import announce, note
from xinglin.care.consultation.services.naming import may_work
from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.calls import queries as rooms_now
from xinglin.foundation.calls import services as rooms
from xinglin.foundation.calls.types import MOST_SENDING, RoomFull
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

_ONESELF = Text(
    "请选择一位同事，不能邀请自己。", "Please choose a colleague; you cannot ask yourself in."
)
_OWN_VISIT = Text(
    "这是该同事自己账号的问诊，请另选一位。",
    "It is a visit of that colleague's own account; please choose another one.",
)
_ENOUGH = Text(
    f"一次通话最多邀请{rules.MOST_INVITED_TO_A_CALL}位同事。",
    f"At most {rules.MOST_INVITED_TO_A_CALL} colleagues are asked into one call.",
)
_FULL = Text(
    f"通话最多 {MOST_SENDING} 人同时参与，现在已满；请先请其中一人退出，或等一人离开后再邀请。",
    f"At most {MOST_SENDING} people can take part in a call, and so many do; ask somebody in once one"
    " of them has left or was asked out.",
)
_IN_IT = Text(
    "您已在通话中；要离开请直接退出。", "You are in this call; to go, please just leave it."
)


@outbox.in_one_transaction()
def invite_specialist(
    viewer: Viewer, call_id: UUID, *, practitioner_id: UUID, at: datetime
) -> None:
    """Ask a verified doctor of the house in; twice is as good as once, and again after a refusal.

    Raises:
        NotFound: the viewer is not the doctor of the call, or there is no such colleague here.
        Invalid: the doctor's own name.
        RuleRefused: policy `staff_eligibility` says that the colleague may not work.
        Conflict: the call is over or not answered; the colleague's own visit; too many are asked.
        RoomFull: whoever came now would find no place.
    Locks: thread, visit, call. Emits: CallInvited.
    """
    call, row = held_by_doctor(viewer, call_id)
    colleague = _colleague(row, practitioner_id)
    check_open(call)
    asked = list(CallInvitation.objects.filter(call=call))
    known = next((each for each in asked if each.practitioner_id == practitioner_id), None)
    if known is not None and known.answer in {"", "joined"}:
        return
    _check_may_come(row, colleague, at)
    if rooms_now.is_full(call.pk, at=at):
        raise RoomFull(text=_FULL)
    if known is None:
        if len(asked) >= rules.MOST_INVITED_TO_A_CALL:
            raise Conflict("too_many_invited", _ENOUGH)
        known = CallInvitation(id=ids.new(), call=call, practitioner_id=colleague.id)
    known.user_id, known.invited_by, known.invited_at = colleague.user_id, viewer.user_id, at
    known.answer, known.answered_at = "", None
    known.save()
    detail = {"practitioner_id": str(colleague.id)}
    note(call, row, "invite", who="doctor", actor=viewer, at=at, detail=detail)
    name = colleague_name(colleague.id)
    words = cards.SPECIALIST_ASKED.filled(zh=name.zh, en=name.en)
    messages.post_card(row.pk, "call_invited", words, call_id=str(call.pk))
    announce(call, row, events.CallInvited)
    notices.tell(
        colleague.user_id,
        "asked_into_call",
        link="/staff/calls",
        dedup=f"call_invited:{known.pk}:{at.isoformat()}",
        at=at,
    )


def _colleague(row: Consultation, practitioner_id: UUID) -> PractitionerCard:
    found = people.practitioner(practitioner_id)
    if found.institution_id != row.institution_id:
        raise NotFound
    if found.id == row.practitioner_id:
        raise Invalid(FieldError("practitioner_id", _ONESELF))
    return found


def _check_may_come(row: Consultation, colleague: PractitionerCard, at: datetime) -> None:
    if colleague.user_id == row.holder_id:
        raise Conflict("own_visit", _OWN_VISIT)
    may_work(colleague, at).demand()


@outbox.in_one_transaction()
def decline_invitation(viewer: Viewer, invitation_id: UUID, *, at: datetime) -> None:
    """Not now; twice is as good as once.

    Raises:
        NotFound: nobody has asked the viewer so.
        Conflict: `in_call`: the viewer came already.
    Locks: thread, visit, call. Emits: CallInvitationAnswered.
    """
    found = CallInvitation.objects.filter(pk=invitation_id, user_id=viewer.user_id).first()
    if found is None:
        raise NotFound
    call, row = held(found.call_id)
    found.refresh_from_db()
    if found.answer == "joined":
        raise Conflict("in_call", _IN_IT)
    if found.answer or call.state == "ended":
        return
    _answer(found, "declined", at)
    note(call, row, "stay_away", who="colleague", actor=viewer, at=at)
    announce(call, row, events.CallInvitationAnswered, f"user:{viewer.user_id}")


@outbox.in_one_transaction()
def remove_from_call(viewer: Viewer, call_id: UUID, *, person_id: UUID, at: datetime) -> None:
    """A specialist, or a guest, has to leave and cannot come back into this call.

    Raises:
        NotFound: the viewer is not its doctor, or there is nobody like that to be removed.
        Conflict: the call is over.
    Locks: thread, visit, call, room. Emits: CallPeopleChanged.
    """
    call, row = held_by_doctor(viewer, call_id)
    check_open(call)
    asked = CallInvitation.objects.filter(call=call, user_id=person_id).first()
    out = {person_id}
    if asked is not None:
        if asked.answer in {"declined", "removed"}:
            return
        _remove_specialist(call, row, asked, at)
    else:
        # A link is one person, whose other device is no way back.
        same = Guest.objects.filter(link__guests=person_id, consultation=row)
        out = set(same.values_list("pk", flat=True))
        if not out:
            raise NotFound
    for each in sorted(out):
        rooms.remove_person(call.pk, each, at=at)
    detail = {"person": str(person_id)}
    note(call, row, "remove", who="doctor", actor=viewer, at=at, detail=detail)
    announce(call, row, events.CallPeopleChanged, f"user:{person_id}")


def _remove_specialist(call: Call, row: Consultation, asked: CallInvitation, at: datetime) -> None:
    _answer(asked, "removed", at)
    name = colleague_name(asked.practitioner_id)
    words = cards.SPECIALIST_REMOVED.filled(zh=name.zh, en=name.en)
    messages.post_card(row.pk, "call_removed", words, call_id=str(call.pk))


def _answer(asked: CallInvitation, answer: str, at: datetime) -> None:
    asked.answer, asked.answered_at = answer, at
    asked.save(update_fields=["answer", "answered_at"])
