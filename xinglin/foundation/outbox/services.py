"""Events as rows, carried on after commit: to reactions, then to the feed of the sockets."""

import atexit
import json
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string
from psycopg.types.json import Jsonb

from xinglin.foundation.database import services as database
from xinglin.foundation.live import services as live
from xinglin.foundation.live.types import News
from xinglin.foundation.outbox.types import Event
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import XinglinError

log = structlog.get_logger(__name__)

BATCH = 200
KEPT = timedelta(days=7)
PRUNED_AT_ONCE = 5_000
LONGEST_WAIT_S = 300.0
EVENT = "event"
RELAY_LOCK = 0x0B0C5  # any number of our own

_INSERT = """
    insert into outbox_outboxevent
        (id, kind, payload, audience, created_at, attempts, last_error)
    values (%s, %s, %s, %s, %s, 0, '')
"""
# Their audiences were told at once, so the relay tells nobody.
_INSERT_TOLD = """
    insert into outbox_outboxevent (id, kind, payload, audience, created_at, attempts, last_error)
    select e.id, e.kind, e.payload::jsonb, '{}', %s, 0, ''
    from unnest(%s::uuid[], %s::text[], %s::text[]) as e (id, kind, payload)
"""
_PENDING = """
    select seq, id, kind, payload::text, audience, created_at, attempts
    from outbox_outboxevent
    where relayed_at is null and (retry_at is null or retry_at <= %s)
    order by seq limit %s
"""
_CARRIED = "update outbox_outboxevent set relayed_at = %s, last_error = '' where seq = any(%s)"
_FAILED = """
    update outbox_outboxevent
    set attempts = least(attempts + 1, 32000), last_error = %s, retry_at = %s where seq = %s
"""
# For asyncpg, in the live process: its name.
BEAT = """
    insert into outbox_heartbeat (name, at) values ($1, now())
    on conflict (name) do update set at = excluded.at
"""


@contextmanager
def in_one_transaction() -> Iterator[None]:
    """All or nothing, as a part of the transaction under way if there is one; also a decorator.

    Unlike `transaction.atomic` it makes no savepoint (two statements in each step of each act), so
    what fails here fails the whole. Only a test's own transaction is spared: the test goes on.
    """
    around = connection.atomic_blocks
    spared = bool(around) and getattr(around[-1], "_from_testcase", False)
    with transaction.atomic(savepoint=spared), database.act():
        yield


def emit(event: Event) -> UUID:
    """Write the event into the caller's transaction; whom it concerns is woken after it."""
    event_id = ids.new()
    payload, audience = Jsonb(event.payload()), list(event.audience)
    values: list[Any] = [event_id, event.kind, payload, audience, clock.now()]
    database.later(_INSERT, values)
    _wake_for(event.kind)
    return event_id


def emit_at_once(events: Iterable[Event]) -> None:
    """As `emit`, but the sockets hear of it with the commit, before its reactions and even if they fail.

    For what somebody waits for by the second, as the last act of a short transaction.
    Locks: the feed's counter, until commit.
    """
    at = clock.now()
    news = [
        News(event_id=ids.new(), kind=e.kind, payload=e.payload(), audience=e.audience, at=at)
        for e in events
    ]
    told = [[n.event_id for n in news], [n.kind for n in news]]
    words = [json.dumps(n.payload, ensure_ascii=False) for n in news]
    database.later(_INSERT_TOLD, [at, *told, words])
    for kind in {n.kind for n in news}:
        _wake_for(kind)
    live.publish(news)


def _wake_for(kind: str) -> None:
    _wake_after_commit(_waker("worker"))
    for process in settings.OUTBOX_WAKES.get(kind, ()):
        _wake_after_commit(_waker(process))


def _wake_after_commit(wake: Callable[[], None]) -> None:
    """Once a transaction, however many events it writes."""
    if all(waiting is not wake for _, waiting, *_ in connection.run_on_commit):
        transaction.on_commit(wake)


@cache
def _waker(process: str) -> Callable[[], None]:
    return partial(poke, process)


def poke(name: str, word: str = EVENT) -> None:
    """Wake a process early; `word` says what for.

    Never waits and never fails: its own clock wakes it anyway.
    """
    try:
        _line().sendto(word.encode(), str(settings.SOCKETS_DIR / f"{name}.poke"))
    except OSError:
        return


@cache
def _line() -> socket.socket:
    """Never bound, so any thread and any child may send by it."""
    line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    line.setblocking(False)
    atexit.register(line.close)
    return line


