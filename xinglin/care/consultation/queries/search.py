"""Words found in the viewer's own conversations, as the reader sees them now.

A closed conversation is found by the pairs of characters in it, an open one is read itself: nothing
is missing while the index follows (`services/indexing.py`). Neither is trusted: whoever is no party
now gets nothing, and every text is looked at again.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connection

from xinglin.care.consultation.messages import words
from xinglin.care.consultation.messages.types import Message
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.kernel.errors import FieldError, Invalid
from xinglin.kernel.text import Text

# So many conversations are opened at once, and so many times for one page.
_AT_ONCE = 40
_MOST_ROUNDS = 4
_TOO_SHORT = Text(
    "请输入至少两个字，例如“咳嗽”。", 'Please give at least two characters, for example "cough".'
)
_TOO_LONG = Text(
    f"最多输入{words.LONGEST_QUERY}个字，请缩短后再搜索。",
    f"Please search for {words.LONGEST_QUERY} characters at most.",
)
# The index first and by itself: else the planner may walk all conversations, the newest first.
_CONVERSATIONS = f"""
    with of_index as materialized (
        select consultation_id from consultation_search
        where parties @> array[%(viewer)s]::uuid[] and grams @> %(grams)s::integer[]
    ), maybe as (
        select consultation_id from of_index
        union select consultation_id from consultation_thread
            where holder_id = %(viewer)s and not is_indexed
        union select consultation_id from consultation_thread
            where doctor_user_id = %(viewer)s and not is_indexed
    )
    select c.id, c.patient_id, c.holder_id
    from maybe
    join consultation_thread t using (consultation_id)
    join consultation_consultation c on c.id = t.consultation_id
    where %(viewer)s in (t.holder_id, t.doctor_user_id) and c.id <= %(from)s
    order by c.id desc limit {_AT_ONCE}
"""  # noqa: S608  # a number of our own
_TEXTS = """
    select consultation_id, seq, client_id, sender, sender_id, kind, body, at
    from consultation_message
    where consultation_id = any(%s) and kind in ('text', 'edit') and not withdrawn
    order by consultation_id, seq
"""
# Consultation and number: what stands below it comes after it.
_Key = tuple[UUID, int]
_NEWEST: _Key = (UUID(int=2**128 - 1), 0)


@dataclass(frozen=True, slots=True)
class _Conversation:
    id: UUID
    patient_id: UUID
    holder_id: UUID


def find_messages(
    viewer: Viewer, query: str, *, after: str | None = None, limit: int
) -> dict[str, Any]:
    """Messages that hold every word of the query, newest conversation first, newest message first.

    A page may be short, even empty, and still have a `next`: only so much is read for one. What is
    shown to somebody else than the holder is audited.

    Args:
        after: the `next` of the page before.
    Raises:
        Invalid: fewer than two characters, or too many.
    """
    parts = checked_words(query)
    at: _Key | None = _key(after) if after else _NEWEST
    found: list[Message] = []
    whose: dict[UUID, _Conversation] = {}
    for _ in range(_MOST_ROUNDS):
        if at is None or len(found) > limit:
            break
        page = _conversations(viewer, parts, at)
        whose |= {each.id: each for each in page}
        found += [m for m in _newest_first(page, parts) if _key_of(m) < at]
        at = (page[-1].id, 0) if len(page) == _AT_ONCE else None
    shown = found[:limit]
    if len(found) > limit:
        at = _key_of(shown[-1])
    _audit(viewer, {m.consultation_id: whose[m.consultation_id] for m in shown})
    return {"messages": shown, "next": f"{at[0]}:{at[1]}" if at else None}


def texts_of(consultation_ids: Collection[UUID]) -> list[Message]:
    """Every text as its reader sees it: in the words of its last edit, and no withdrawn one."""
    found: dict[tuple[UUID, int], Message] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS, [list(consultation_ids)])
        for consultation_id, seq, client_id, sender, sender_id, kind, body, at in cursor:
            said = json.loads(body)
            if kind == "text":
                found[consultation_id, seq] = Message(
                    consultation_id, seq, client_id, sender, sender_id, kind, said, at, False
                )
            elif (of := found.get((consultation_id, said["of"]))) is not None:
                found[consultation_id, of.seq] = replace(of, body={"text": said["text"]})
    return list(found.values())


def checked_words(query: str) -> list[str]:
    parts = words.parts_of(query)
    for is_wrong, code, text in (
        (words.is_too_short(parts), "query_too_short", _TOO_SHORT),
        (sum(map(len, parts)) > words.LONGEST_QUERY, "query_too_long", _TOO_LONG),
    ):
        if is_wrong:
            raise Invalid(FieldError("q", text), code=code, text=text)
    return parts


def _conversations(viewer: Viewer, parts: list[str], at: _Key) -> list[_Conversation]:
    asked: dict[str, Any] = {"viewer": viewer.user_id, "grams": words.grams(parts), "from": at[0]}
    with connection.cursor() as cursor:
        cursor.execute(_CONVERSATIONS, asked)
        return [_Conversation(*row) for row in cursor.fetchall()]


def _newest_first(page: list[_Conversation], parts: list[str]) -> list[Message]:
    found = [m for m in texts_of([c.id for c in page]) if words.holds(m.body["text"], parts)]
    return sorted(found, key=_key_of, reverse=True)


def _key_of(message: Message) -> _Key:
    return message.consultation_id, message.seq


def _key(after: str) -> _Key:
    consultation_id, _, seq = after.partition(":")
    return UUID(consultation_id), int(seq)


def _audit(viewer: Viewer, shown: dict[UUID, _Conversation]) -> None:
    subjects = {
        each.id: each.patient_id for each in shown.values() if each.holder_id != viewer.user_id
    }
    if subjects:
        audit.record_each(
            viewer, "consultation.search_messages", subjects, thing="consultation", purpose="care"
        )
