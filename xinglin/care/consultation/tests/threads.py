"""Threads without a visit around them, written as the live process writes them."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from xinglin.care.consultation.messages import services
from xinglin.kernel import ids

_BATCH = (
    "select seq, dup, refused, sender from"
    " post_batch(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::jsonb[]) order by ord"
)
# Consultation, sender, client id; then the words, or the kind and the body.
Send = tuple[UUID, UUID, UUID, str] | tuple[UUID, UUID, UUID, str, dict[str, Any]]
Answer = tuple[int | None, bool, str | None, str | None]


def post_batch(*sends: Send, line: Any = connection) -> list[Answer]:
    """The answers in the order of the sends: number, dup, refused, sender."""
    with line.cursor() as cursor:
        cursor.execute(
            _BATCH,
            [
                [s[0] for s in sends],
                [s[1] for s in sends],
                [s[2] for s in sends],
                ["text" if len(s) == 4 else s[3] for s in sends],
                [json.dumps({"text": s[3]} if len(s) == 4 else s[4]) for s in sends],
            ],
        )
        return cursor.fetchall()


def another_line() -> psycopg.Connection:
    """A connection of its own, past the pool, which has fewer than a test of many writers needs."""
    told = connection.settings_dict
    names = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    given = {name: told[key] for name, key in names.items() if told[key]}
    return psycopg.connect(**given, autocommit=True)


def said(answers: Sequence[Answer]) -> list[int | str | None]:
    """Of each send, why it was refused, else its number."""
    return [refused or seq for seq, _, refused, _ in answers]


def words(visit: UUID, sender: UUID, text: str = "在") -> Send:
    return (visit, sender, ids.new(), text)


def edit(visit: UUID, sender: UUID, of: Any, text: str = "改") -> Send:
    return (visit, sender, ids.new(), "edit", {"of": of, "text": text})


def withdrawal(visit: UUID, sender: UUID, of: Any) -> Send:
    return (visit, sender, ids.new(), "withdrawal", {"of": of})


def thread(holder: UUID, doctor: UUID | None = None, *, max_turns: int | None = None) -> UUID:
    consultation_id = ids.new()
    services.open_thread(consultation_id, holder, max_turns=max_turns)
    services.admit_doctor(consultation_id, doctor)
    return consultation_id


def change_thread(consultation_id: UUID, column: str, value: Any) -> None:
    """As if the clock had done it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"update consultation_thread set {column} = %s where consultation_id = %s",
            [value, consultation_id],
        )


def make_older(consultation_id: UUID, interval: str) -> None:
    """All messages so far, as if they had been written that much earlier."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update consultation_message set at = at - %s::interval where consultation_id = %s",
            [interval, consultation_id],
        )