def beat(name: str) -> None:
    """Say that the process lives."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into outbox_heartbeat (name, at) values (%s, %s)"
            " on conflict (name) do update set at = excluded.at",
            [name, clock.now()],
        )


@dataclass(frozen=True, slots=True)
class _Waiting:
    seq: int
    news: News
    attempts: int


def relay_pending() -> int:
    """Carry on what is committed, at most 200 events; how many were carried.

    Reactions first: of an event that fails none holds; it waits and is tried again, holds up no
    other, and reaches the feed only after its reactions have succeeded.
    Locks: one relay at a time, by a lock that ends with the transaction.
    """
    with transaction.atomic():
        if database.fetch("select pg_try_advisory_xact_lock(%s)", [RELAY_LOCK]) != [(True,)]:
            return 0
        waiting = _pending(clock.now())
        if not waiting:
            return 0
        if any(w.news.kind in settings.OUTBOX_REACTIONS for w in waiting):
            # A reaction that waits for a row too long fails alone, and holds up no other.
            database.change("set local lock_timeout = '2s'")
        carried = _react_together(waiting)
        live.publish([w.news for w in carried])
        _mark(carried)
    return len(carried)


def relay() -> int:
    """All that is pending, for the worker: nothing is left to do at once, and an event wakes it."""
    while relay_pending() >= BATCH:
        pass
    return 0


def _pending(at: datetime) -> list[_Waiting]:
    return [_waiting(row) for row in database.fetch(_PENDING, [at, BATCH])]


def _waiting(row: database.Row) -> _Waiting:
    seq, event_id, kind, payload, audience, at, attempts = row
    return _Waiting(
        seq,
        News(
            event_id=event_id,
            kind=kind,
            payload=json.loads(payload),
            audience=tuple(audience),
            at=at,
        ),
        attempts,
    )


def _react_together(waiting: list[_Waiting]) -> list[_Waiting]:
    """Those whose reactions succeeded: all in one savepoint, and when something fails, each in its own."""
    reacting = [w for w in waiting if _reactions_to(w)]
    if len(reacting) > 1:
        with suppress(Exception), transaction.atomic():
            for each in reacting:
                for reaction in _reactions_to(each):
                    import_string(reaction)(each.news.event_id, each.news.payload, each.news.at)
            _check_kept()
            return waiting
    return [w for w in waiting if _react(w)]


def _reactions_to(waiting: _Waiting) -> tuple[str, ...]:
    found: tuple[str, ...] = settings.OUTBOX_REACTIONS.get(waiting.news.kind, ())
    return found


def _react(waiting: _Waiting) -> bool:
    """Whether every reaction to the event succeeded; all of one event or none."""
    news = waiting.news
    reactions = _reactions_to(waiting)
    if not reactions:
        return True
    reaction = ""
    try:
        with transaction.atomic():
            for reaction in reactions:
                import_string(reaction)(news.event_id, news.payload, news.at)
            _check_kept()
    except Exception as error:  # noqa: BLE001  # whatever a reaction raises, the others go on
        _put_off(waiting, reaction, error)
        return False
    return True


def _check_kept() -> None:
    """A reaction that went on after an act had failed: all is taken back, without a word of Django's."""
    if connection.needs_rollback:
        raise transaction.TransactionManagementError("a reaction has hidden that its act failed")


def _put_off(waiting: _Waiting, reaction: str, error: Exception) -> None:
    """Remember that it failed and why, without the words of the payload."""
    name = type(error).__name__
    reason = f"{reaction}: {name} {error.code if isinstance(error, XinglinError) else ''}"
    wait_s = min(LONGEST_WAIT_S, 0.25 * 2 ** min(waiting.attempts, 12))
    with connection.cursor() as cursor:
        cursor.execute(
            _FAILED, [reason[:200].strip(), clock.now() + timedelta(seconds=wait_s), waiting.seq]
        )
    log.error(
        "reaction failed",
        event_id=str(waiting.news.event_id),
        kind=waiting.news.kind,
        reaction=reaction,
        error=name,
        attempts=waiting.attempts + 1,
    )


def _mark(carried: list[_Waiting]) -> None:
    database.change(_CARRIED, [clock.now(), [w.seq for w in carried]])


def prune() -> int:
    """Forget events carried a week ago; how many rows went."""
    before = clock.now() - KEPT
    with connection.cursor() as cursor:
        cursor.execute(
            "select relayed_at from outbox_outboxevent"
            " where relayed_at is not null order by seq limit 1"
        )
        oldest = cursor.fetchone()
        if oldest is None or oldest[0] >= before:
            return 0
        cursor.execute(
            "delete from outbox_outboxevent where relayed_at < %s and seq <= ("
            "  select max(seq) from ("
            "    select seq from outbox_outboxevent"
            "    where relayed_at is not null order by seq limit %s) front)",
            [before, PRUNED_AT_ONCE],
        )
        gone: int = cursor.rowcount
    return gone
