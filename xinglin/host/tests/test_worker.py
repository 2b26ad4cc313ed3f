"""What wakes the worker's loops, and how often."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from xinglin.care.dispatch.services import replays
from xinglin.care.people.services import exporting
from xinglin.care.people.services.sheets import importing
from xinglin.care.prescribing.services import documents
from xinglin.care.quality.services import asking
from xinglin.config.wiring import WORKER_LOOPS
from xinglin.foundation.audit.services import checking
from xinglin.foundation.media.services import claiming
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox import services as outbox
from xinglin.foundation.recordings.services import taking
from xinglin.host import worker

NEVER = 3600.0
WITHIN_S = 10.0


@pytest.fixture(autouse=True)
def _own_signals(settings, tmp_path: Path, monkeypatch) -> Iterator[None]:
    settings.SOCKETS_DIR = tmp_path
    monkeypatch.setattr(worker, "_beat", lambda: None)
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


class Turns:
    """When a loop took its turns; the first is that of its start."""

    def __init__(self, woken_by: str, stop: threading.Event) -> None:
        self.at: list[float] = []
        self._taken = threading.Condition()
        self.loop = worker.Loop(woken_by, self._turn, NEVER, woken_by, stop)

    def _turn(self) -> int:
        with self._taken:
            self.at.append(time.monotonic())
            self._taken.notify_all()
        return 0

    def until(self, holds: Callable[[list[float]], bool]) -> None:
        with self._taken:
            assert self._taken.wait_for(lambda: holds(self.at), WITHIN_S), "no turn came"


def listened(tmp_path: Path, scene: Callable[[Turns, Turns, Turns], None]) -> None:
    """Play the scene, with a loop for events, one for notices and one for the clock alone."""
    stop = threading.Event()
    turns = [Turns(word, stop) for word in (outbox.EVENT, notices.NOTICE, "")]
    loops = [each.loop for each in turns]

    def play() -> None:
        try:
            for each in turns:
                each.until(lambda at: len(at) == 1)
            scene(*turns)
        finally:
            stop.set()
            outbox.poke("worker", "the end")

    with closing(worker._bell(tmp_path / "worker.poke")) as bell, ThreadPoolExecutor(4) as pool:
        running = [pool.submit(loop.run) for loop in loops]
        playing = pool.submit(play)
        worker._listen(bell, loops, stop)
        for loop in loops:
            loop.poked.set()
        for each in (playing, *running):
            each.result(WITHIN_S)


def test_a_poke_wakes_the_loop_that_its_word_is_for_and_no_other(tmp_path):
    def scene(relay: Turns, sender: Turns, clock: Turns) -> None:
        outbox.poke("worker", notices.NOTICE)
        sender.until(lambda at: len(at) == 2)
        outbox.poke("worker")
        relay.until(lambda at: len(at) == 2)
        assert [len(each.at) for each in (relay, sender, clock)] == [2, 2, 1]

    listened(tmp_path, scene)


def test_after_a_quiet_moment_an_event_is_carried_at_once(tmp_path, monkeypatch):
    # Whoever waited for the end of a turn's time would wait for longer than anybody looks.
    monkeypatch.setattr(worker, "_TURN_SECONDS", NEVER)

    def scene(relay: Turns, *_: Turns) -> None:
        outbox.poke("worker")
        relay.until(lambda at: len(at) == 2)

    listened(tmp_path, scene)


def test_however_often_it_is_poked_the_relay_keeps_its_pace_and_misses_nothing(tmp_path):
    def scene(relay: Turns, *_: Turns) -> None:
        began = time.monotonic()
        while len(relay.at) < 6:
            assert time.monotonic() < began + WITHIN_S, "no turn came"
            outbox.poke("worker")
        last = time.monotonic()
        outbox.poke("worker")
        relay.until(lambda at: at[-1] > last)
        woken = relay.at[1:]
        # Not between two turns, of which a busy machine may begin the first late: since the first poke.
        assert woken[-1] - began >= (len(woken) - 1) * worker._TURN_SECONDS

    listened(tmp_path, scene)


def test_a_poke_while_a_turn_is_under_way_gives_another():
    """Else what was committed behind the turn's back would wait for the clock."""
    stop = threading.Event()
    turns = 0

    def turn() -> int:
        nonlocal turns
        turns += 1
        loop.poked.set()  # as the bell does, in the midst of it
        if turns == 2:
            stop.set()
        return 0

    loop = worker.Loop("relay", turn, NEVER, outbox.EVENT, stop)
    loop.run()
    assert turns == 2


def test_every_word_of_the_table_is_said_by_somebody():
    assert {row[3] for row in WORKER_LOOPS} == {
        "",
        asking.PACKAGE,
        checking.CHECK,
        documents.DOCUMENT,
        exporting.EXPORT,
        importing.SHEET,
        notices.NOTICE,
        outbox.EVENT,
        claiming.TRANSCRIPT,
        replays.REPLAY,
        taking.MAKING,
    }
