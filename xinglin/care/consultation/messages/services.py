"""Writing a thread: everything goes through the SQL function `post_batch`.

The live process calls `POST_BATCH` for many sends at once, and `MARK_BATCH`; the functions here post within the
transaction of a step (cards) or open, staff and close a thread.
"""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from xinglin.care.consultation.messages.types import REFUSALS
from xinglin.foundation.accounts.types import SYSTEM_ID
from xinglin.foundation.database import services as database
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, NotFound
from xinglin.kernel.text import Text

# Arrays of equal length, sorted by consultation; for asyncpg. `refused`: a key of `REFUSALS`.
POST_BATCH = (
    "select ord, seq, at, dup, refused, sender, holder, doctor"
    " from post_batch($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::jsonb[])"
)
# Arrays of equal length, in any order; for asyncpg. Answers the marks that moved.
MARK_BATCH = (
    "select consultation_id, side, got, read, holder, doctor"
    " from mark_batch($1::uuid[], $2::uuid[], $3::integer[], $4::integer[])"
)
_POST_ONE = "select seq, refused from post_batch(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::jsonb[])"


def open_thread(consultation_id: UUID, holder_id: UUID, *, max_turns: int | None = None) -> None:
    """The patient may write from now on, in so many turns."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into consultation_thread (consultation_id, holder_id, max_turns)"
            " values (%s, %s, %s)",
            [consultation_id, holder_id, max_turns],
        )


def admit_doctor(
    consultation_id: UUID, doctor_user_id: UUID | None, *, closes_at: datetime | None = None
) -> None:
    """The doctor who may write from now on; None while nobody has the visit, when no time runs.

    How far a former doctor had read says nothing of the next one: that begins anew.

    Args:
        closes_at: when the conversation's time with this doctor is over.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "update consultation_thread set doctor_user_id = %s, last_doctor_at = null,"
            " closes_at = %s where consultation_id = %s",
            [doctor_user_id, closes_at, consultation_id],
        )
        cursor.execute(
            "delete from consultation_mark where consultation_id = %s and side = 'doctor'",
            [consultation_id],
        )


def stop_time(consultation_id: UUID) -> datetime | None:
    """No time of the conversation runs while its sides talk; answers when it would have been over."""
    row = database.fetch_one(
        "update consultation_thread t set closes_at = null from consultation_thread former"
        " where t.consultation_id = %s and former.consultation_id = t.consultation_id"
        " returning former.closes_at",
        [consultation_id],
    )
    closes_at: datetime | None = row[0] if row else None
    return closes_at


def run_time(consultation_id: UUID, closes_at: datetime | None) -> None:
    """After `stop_time`: the conversation is over at `closes_at`."""
    database.later(
        "update consultation_thread set closes_at = %s where consultation_id = %s",
        [closes_at, consultation_id],
    )


def note_spoken(consultation_id: UUID, *sides: str, at: datetime) -> None:
    """Who has talked to the other side is answered, or has answered, as by a message; no turn is used."""
    columns = ", ".join(f"last_{side}_at = greatest(last_{side}_at, %(at)s)" for side in sides)
    if columns:
        database.later(
            f"update consultation_thread set {columns} where consultation_id = %(id)s",  # noqa: S608  # our own columns
            {"at": at, "id": consultation_id},
        )


def close_thread(consultation_id: UUID) -> None:
    """Nobody but the system writes from now on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update consultation_thread set is_open = false where consultation_id = %s",
            [consultation_id],
        )


def post(
    consultation_id: UUID,
    sender_id: UUID,
    kind: str,
    body: dict[str, Any],
    *,
    client_id: UUID | None = None,
) -> int:
    """One message in the caller's transaction; answers its number.

    Raises:
        NotFound: the sender is no party of the thread.
        Conflict: with the code of `REFUSALS`.
    Locks: the thread's row until the transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _POST_ONE,
            [
                [consultation_id],
                [sender_id],
                [client_id or ids.new()],
                [kind],
                [json.dumps(body, ensure_ascii=False)],
            ],
        )
        seq, refused = cursor.fetchone()
    if refused == "not_found":
        raise NotFound
    if refused is not None:
        raise Conflict(*REFUSALS[refused])
    number: int = seq
    return number


def post_card(consultation_id: UUID, card: str, text: Text, **extra: object) -> int:
    """A card of the system, in the transaction of the step that it tells of."""
    body: dict[str, Any] = {"card": card, "text": text.as_dict(), **extra}
    return post(consultation_id, SYSTEM_ID, "card", body)
