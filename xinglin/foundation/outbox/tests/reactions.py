"""Reactions for the tests: what they were called with, and those that fail."""

from contextlib import suppress
from dataclasses import dataclass

from django.db import connection

from xinglin.foundation.outbox import services
from xinglin.foundation.outbox.types import Event

CALLS: list[tuple[str, dict]] = []


@dataclass(frozen=True, kw_only=True)
class EchoHeard(Event):
    words: str


def note(event_id, payload, at) -> None:
    CALLS.append((str(event_id), payload))


def fail(event_id, payload, at) -> None:
    CALLS.append((str(event_id), payload))
    raise LookupError(payload["words"])


def break_the_transaction(event_id, payload, at) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1 / 0")


def hide_a_failure(event_id, payload, at) -> None:
    with suppress(RuntimeError), services.in_one_transaction():
        raise RuntimeError("an act of ours has failed")


def echo(event_id, payload, at) -> None:
    services.emit(EchoHeard(words=payload["words"], audience=("board",)))
