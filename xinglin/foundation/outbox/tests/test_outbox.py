"""Events reach their reactions and the feed, once each, whoever fails beside them."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from xinglin.foundation.live import queries as live
from xinglin.foundation.outbox import queries, services
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.foundation.outbox.tests import reactions
from xinglin.foundation.outbox.types import Event
from xinglin.kernel import clock

HERE = "xinglin.foundation.outbox.tests.reactions"


@dataclass(frozen=True, kw_only=True)
class CoughHeard(Event):
    words: str


@dataclass(frozen=True, kw_only=True)
class BellRang(Event):
    words: str


@pytest.fixture(autouse=True)
def _fresh_reactions(settings):
    reactions.CALLS.clear()
    settings.OUTBOX_REACTIONS = {"CoughHeard": (f"{HERE}.note",)}


def board_since(position: int) -> list[dict]:
    return [e.payload for e in live.feed_since(["board"], position)]


@pytest.mark.django_db
def test_an_event_reaches_its_reaction_and_the_feed_once():
    start = live.last_position()
    event_id = services.emit(CoughHeard(words="咳", audience=("board", "user:1")))
    assert services.relay_pending() == 1
    assert services.relay_pending() == 0
    (call,) = reactions.CALLS
    assert call == (str(event_id), {"words": "咳"})
    (entry,) = live.feed_since(["user:1", "board"], start)
    assert (entry.event_id, entry.kind, entry.payload) == (event_id, "CoughHeard", {"words": "咳"})


@pytest.mark.django_db
def test_the_worker_leaves_nothing_behind_however_much_was_waiting(monkeypatch):
    monkeypatch.setattr(services, "BATCH", 3)
    start = live.last_position()
    for n in range(8):
        services.emit(BellRang(words=str(n), audience=("board",)))
    assert services.relay() == 0
    assert [told["words"] for told in board_since(start)] == [str(n) for n in range(8)]


@pytest.mark.django_db
@pytest.mark.parametrize("reaction", ["fail", "break_the_transaction", "is_not_there"])
def test_a_poison_event_fails_alone_and_is_not_published_before_it_succeeds(settings, reaction):
    settings.OUTBOX_REACTIONS = {"CoughHeard": (f"{HERE}.note", f"{HERE}.{reaction}")}
    start = live.last_position()
    services.emit(CoughHeard(words="secret words", audience=("board",)))
    services.emit(BellRang(words="ding", audience=("board",)))
    assert services.relay_pending() == 1
    assert board_since(start) == [{"words": "ding"}]
    poison = OutboxEvent.objects.get(relayed_at=None)
    assert poison.attempts == 1
    assert poison.last_error
    assert "secret" not in poison.last_error
    assert services.relay_pending() == 0, "it waits for its turn"

    settings.OUTBOX_REACTIONS = {"CoughHeard": (f"{HERE}.note",)}
    with clock.later(timedelta(seconds=2)):
        assert services.relay_pending() == 1
    assert board_since(start) == [{"words": "ding"}, {"words": "secret words"}]


@pytest.mark.django_db
@pytest.mark.parametrize("reaction", ["fail", "break_the_transaction", "hide_a_failure"])
def test_what_others_did_beside_one_that_fails_is_done_once(settings, reaction):
    settings.OUTBOX_REACTIONS = {
        "CoughHeard": (f"{HERE}.echo",),
        "BellRang": (f"{HERE}.echo", f"{HERE}.{reaction}"),
    }
    services.emit(CoughHeard(words="a", audience=("board",)))
    services.emit(BellRang(words="poison", audience=("board",)))
    services.emit(CoughHeard(words="b", audience=("board",)))
    assert services.relay_pending() == 2
    echoes = OutboxEvent.objects.filter(kind="EchoHeard").order_by("seq")
    assert [e.payload["words"] for e in echoes] == ["a", "b"]


@pytest.mark.django_db
@pytest.mark.parametrize("before", [(), ("a", "b")])
def test_a_reaction_that_hides_its_failure_is_tried_again_and_takes_nobody_with_it(
    settings, before
):
    """Nothing comes after it that would meet the broken transaction."""
    settings.OUTBOX_REACTIONS = {
        "CoughHeard": (f"{HERE}.echo",),
        "BellRang": (f"{HERE}.hide_a_failure",),
    }
    for words in before:
        services.emit(CoughHeard(words=words, audience=("board",)))
    services.emit(BellRang(words="poison", audience=("board",)))
    assert services.relay_pending() == len(before)
    assert OutboxEvent.objects.filter(kind="EchoHeard").count() == len(before)
    assert OutboxEvent.objects.get(kind="BellRang").attempts == 1


@pytest.mark.django_db
def test_the_pause_between_tries_grows(settings):
    settings.OUTBOX_REACTIONS = {"CoughHeard": (f"{HERE}.fail",)}
    services.emit(CoughHeard(words="x", audience=("board",)))
    pauses, at = [], clock.now()
    for _ in range(4):
        with clock.frozen(at):
            services.relay_pending()
        retry_at = OutboxEvent.objects.get(relayed_at=None).retry_at
        pauses.append((retry_at - at).total_seconds())
        at = retry_at
    assert pauses == sorted(pauses)
    assert pauses[-1] >= 8 * pauses[0]


def ring_and_fail() -> None:
    with transaction.atomic():
        services.emit(BellRang(words="no", audience=("board",)))
        raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_an_event_of_a_transaction_that_failed_never_was():
    with pytest.raises(ZeroDivisionError):
        ring_and_fail()
    assert services.relay_pending() == 0


@pytest.mark.django_db(transaction=True)
def test_many_relays_at_once_carry_each_event_once_and_in_one_order():
    start = live.last_position()
    for number in range(300):
        services.emit(CoughHeard(words=str(number), audience=("board",)))
    gate = threading.Barrier(6)

    def relay() -> int:
        try:
            gate.wait(10)
            carried = 0
            while OutboxEvent.objects.filter(relayed_at=None).exists():
                carried += services.relay_pending()
            return carried
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        carried = [job.result() for job in [pool.submit(relay) for _ in range(6)]]
    assert sum(carried) == 300
    assert len(reactions.CALLS) == 300
    entries = live.feed_since(["board"], start, 1_000)
    assert [e.payload["words"] for e in entries] == [str(n) for n in range(300)]
    assert [e.position for e in entries] == list(range(start + 1, start + 301))


@pytest.mark.django_db(transaction=True)
def test_one_batch_gives_one_notify_with_the_last_position():
    params = connection.get_connection_params()
    for key in ("cursor_factory", "context", "pool"):
        params.pop(key, None)
    with psycopg.connect(**params, autocommit=True) as listener:
        listener.execute("listen xinglin_live")
        for _ in range(3):
            services.emit(BellRang(words="x", audience=("board",)))
        services.relay_pending()
        told = list(listener.notifies(timeout=5, stop_after=1))
        told += list(listener.notifies(timeout=0.2))
    assert [n.payload for n in told] == [f'{{"feed":{live.last_position()}}}']


@contextmanager
def line_of(process: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(settings.SOCKETS_DIR / f"{process}.poke"))
        line.setblocking(False)
        yield line


def pokes(line: socket.socket) -> int:
    heard = 0
    with suppress(BlockingIOError):
        while line.recv(10):
            heard += 1
    return heard


@pytest.mark.django_db(transaction=True)
def test_events_wake_the_worker_once_a_transaction_and_after_its_commit_only(settings, tmp_path):
    settings.SOCKETS_DIR = tmp_path
    with line_of("worker") as worker:
        with transaction.atomic():
            for _ in range(3):
                services.emit(BellRang(words="x", audience=("board",)))
            assert pokes(worker) == 0
        assert pokes(worker) == 1
        with pytest.raises(ZeroDivisionError):
            ring_and_fail()
        assert pokes(worker) == 0
        with transaction.atomic():
            with pytest.raises(ZeroDivisionError):
                ring_and_fail()
            services.emit(BellRang(words="y", audience=("board",)))
        assert pokes(worker) == 1, "a part that was rolled back took the wake-up with it"


@pytest.mark.django_db(transaction=True)
def test_an_event_wakes_besides_whom_the_table_names_and_nobody_else(settings, tmp_path):
    settings.SOCKETS_DIR = tmp_path
    settings.OUTBOX_WAKES = {"CoughHeard": ("dispatcher",)}
    with line_of("worker") as worker, line_of("dispatcher") as dispatcher:
        services.emit(BellRang(words="x", audience=("board",)))
        assert (pokes(worker), pokes(dispatcher)) == (1, 0)
        services.emit(CoughHeard(words="x", audience=("board",)))
        assert (pokes(worker), pokes(dispatcher)) == (1, 1)


def test_a_poke_to_nobody_or_to_a_full_line_neither_waits_nor_fails(settings, tmp_path):
    settings.SOCKETS_DIR = tmp_path
    services.poke("nobody")
    services.poke("x" * 200)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf:
        deaf.bind(str(tmp_path / "deaf.poke"))
        for _ in range(2_000):
            services.poke("deaf")


@pytest.mark.django_db
def test_a_heart_beats():
    services.beat("worker")
    with clock.later(timedelta(seconds=2)):
        services.beat("worker")
        assert queries.heartbeats()["worker"] == clock.now()


@pytest.mark.django_db
def test_only_what_was_carried_a_week_ago_is_forgotten():
    services.emit(BellRang(words="old", audience=("board",)))
    services.relay_pending()
    services.emit(BellRang(words="waits", audience=("board",)))
    assert services.prune() == 0
    with clock.later(timedelta(days=8)):
        assert services.prune() == 1
        assert services.prune() == 0
    assert [e.payload["words"] for e in OutboxEvent.objects.all()] == ["waits"]
