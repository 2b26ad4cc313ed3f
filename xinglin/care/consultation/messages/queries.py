"""Reading a thread."""

import json
from collections.abc import Collection
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from xinglin.care.consultation.messages.types import Message, ThreadFacts
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import NotFound

PAGE = 200
# Whoever reads, reads by these columns: what was withdrawn is stored, not shown.
_COLUMNS = (
    "m.consultation_id, m.seq, m.client_id, m.sender, m.sender_id, m.kind,"
    " case when m.withdrawn then '{}' else m.body::text end as body, m.at, m.withdrawn"
)
# For asyncpg: consultation, last number seen, page size, who reads; nothing for a stranger.
READ_AS_PARTY = (
    f"select {_COLUMNS} from consultation_message m"  # noqa: S608  # constants only
    " join consultation_thread t using (consultation_id)"
    " where m.consultation_id = $1 and seq > $2 and $4 in (t.holder_id, t.doctor_user_id)"
    " order by seq limit $3"
)
# For asyncpg: how far threads have grown, who may read and write in them now, how much is left,
# and how far each side has come: {"patient": {"got": 3, "read": 2}, "doctor": {...}}.
PARTIES = """
    select t.consultation_id, t.last_seq, t.holder_id, t.doctor_user_id, t.turns, t.max_turns,
        t.closes_at, t.is_open,
        json_build_object(
            'patient', json_build_object('got', coalesce(p.got, 0), 'read', coalesce(p.read, 0)),
            'doctor', json_build_object('got', coalesce(d.got, 0), 'read', coalesce(d.read, 0))
        ) as marks
    from consultation_thread t
    left join consultation_mark p on p.consultation_id = t.consultation_id and p.side = 'patient'
    left join consultation_mark d on d.consultation_id = t.consultation_id and d.side = 'doctor'
    where t.consultation_id = any($1::uuid[])
"""
_AFTER = (
    f"select {_COLUMNS} from consultation_message m"  # noqa: S608  # constants only
    " where consultation_id = %s and seq > %s order by seq limit %s"
)
_BEFORE = (
    f"select {_COLUMNS} from consultation_message m"  # noqa: S608  # constants only
    " where consultation_id = %s and seq < %s order by seq desc limit %s"
)
_OF_KINDS = (
    f"select {_COLUMNS} from consultation_message m"  # noqa: S608  # constants only
    " where consultation_id = %s and seq > %s and kind = any(%s) order by seq"
)
_KEPT = """
    select consultation_id, seq, client_id, sender, sender_id, kind, body::text, at, withdrawn
    from consultation_message where consultation_id = %s order by seq
"""


def read(consultation_id: UUID, since: int = 0, limit: int = PAGE) -> list[Message]:
    """Messages with `seq > since`, at most `limit` (capped at PAGE), in order."""
    return _messages(_AFTER, consultation_id, max(since, 0), limit)


def read_kinds(
    consultation_id: UUID, kinds: Collection[str], *, since: int = 0, limit: int = PAGE
) -> list[Message]:
    """As `read`, of these kinds alone; without `since` the last page, in order."""
    most = min(max(limit, 1), PAGE)
    newest = " desc limit %s" if since <= 0 else " limit %s"
    rows = database.fetch(_OF_KINDS + newest, [consultation_id, max(since, 0), sorted(kinds), most])
    found = [_message(row) for row in rows]
    return found[::-1] if since <= 0 else found


def read_back(consultation_id: UUID, before: int, limit: int = PAGE) -> list[Message]:
    """The last `limit` messages (capped at PAGE) with `seq < before`, in order."""
    return _messages(_BEFORE, consultation_id, before, limit)[::-1]


def read_kept(consultation_id: UUID) -> list[Message]:
    """Everything, with the words of what was withdrawn: only for a dispute package (R22, K10)."""
    return [_message(row) for row in database.fetch(_KEPT, [consultation_id])]


def _messages(sql: str, consultation_id: UUID, key: int, limit: int) -> list[Message]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [consultation_id, key, min(max(limit, 1), PAGE)])
        return [_message(row) for row in cursor.fetchall()]


def _message(row: tuple[Any, ...]) -> Message:
    consultation_id, seq, client_id, sender, sender_id, kind, body, at, withdrawn = row
    return Message(
        consultation_id=consultation_id,
        seq=seq,
        client_id=client_id,
        sender=sender,
        sender_id=sender_id,
        kind=kind,
        body=json.loads(body),
        at=at,
        withdrawn=withdrawn,
    )


def pictures(consultation_id: UUID) -> dict[UUID, bool]:
    """The pictures sent into the thread; False: withdrawn wherever it stood."""
    return files(consultation_id, "picture")


def files(consultation_id: UUID, kind: Literal["picture", "voice", "document"]) -> dict[UUID, bool]:
    """The files of a kind sent into the thread; False: withdrawn wherever it stood."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select (body ->> %s)::uuid, not bool_and(withdrawn)"
            " from consultation_message where consultation_id = %s and kind = %s group by 1",
            [f"{kind}_id", consultation_id, kind],
        )
        return dict(cursor.fetchall())


def last_card(consultation_id: UUID, *cards: str) -> dict[str, Any] | None:
    """The body of the last one of these cards."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select body::text from consultation_message where consultation_id = %s"
            " and kind = 'card' and body ->> 'card' = any(%s) order by seq desc limit 1",
            [consultation_id, list(cards)],
        )
        row = cursor.fetchone()
    found: dict[str, Any] | None = json.loads(row[0]) if row else None
    return found


def thread_facts(consultation_id: UUID) -> ThreadFacts:
    """Raises NotFound when there is no such thread."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select last_seq, holder_id, doctor_user_id, is_open, last_patient_at, last_doctor_at,"
            " turns, max_turns, closes_at from consultation_thread where consultation_id = %s",
            [consultation_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    return ThreadFacts(*row)
