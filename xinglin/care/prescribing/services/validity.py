"""How long a prescription holds, who takes it, and how it is voided: each once, and for good."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from xinglin.care.consultation.messages import services as messages
from xinglin.care.people import queries as people
from xinglin.care.prescribing import sheet
from xinglin.care.prescribing.lifecycle import IN_REVIEW
from xinglin.care.prescribing.models import Prescription, PrescriptionRepeat
from xinglin.care.prescribing.permissions import check_holder, check_prescriber, works_at
from xinglin.care.prescribing.queries import verifying
from xinglin.care.prescribing.services import lawful, rechecking, repeating, steps
from xinglin.care.prescribing.services.forms import check_words
from xinglin.care.prescribing.services.judgements import TOKEN
from xinglin.care.prescribing.services.reviewing import TamperedError, version_of
from xinglin.foundation.accounts.services import index_text, unseal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import clock
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid, NotFound
from xinglin.kernel.text import Text
from xinglin.policy import rules as law

_NEVER_EFFECTIVE = frozenset({"draft", "discarded", "returned", "refused", *IN_REVIEW})


@outbox.in_one_transaction()
def ticket(viewer: Viewer, prescription_id: UUID) -> str:
    """The secret by which a pharmacy takes it, for its patient alone; the reading is audited.

    Raises:
        NotFound: it is not the viewer's.
        Conflict: there is none (any more); says why.
    """
    row = Prescription.objects.filter(pk=prescription_id).first()
    if row is None:
        raise NotFound
    check_holder(viewer, row)
    if row.state != "effective":
        raise _closed(row)
    found = repeating.current(row)
    if isinstance(found, PrescriptionRepeat):
        _check_day(row, found)
    elif _is_first_over(row, version_of(row).content, clock.now()):
        raise _closed(row, "expired")
    _audit(viewer, row, "prescription.show_ticket", "own")
    return unseal_text(bytes(found.token_sealed), TOKEN)


@outbox.in_one_transaction()
def take(viewer: Viewer, token: str, *, at: datetime) -> UUID:
    """One pharmacy takes the ticket; no other ever can. Answers the prescription.

    Where repeats are left it stays effective, and the next ticket is made.

    Raises:
        NotFound: nobody has such a ticket.
        Conflict: it was taken, voided, or has run out; says which.
        RuleRefused: policy `dispense` does not allow it now, or the safety check does not let it be repeated.
        CheckFailedError: that check did not run to its end.
        TamperedError: what is stored is not what was signed.
    Locks: thread, visit and prescription. Emits: PrescriptionDispensed.
    """
    index = index_text(token, TOKEN)
    seen = repeating.find(index)
    if seen is None:
        raise NotFound
    row, _ = steps.locked(seen.prescription_id)
    found = repeating.find(index) or seen
    # A hospital's own pharmacies: others come with the house that connects them.
    if not works_at(viewer, row.institution_id):
        raise NotFound
    if row.state != "effective":
        raise _closed(row)
    if row.expires_at is None or at >= row.expires_at:
        raise _closed(row, "expired")
    if found.is_taken:
        raise _closed(row, "dispensed")
    content = _sound(row, found, at)
    if not repeating.take(viewer, row, found, at):
        raise _closed(row, "dispensed")
    if not repeating.open_next(viewer, row, found, content, at):
        steps.take(row, "take", who="pharmacy", actor=viewer, at=at)
    messages.post_card(
        row.consultation_id, "prescription_dispensed", _TAKEN, prescription_id=str(row.pk)
    )
    return row.pk


@outbox.in_one_transaction()
def void(
    viewer: Viewer, prescription_id: UUID, *, reason: str, words: str = "", at: datetime
) -> None:
    """The doctor takes it back before it is dispensed; from this moment no counter takes it (E12).

    Args:
        reason: of `sheet.VOID_REASONS`; `other` says which in `words`.
    Raises:
        NotFound: the viewer is not its doctor.
        IllegalStep: it is a draft, or at its end already.
        Invalid: there is no reason.
    Locks: thread, visit and prescription. Emits: PrescriptionVoided.
    """
    row, _ = steps.locked(prescription_id)
    check_prescriber(viewer, row)
    if reason not in sheet.VOID_REASONS:
        raise Invalid(FieldError("reason", _REASON))
    told = check_words(words, "words") if reason == "other" or words else ""
    if row.state == "effective" and row.expires_at is not None and at >= row.expires_at:
        raise IllegalStep
    steps.take(
        row,
        "void",
        who="doctor",
        actor=viewer,
        at=at,
        reason=reason,
        detail={"words": told} if told else None,
    )
    messages.post_card(
        row.consultation_id, "prescription_voided", _VOIDED, prescription_id=str(row.pk)
    )


@outbox.in_one_transaction()
def meet_deadline(prescription_id: UUID, *, at: datetime) -> bool:
    """Take the clock's step that is due; whether one was. What is in other hands waits its turn.

    None of these steps leads to `effective`: the table has none for the clock.
    Locks: thread, visit and prescription, unless somebody holds them.
    """
    row = steps.locked_unless_busy(prescription_id)
    if row is None or row.due_at is None or row.due_at > at:
        return False
    changes: dict[str, Any] = {"reviewer_id": None} if row.due_step == "lapse" else {}
    name, reason = row.due_step, _why(row, at)
    actor = Viewer.system("sweeper")
    steps.take(row, name, who="clock", actor=actor, at=at, reason=reason, changes=changes)
    if (reason or name) in _CARDS:
        card, text = _CARDS[reason or name]
        messages.post_card(row.consultation_id, card, text, prescription_id=str(row.pk))
    return True


def _why(row: Prescription, at: datetime) -> str:
    """What voids it, where the clock does: the end of its validity, or policy, of what was left lying."""
    if row.due_step != "run_out":
        return ""
    is_over = row.expires_at is not None and row.expires_at <= at
    return "out_of_date" if is_over else "not_reviewed"


def _sound(row: Prescription, found: repeating.Found, at: datetime) -> Mapping[str, Any]:
    """Both signatures, the law of handing out, and of a repeat the safety check of now. Answers what
    was signed.
    """
    version = version_of(row)
    if not (verifying.doctors_hold(version) and verifying.reviewers_hold(version, version.review)):
        raise TamperedError
    if not found.number and _is_first_over(row, version.content, at):
        raise _closed(row, "expired")
    if found.number:
        rechecking.demand_sound(row, version, at=at)
    lawful.may_dispense(
        row,
        classes=[frozenset(each["classes"]) for each in version.content["items"]],
        written_on=date.fromisoformat(version.content["written_on"]),
        times=repeating.times(found, version.content),
        at=at,
    ).demand()
    content: Mapping[str, Any] = version.content
    return content


def _is_first_over(row: Prescription, content: Mapping[str, Any], at: datetime) -> bool:
    """The first ticket holds the days that were written; `expires_at` is of the last repeat."""
    place = people.institution(row.institution_id).place
    written_on = date.fromisoformat(content["written_on"])
    return law.local_date(at, place) >= written_on + timedelta(days=int(content["valid_days"]))


def _check_day(row: Prescription, ticket: PrescriptionRepeat) -> None:
    """A repeat is shown from its day on."""
    place = people.institution(row.institution_id).place
    if law.local_date(clock.now(), place) < ticket.opens_on:
        text = _NOT_YET.filled(day=ticket.opens_on.isoformat())
        raise Conflict("repeat_not_yet", text)


def _closed(row: Prescription, state: str = "") -> Conflict:
    """Why there is nothing to take."""
    now = state or row.state
    text = _NOT_EFFECTIVE if now in _NEVER_EFFECTIVE else _CLOSED[now]
    return Conflict(f"prescription_{'not_effective' if now in _NEVER_EFFECTIVE else now}", text)


def _audit(viewer: Viewer, row: Prescription, action: str, purpose: str) -> None:
    audit.record(
        viewer,
        action,
        subject=row.patient_id,
        thing="prescription",
        thing_id=row.pk,
        purpose=purpose,
    )


_CLOSED = {
    "dispensed": Text(
        "这张处方的凭证已被一家药房取走，不能再次使用。",
        "A pharmacy has taken this ticket already; it cannot be used again.",
    ),
    "voided": Text(
        "这张处方已作废，不能取药。请联系医生。",
        "This prescription was voided; nothing can be handed out. Please ask the doctor.",
    ),
    "expired": Text(
        "处方已过有效期，不能取药。请联系医生重新开具。",
        "The prescription is past its validity. Please ask the doctor for a new one.",
    ),
}
_NOT_YET = Text(
    "还没有到下一次取药的日期：{day} 起可以取药。",
    "The next time has not come yet: it can be fetched from {day} on.",
)
_NOT_EFFECTIVE = Text(
    "处方还没有生效，没有取药凭证。", "The prescription is not effective, so there is no ticket."
)
_TAKEN = Text(
    "药房已取走处方凭证。如果不是您本人或家人办理，请立即联系医院。",
    "A pharmacy has taken the ticket. If that was neither you nor your family, please call the hospital.",
)
_VOIDED = Text(
    "医生已作废处方，请不要再凭它取药。",
    "The doctor has voided the prescription; please do not use it.",
)
_EXPIRED = Text(
    "处方已过有效期。如仍需用药，请联系医生。",
    "The prescription has expired. If you still need it, please ask the doctor.",
)
_RUN_OUT = Text(
    "处方在有效期内没有完成药师审核，已失效，没有生效过。如仍需用药，请联系医生重新开具。",
    "No pharmacist passed the prescription within its validity: it is void and never became effective."
    " If you still need it, please ask the doctor for a new one.",
)
_NOT_REVIEWED = Text(
    "处方在审核时限内没有完成药师审核，已作废，没有生效过。如仍需用药，请联系医生重新开具。",
    "No pharmacist passed the prescription in time: it is void and never became effective. If you still"
    " need it, please ask the doctor for a new one.",
)
_CARDS = {
    "expire": ("prescription_expired", _EXPIRED),
    "out_of_date": ("prescription_voided", _RUN_OUT),
    "not_reviewed": ("prescription_voided", _NOT_REVIEWED),
}
_REASON = Text("请选择作废的原因。", "Please choose why it is voided.")
