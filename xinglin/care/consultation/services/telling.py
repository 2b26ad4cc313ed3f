"""What the patient of a visit is told who is not looking at it (`foundation/notices`)."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.lifecycle import ANSWER_WITHIN, active_due
from xinglin.care.consultation.queries import telling as queries
from xinglin.foundation.database import services as database
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox import services as outbox

# Our own choice. Who has the visit on the screen reads within seconds, and is told nothing.
PATIENCE: Final = timedelta(seconds=10)
EVERY: Final = timedelta(minutes=10)
WARNED_OF_SILENCE: Final = timedelta(minutes=10)
WARNED_OF_CLOSE: Final = timedelta(minutes=30)
_AT_ONCE: Final = 200
_TOLD = """
    insert into consultation_told as o (consultation_id, seq, at) values (%s, %s, %s)
    on conflict (consultation_id) do update set seq = excluded.seq, at = excluded.at
"""
_WARNED = """
    insert into consultation_told as o (consultation_id, seq, ending_due) values (%s, 0, %s)
    on conflict (consultation_id) do update set ending_due = excluded.ending_due
"""


def tell_holder(
    consultation_id: UUID, kind: str, *, dedup: str, at: datetime, page: str = ""
) -> None:
    """Something happened to the visit; what was told by the same `dedup` is not told again."""
    holder = queries.holder_of(consultation_id)
    if holder is not None:
        notices.tell(holder, kind, link=f"/visits/{consultation_id}{page}", dedup=dedup, at=at)


def tell_unread(*, at: datetime) -> int:
    """The doctor wrote and the patient does not look: at most once in ten minutes a visit."""
    waiting = queries.unread_words(
        written_before=at - PATIENCE, told_before=at - EVERY, most=_AT_ONCE
    )
    for each in waiting:
        _tell_unread(each, at)
    return len(waiting)


@outbox.in_one_transaction()
def _tell_unread(each: queries.Unread, at: datetime) -> None:
    database.later(_TOLD, [each.consultation_id, each.seq, at])
    notices.tell(
        each.holder_id,
        "doctor_wrote",
        link=f"/visits/{each.consultation_id}",
        dedup=f"wrote:{each.consultation_id}:{each.seq}",
        at=at,
    )


def warn_of_endings(*, at: datetime) -> int:
    """The clock will end the visit soon: because nobody answers, or because its time is over."""
    warned = 0
    for each in _ending(at):
        due, step = active_due(
            accepted_at=each.state_since,
            last_patient_at=each.last_patient_at,
            last_doctor_at=each.last_doctor_at,
            closes_at=each.closes_at,
            may_ask=rules.has_turn(each.turns, each.max_turns),
            extended_until=each.extended_until,
        )
        ahead = {"patient_absent": WARNED_OF_SILENCE, "time_over": WARNED_OF_CLOSE}.get(step)
        at_close = step != "time_over" or due == each.closes_at
        if ahead and at_close and at < due <= at + ahead and each.ending_due != due:
            _warn(each, due, at)
            warned += 1
    return warned


def _ending(at: datetime) -> Iterator[queries.Ending]:
    after = UUID(int=0)
    while True:
        page = queries.ending_visits(
            closes_before=at + WARNED_OF_CLOSE,
            silent_since=at - (ANSWER_WITHIN - WARNED_OF_SILENCE),
            after=after,
            most=_AT_ONCE,
        )
        yield from page
        if len(page) < _AT_ONCE:
            return
        after = page[-1].consultation_id


@outbox.in_one_transaction()
def _warn(each: queries.Ending, due: datetime, at: datetime) -> None:
    database.later(_WARNED, [each.consultation_id, due])
    notices.tell(
        each.holder_id,
        "visit_ending",
        link=f"/visits/{each.consultation_id}",
        dedup=f"ending:{each.consultation_id}:{due.isoformat()}",
        values={"minutes": max(1, math.floor((due - at).total_seconds() / 60))},
        at=at,
        until=due,
    )
