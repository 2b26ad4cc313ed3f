"""Writing a thread: everything goes through the SQL function `post_batch`.

The live process calls `POST_BATCH` for many sends at once; the functions here post within the
transaction of a step (cards) or open, staff and close a thread.
"""

import json
from typing import Any
from uuid import UUID

from django.db import connection

from xinglin.foundation.accounts.types import SYSTEM_ID
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, NotFound
from xinglin.kernel.text import Text

# Arrays of equal length, rows of one consultation together; for asyncpg.
POST_BATCH = (
    "select ord, seq, at, dup, refused, sender, holder, doctor"
    " from post_batch($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::jsonb[])"
)
_POST_ONE = "select seq, refused from post_batch(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::jsonb[])"


def open_thread(consultation_id: UUID, holder_id: UUID) -> None:
    """The patient may write from now on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into consultation_thread (consultation_id, holder_id) values (%s, %s)",
            [consultation_id, holder_id],
        )


def admit_doctor(consultation_id: UUID, doctor_user_id: UUID | None) -> None:
    """The doctor who may write from now on; None while nobody has the visit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update consultation_thread set doctor_user_id = %s, last_doctor_at = null"
            " where consultation_id = %s",
            [doctor_user_id, consultation_id],
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
        Conflict: the thread is closed.
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
        raise Conflict(
            "thread_closed",
            Text(
                "本次咨询已结束，不能再发送消息。",
                "This visit has ended; no more messages can be sent.",
            ),
        )
    number: int = seq
    return number


def post_card(consultation_id: UUID, card: str, text: Text, **extra: object) -> int:
    """A card of the system, in the transaction of the step that it tells of."""
    body: dict[str, Any] = {"card": card, "text": text.as_dict(), **extra}
    return post(consultation_id, SYSTEM_ID, "card", body)


def ensure_partitions(months: int = 3) -> int:
    """Partitions of this month and the next ones; answers how many were made."""
    with connection.cursor() as cursor:
        cursor.execute("select ensure_message_partitions(%s)", [months])
        made: int = cursor.fetchone()[0]
    return made


def tend_partitions() -> int:
    """For the worker's daily loop: nothing more to do at once."""
    ensure_partitions()
    return 0
