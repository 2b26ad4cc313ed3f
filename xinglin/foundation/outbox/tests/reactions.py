"""Reactions for the tests: what they were called with, and those that fail."""

from django.db import connection

CALLS: list[tuple[str, dict]] = []


def note(event_id, payload, at) -> None:
    CALLS.append((str(event_id), payload))


def fail(event_id, payload, at) -> None:
    CALLS.append((str(event_id), payload))
    raise LookupError(payload["words"])


def break_the_transaction(event_id, payload, at) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1 / 0")
