"""The worker process: the loops of `settings.WORKER_LOOPS`, each in a thread of its own."""

import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from inspect import signature
from pathlib import Path

import structlog
from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from xinglin.foundation.outbox.services import beat

_BEAT_SECONDS = 2.0
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 15.0
# A turn costs as much for one event as for ten. After a quiet moment the first is carried at once;
# under load, when every step of every visit pokes, a turn begins so long after the last.
_GATHER_SECONDS = 0.005
_TURN_SECONDS = 0.06
_log = structlog.get_logger("xinglin.worker")


@dataclass
class Loop:
    """Calls `work` until it finds nothing to do, then waits `interval` seconds, or for a poke with
    its word.
    """

    name: str
    work: Callable[[], int]
    interval: float
    woken_by: str
    stop: threading.Event
    poked: threading.Event = field(default_factory=threading.Event)
    _pause: float = _FIRST_PAUSE

    def run(self) -> None:
        while not self.stop.is_set():
            self.poked.clear()
            self.poked.wait(self._turn())

    def _turn(self) -> float:
        """One call; returns how long to wait for the next."""
        try:
            done = self.work()
        except Exception as error:  # noqa: BLE001  # a loop outlives whatever its work meets
            _log.exception("loop failed", loop=self.name, error=type(error).__name__)
            connections.close_all()
            pause, self._pause = self._pause, min(self._pause * 2, _LONGEST_PAUSE)
            return pause
        self._pause = _FIRST_PAUSE
        if done:
            return 0.0
        connections.close_all()  # back to the pool while idle
        return self.interval


def run() -> None:
    """Until SIGTERM; then every loop ends its call first, and one that takes long is told of it."""
    stop = threading.Event()
    loops = [
        Loop(name, _told(import_string(dotted), stop), interval, woken_by, stop)
        for name, dotted, interval, woken_by in settings.WORKER_LOOPS
    ]
    with closing(_bell(Path(os.environ["XINGLIN_SOCKETS"]) / "worker.poke")) as bell:
        threads = [threading.Thread(target=loop.run, name=loop.name) for loop in loops]
        for thread in threads:
            thread.start()
        _listen(bell, loops, stop)
        for loop in loops:
            loop.poked.set()
        for thread in threads:
            thread.join()


def _told(work: Callable[..., int], stop: threading.Event) -> Callable[[], int]:
    """Work that would hold up the end asks for `stop` by name, and is given it."""
    return partial(work, stop=stop) if "stop" in signature(work).parameters else work


def _bell(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    bell.bind(str(path))
    bell.setblocking(False)
    return bell


def _listen(bell: socket.socket, loops: list[Loop], stop: threading.Event) -> None:
    """Wake at a poke the loops that it is meant for; say every two seconds that we live."""
    signals, signalled = socket.socketpair()
    with closing(signals), closing(signalled):
        signalled.setblocking(False)
        signal.set_wakeup_fd(signalled.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        next_beat = next_turn = 0.0
        while not stop.is_set():
            if time.monotonic() >= next_beat:
                _beat()
                next_beat = time.monotonic() + _BEAT_SECONDS
            wait = max(0.0, next_beat - time.monotonic())
            if bell in select.select([bell, signals], [], [], wait)[0]:
                stop.wait(max(_GATHER_SECONDS, next_turn - time.monotonic()))
                next_turn = time.monotonic() + _TURN_SECONDS
                words = _words(bell)
                for loop in loops:
                    if loop.woken_by in words:
                        loop.poked.set()
        signal.set_wakeup_fd(-1)


def _words(bell: socket.socket) -> set[str]:
    """A burst of pokes is one poke."""
    words: set[str] = set()
    with suppress(BlockingIOError):
        while True:
            words.add(bell.recv(64).decode(errors="replace"))
    return words


def _beat() -> None:
    try:
        beat("worker")
    except Exception as error:  # noqa: BLE001  # the next beat may reach the database again
        _log.exception("heartbeat failed", error=type(error).__name__)
    finally:
        connections.close_all()
