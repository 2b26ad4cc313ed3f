"""Open visits of a doctor who may not see them to their end: listed, then given back to the queue."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation import services as consultation
from xinglin.care.dispatch.models import HandOver
from xinglin.care.dispatch.services.eligibility import is_fit
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids
from xinglin.kernel.errors import IllegalStep, NotFound


def list_open(
    practitioner_id: UUID, institution_id: UUID, *, reason: str, due_at: datetime, at: datetime
) -> int:
    """Put every open visit of the doctor on the list, once; how many are new there."""
    open_ = visits.open_visits_of(practitioner_id)
    known = set(
        HandOver.objects.filter(practitioner_id=practitioner_id, done_at__isnull=True).values_list(
            "consultation_id", flat=True
        )
    )
    rows = [
        HandOver(
            id=ids.new(),
            consultation_id=visit,
            practitioner_id=practitioner_id,
            institution_id=institution_id,
            reason=reason,
            listed_at=at,
            due_at=due_at,
        )
        for visit in open_
        if visit not in known
    ]
    HandOver.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        _note(Viewer.system("sweeper"), "dispatch.list_hand_over", row)
    return len(rows)


@outbox.in_one_transaction()
def hand_over_now(viewer: Viewer, consultation_id: UUID, *, at: datetime) -> None:
    """Somebody of the house does not wait for the clock; the patient is told by a card.

    Raises:
        NotFound: the visit is on no list of the viewer's institution.
    Locks: the line, the visit. Emits: ConsultationReturned.
    """
    row = (
        HandOver.objects.select_for_update()
        .filter(consultation_id=consultation_id, done_at__isnull=True)
        .first()
    )
    if row is None or viewer.institution_id not in {None, row.institution_id}:
        raise NotFound
    _give_back(row, viewer, who="operator", at=at)


def hand_over_due(hand_over_id: UUID, *, at: datetime) -> bool:
    """Nobody has acted in time: the clock does; whether it was still to be done.

    A doctor who may work again by now keeps the visit.
    """
    with transaction.atomic():
        rows = HandOver.objects.select_for_update(skip_locked=True)
        row = rows.filter(pk=hand_over_id, done_at__isnull=True, due_at__lte=at).first()
        if row is None:
            return False
        clock = Viewer.system("clock")
        if is_fit(row.practitioner_id, institution_id=row.institution_id, at=at):
            _done(row, "kept", clock, at)
        else:
            _give_back(row, clock, who="clock", at=at)
    return True


@outbox.in_one_transaction()
def close_hand_over(consultation_id: UUID, *, at: datetime) -> None:
    """The doctor has the visit no more, by another way."""
    for row in HandOver.objects.select_for_update().filter(
        consultation_id=consultation_id, done_at__isnull=True
    ):
        if consultation_id not in visits.open_visits_of(row.practitioner_id):
            _done(row, "over", Viewer.system("worker"), at)


def _give_back(row: HandOver, actor: Viewer, *, who: str, at: datetime) -> None:
    outcome = "queue"
    try:
        with transaction.atomic():  # what is refused leaves ours as it was
            consultation.hand_over(
                row.consultation_id,
                reason=row.reason,
                at=at,
                who=who,
                viewer=actor,
                of=row.practitioner_id,
            )
    except IllegalStep:
        outcome = "over"  # it has just ended, or somebody else has it
    _done(row, outcome, actor, at)


def _done(row: HandOver, outcome: str, actor: Viewer, at: datetime) -> None:
    row.outcome, row.done_at, row.done_by = outcome, at, actor.user_id
    row.save(update_fields=["outcome", "done_at", "done_by"])
    _note(actor, "dispatch.finish_hand_over", row)


def _note(actor: Viewer, action: str, row: HandOver) -> None:
    audit.record(
        actor,
        action,
        subject=None,
        thing="consultation",
        thing_id=row.consultation_id,
        purpose="care",
        detail={
            "practitioner_id": str(row.practitioner_id),
            "reason": row.reason,
            "outcome": row.outcome,
        },
    )
