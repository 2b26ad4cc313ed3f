"""Reading a thread."""

import json
from typing import Any
from uuid import UUID

from django.db import connection

from xinglin.care.consultation.messages.types import Message, ThreadFacts
from xinglin.kernel.errors import NotFound

PAGE = 200
_COLUMNS = "consultation_id, seq, client_id, sender, sender_id, kind, body::text as body, at"
# For asyncpg: consultation, last number seen, page size, who reads; nothing for a stranger.
READ_AS_PARTY = (
    f"select {_COLUMNS} from consultation_message m"  # noqa: S608  # constants only
    " join consultation_thread t using (consultation_id)"
    " where m.consultation_id = $1 and seq > $2 and $4 in (t.holder_id, t.doctor_user_id)"
    " order by seq limit $3"
)
# For asyncpg: how far threads have grown, and who may read in them now.
PARTIES = (
    "select consultation_id, last_seq, holder_id, doctor_user_id from consultation_thread"
    " where consultation_id = any($1::uuid[])"
)
_READ = (
    f"select {_COLUMNS} from consultation_message"  # noqa: S608  # constants only
    " where consultation_id = %s and seq > %s order by seq limit %s"
)


def read(consultation_id: UUID, since: int = 0, limit: int = PAGE) -> list[Message]:
    """Messages with `seq > since`, at most `limit` (capped at PAGE), in order."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [consultation_id, max(since, 0), min(max(limit, 1), PAGE)])
        return [_message(row) for row in cursor.fetchall()]


def _message(row: tuple[Any, ...]) -> Message:
    consultation_id, seq, client_id, sender, sender_id, kind, body, at = row
    return Message(
        consultation_id=consultation_id,
        seq=seq,
        client_id=client_id,
        sender=sender,
        sender_id=sender_id,
        kind=kind,
        body=json.loads(body),
        at=at,
    )


def thread_facts(consultation_id: UUID) -> ThreadFacts:
    """Raises NotFound when there is no such thread."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select last_seq, holder_id, doctor_user_id, is_open, last_patient_at, last_doctor_at"
            " from consultation_thread where consultation_id = %s",
            [consultation_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    return ThreadFacts(*row)
