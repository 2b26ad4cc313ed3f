"""Writing down what should not have happened, once for each source, for the operators' monitor."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation.types import UnsignedRecord
from xinglin.care.dispatch import rules
from xinglin.care.dispatch.events import AbnormalNoted
from xinglin.care.dispatch.models import Abnormal, Offer
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids

RECORD_WITHIN: Final = timedelta(hours=2)
"""D04: a closed visit has its summary within two hours."""
_SILENT = "site_silent"
_PAGE = 1_000
_TICK = timedelta(microseconds=1)
_NOTE = """
    insert into dispatch_abnormal
        (id, kind, source, institution_id, department, consultation_id, practitioner_id, due_at, at,
        site_id)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (kind, source) do nothing
"""
# What the doctor said to the offers of a day, the newest first.
_ANSWERS = """
    select state from dispatch_offer
    where practitioner_id = %s and made_at > %s and state in ('accepted', 'released', 'refused')
    order by coalesce(accepted_at, closed_at) desc, id desc limit 60
"""


@outbox.in_one_transaction()
def note_abnormal(
    kind: str,
    source: UUID,
    *,
    institution_id: UUID,
    department: str,
    consultation_id: UUID | None,
    practitioner_id: UUID | None,
    due_at: datetime,
    at: datetime,
) -> bool:
    """Whether it was new. Emits: AbnormalNoted."""
    row = [ids.new(), kind, source, institution_id, department]
    row += [consultation_id, practitioner_id, due_at, at, None]
    return _note(row, kind, department)


@outbox.in_one_transaction()
def note_silence(
    silence_id: UUID, *, site_id: UUID, institution_id: UUID, due_at: datetime, at: datetime
) -> bool:
    """A site of which nothing is heard; whether it was new. Emits: AbnormalNoted."""
    row = [ids.new(), _SILENT, silence_id, institution_id, "", None, None, due_at, at, site_id]
    return _note(row, _SILENT, "")


def _note(row: list[object], kind: str, department: str) -> bool:
    if not database.change(_NOTE, row):
        return False
    outbox.emit(AbnormalNoted(audience=("board",), abnormal_kind=kind, department=department))
    return True


def note_lapse(offer: Offer, *, at: datetime) -> None:
    """The doctor did not answer in time; in the transaction of the lapse."""
    note_abnormal(
        "offer_lapsed",
        offer.pk,
        institution_id=visits.parties(offer.consultation_id).institution_id,
        department=offer.department,
        consultation_id=offer.consultation_id,
        practitioner_id=offer.practitioner_id,
        due_at=offer.expires_at,
        at=at,
    )


def note_refusals(offer: Offer, *, at: datetime) -> None:
    """After a refusal, in its transaction: every third one without an acceptance between."""
    day_ago = at - timedelta(days=1)
    answers = database.fetch(_ANSWERS, [offer.practitioner_id, day_ago])
    run = next((n for n, (state,) in enumerate(answers) if state != "refused"), len(answers))
    if run == 0 or run % rules.REFUSALS_IN_A_ROW:
        return
    note_abnormal(
        "refusals_in_a_row",
        offer.pk,
        institution_id=visits.parties(offer.consultation_id).institution_id,
        department=offer.department,
        consultation_id=offer.consultation_id,
        practitioner_id=offer.practitioner_id,
        due_at=at,
        at=at,
    )


def note_overdue_records(*, ended_after: datetime, at: datetime) -> int:
    """Visits that ended more than two hours ago, after `ended_after`, without a signed record.

    All of them, however many: those of the last page's last moment are looked at again by the next.
    """
    new = 0
    while True:
        overdue = visits.unsigned_records(
            ended_after=ended_after, ended_until=at - RECORD_WITHIN, most=_PAGE
        )
        new += sum(_note_overdue(each, at) for each in overdue)
        if len(overdue) < _PAGE:
            return new
        ended_after = max(overdue[-1].ended_at - _TICK, ended_after + _TICK)


def _note_overdue(record: UnsignedRecord, at: datetime) -> bool:
    return note_abnormal(
        "record_unsigned",
        record.consultation_id,
        institution_id=record.institution_id,
        department=record.department,
        consultation_id=record.consultation_id,
        practitioner_id=record.practitioner_id,
        due_at=record.ended_at + RECORD_WITHIN,
        at=at,
    )


def settle_record(consultation_id: UUID, *, at: datetime) -> None:
    """The record is signed after all."""
    _settle("record_unsigned", consultation_id, at)


def settle_silence(silence_id: UUID, *, at: datetime) -> None:
    """The site is heard again, or has nothing any more that could be."""
    _settle(_SILENT, silence_id, at)


def _settle(kind: str, source: UUID, at: datetime) -> None:
    late = Abnormal.objects.filter(kind=kind, source=source)
    if late.filter(settled_at__isnull=True).update(settled_at=at):
        outbox.emit(AbnormalNoted(audience=("board",), abnormal_kind=kind, department=""))
