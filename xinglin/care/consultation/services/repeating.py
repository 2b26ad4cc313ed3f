"""Whether a doctor's replies of a closed visit were given to other patients already (D02).

By the worker, behind the search index: nothing of it is on the way of a message.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from xinglin.care.consultation import events
from xinglin.care.consultation.messages.types import Message
from xinglin.care.consultation.models import RepeatedReply
from xinglin.care.consultation.queries.search import texts_of
from xinglin.care.consultation.services import likeness
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import clock

REMEMBERED: Final = timedelta(days=30)
_AT_ONCE = 20
_MOST_CANDIDATES = 20
_TAKE = """
    select d.consultation_id, c.patient_id, c.department
    from consultation_reply_due d join consultation_consultation c on c.id = d.consultation_id
    order by d.consultation_id limit %s for update of d skip locked
"""
_DONE = "delete from consultation_reply_due where consultation_id = any(%s)"
_CANDIDATES = """
    select consultation_id, seq from consultation_reply_print
    where doctor_user_id = %s and at > %s and patient_id <> %s
        and length between %s and %s and sketch && %s::integer[]
    order by at desc limit %s
"""
_PRINT = """
    insert into consultation_reply_print
        (consultation_id, seq, doctor_user_id, patient_id, at, length, sketch)
    values (%s, %s, %s, %s, %s, %s, %s::integer[]) on conflict do nothing
"""
_FORGET = """
    delete from consultation_reply_print where (consultation_id, seq) in (
        select consultation_id, seq from consultation_reply_print where at < %s limit 5000)
"""


@dataclass(frozen=True, slots=True)
class _Visit:
    id: UUID
    patient_id: UUID
    department: str


@transaction.atomic
def follow() -> int:
    """Look at the visits that have closed since; how many they were.

    Locks: what is due. Two may do this at once: each takes others.
    """
    at = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [_AT_ONCE])
        taken = [_Visit(*row) for row in cursor.fetchall()]
        for visit in taken:
            _look_at(visit, at)
        if taken:
            cursor.execute(_DONE, [[visit.id for visit in taken]])
    return len(taken)


def prune() -> int:
    """Forget what lies too far back to be compared with; how much that was."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [clock.now() - REMEMBERED])
        count: int = cursor.rowcount
        return count


def _look_at(visit: _Visit, at: datetime) -> None:
    for reply in replies_of(visit.id):
        text = reply.body["text"]
        if (found := _most_alike(visit, reply)) is not None:
            _flag(visit, reply, *found, at=at)
        told = likeness.essence(text)
        whose: list[Any] = [visit.id, reply.seq, reply.sender_id, visit.patient_id, reply.at]
        with connection.cursor() as cursor:
            cursor.execute(_PRINT, [*whose, len(told), likeness.sketch(text)])


def replies_of(consultation_id: UUID) -> list[Message]:
    """The doctor's own texts of a visit, without greetings, in their order; no assistant's."""
    texts = texts_of([consultation_id])
    said = sorted((m for m in texts if m.sender == "doctor" and "by" not in m.body), key=_seq)
    return [
        m
        for nth, m in enumerate(said)
        if not likeness.is_greeting(m.body["text"], is_first=nth == 0)
    ]


def _seq(message: Message) -> int:
    return message.seq


def _most_alike(visit: _Visit, reply: Message) -> tuple[Message, int] | None:
    """A reply of the same doctor to another patient that is too much alike, and how much."""
    text = reply.body["text"]
    lengths = likeness.lengths_like(len(likeness.essence(text)))
    since = reply.at - REMEMBERED
    asked: list[Any] = [reply.sender_id, since, visit.patient_id, *lengths, likeness.sketch(text)]
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [*asked, _MOST_CANDIDATES])
        places = set(cursor.fetchall())
    alike = [(m, likeness.similarity(text, m.body["text"])) for m in _at(places)]
    best = max(alike, key=lambda each: each[1], default=None)
    return best if best is not None and best[1] > likeness.TOO_ALIKE else None


def _at(places: Iterable[tuple[UUID, int]]) -> list[Message]:
    wanted = set(places)
    texts = texts_of({consultation_id for consultation_id, _ in wanted}) if wanted else []
    return [m for m in texts if (m.consultation_id, m.seq) in wanted]


def _flag(visit: _Visit, reply: Message, other: Message, percent: int, *, at: datetime) -> None:
    _, is_new = RepeatedReply.objects.get_or_create(
        consultation_id=visit.id,
        seq=reply.seq,
        defaults={
            "doctor_user_id": reply.sender_id,
            "other_consultation_id": other.consultation_id,
            "other_seq": other.seq,
            "similarity": percent,
            "found_at": at,
        },
    )
    if is_new:
        outbox.emit(
            events.ReplyRepeated(
                consultation_id=visit.id,
                department=visit.department,
                seq=reply.seq,
                similarity=percent,
                audience=(),
            )
        )
