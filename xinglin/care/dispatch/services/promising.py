"""Promises to a patient: made with the visit, kept by the doctor, broken by the clock, made good once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.types import HouseVisit
from xinglin.care.dispatch.events import PromiseBroken
from xinglin.care.dispatch.promised import GENERAL, SPECIALIST, Promise, outcome_of, terms
from xinglin.care.dispatch.services.abnormal import note_abnormal
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox import services as outbox

_AT_ONCE = 500
_LEAST_URGENT_OF_URGENT = 2


def promise(consultation_id: UUID, *, made_at: datetime) -> None:
    """Twice is as good as once; the clock runs from `made_at`."""
    Promise.objects.bulk_create(
        [
            Promise(
                consultation_id=consultation_id,
                kind=term.kind,
                made_at=made_at,
                due_at=made_at + term.within,
            )
            for term in terms().values()
            if term.kind != SPECIALIST
        ],
        ignore_conflicts=True,
    )


def promise_specialist(
    consultation_id: UUID, *, former_department: str, department: str, at: datetime
) -> None:
    """The general practitioner has answered and transfers the visit (B10); twice is as good as once."""
    if former_department != GENERAL or department == GENERAL:
        return
    Promise.objects.bulk_create(
        [
            Promise(
                consultation_id=consultation_id,
                kind=SPECIALIST,
                made_at=at,
                due_at=at + terms()[SPECIALIST].within,
            )
        ],
        ignore_conflicts=True,
    )


def keep_taken(consultation_id: UUID, *, department: str, at: datetime) -> None:
    """A doctor has taken the visit at `at`: kept, when that was in time, whatever comes after."""
    kinds = ["taken", "served", *([] if department == GENERAL else [SPECIALIST])]
    Promise.objects.filter(
        consultation_id=consultation_id, kind__in=kinds, outcome="", due_at__gte=at
    ).update(outcome="kept", settled_at=at)


def release(consultation_id: UUID, *, at: datetime) -> None:
    """The patient left a message, and waits by no clock any more but that of a specialist."""
    Promise.objects.filter(consultation_id=consultation_id, outcome="").exclude(
        kind=SPECIALIST
    ).update(outcome="void", settled_at=at)


def bring_forward(consultation_id: UUID, *, at: datetime) -> None:
    """The clock has ended the visit: no specialist will come, and nobody waits to hear it."""
    Promise.objects.filter(
        consultation_id=consultation_id, kind=SPECIALIST, outcome="", due_at__gt=at
    ).update(due_at=at)


def due_promises(at: datetime) -> list[UUID]:
    due = Promise.objects.filter(outcome="", due_at__lte=at).order_by("due_at")
    return list(due.values_list("pk", flat=True)[:_AT_ONCE])


def settle_promise(promise_id: UUID, *, at: datetime) -> bool:
    """What came of a promise that is due; whether it is settled now.

    A visit that is not urgent and still waits after the last one is closed with an apology (B07).

    Locks: the promise and the visit, unless they are in other hands.
    Emits: PromiseBroken, ConsultationWithdrawn.
    """
    with transaction.atomic(), outbox.in_one_transaction():
        held = Promise.objects.select_for_update(skip_locked=True)
        found = held.filter(pk=promise_id, outcome="", due_at__lte=at).first()
        if found is None:
            return False
        if not visits.held_cards([found.consultation_id]):
            return False  # it is in other hands now
        visit = visits.house_visit(found.consultation_id)
        outcome = outcome_of(found, visit)
        if outcome == "broken" and not _close(found, visit, at):
            return False
        found.outcome, found.settled_at = outcome, at
        if outcome == "broken":
            _make_good(found, visit, at)
        found.save(update_fields=["outcome", "settled_at", "compensation"])
    return True


def _close(found: Promise, visit: HouseVisit, at: datetime) -> bool:
    """False: it is in other hands now; the next sweep looks again."""
    if found.kind != "served" or visit.urgency <= _LEAST_URGENT_OF_URGENT:
        return True
    if visit.state not in {"waiting", "nobody"}:
        return True
    is_given_time = visit.extended_until is not None and visit.extended_until > at
    return is_given_time or consultation.give_up(visit.id, at=at)


def _make_good(found: Promise, visit: HouseVisit, at: datetime) -> None:
    """The house is told; the patient is told of what is due, once for each visit."""
    due = terms()[found.kind].compensation
    others = Promise.objects.filter(consultation_id=visit.id).exclude(compensation="")
    if due and not others.select_for_update().exists():
        found.compensation = due
        notices.tell(
            visit.holder_id,
            "promise_broken",
            link=f"/visits/{visit.id}",
            dedup=f"promise:{visit.id}",
            at=at,
        )
    if found.kind == "taken":
        note_abnormal(
            "not_taken",
            found.pk,
            institution_id=visit.institution_id,
            department=visit.department,
            consultation_id=visit.id,
            practitioner_id=None,
            due_at=found.due_at,
            at=at,
        )
    outbox.emit(
        PromiseBroken(
            audience=(f"user:{visit.holder_id}",),
            consultation_id=visit.id,
            promise_id=found.pk,
            promise=found.kind,
            compensation=found.compensation,
            due_at=found.due_at,
        )
    )
    audit.record(
        Viewer.system("sweeper"),
        "dispatch.break_promise",
        subject=visit.patient_id,
        thing="consultation",
        thing_id=visit.id,
        purpose="operation",
        detail={"kind": found.kind, "compensation": found.compensation},
    )
