"""Dispatchers as processes of their own, and waiting for what they do."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from xinglin.care.dispatch.tasks.bell import Bell


@contextmanager
def worker_bell() -> Iterator[Bell]:
    """Rung at every commit that has news for the worker: what the dispatcher's own offers are."""
    with Bell(settings.SOCKETS_DIR / "worker.poke") as bell:
        yield bell


def until(
    bell: Bell, true: Callable[[], bool], *, within: float, look_every: float = 60.0
) -> float:
    """Seconds until `true()`, looked at whenever the bell rings, and in between."""
    began = time.monotonic()
    while not true():
        left = began + within - time.monotonic()
        assert left > 0, "it took too long"
        bell.wait(min(left, look_every))
    return time.monotonic() - began


class Dispatcher:
    """A process of its own, on the test's database."""

    def __init__(self, shards: int = 1) -> None:
        name = connection.settings_dict["NAME"]
        dsn = make_conninfo(os.environ["DATABASE_URL"], dbname=name)
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", "xinglin", "dispatcher"],
            env={**os.environ, "DATABASE_URL": dsn, "XINGLIN_DISPATCH_SHARDS": str(shards)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=settings.BASE_DIR,
        )

    def says(self, words: bytes) -> None:
        """Wait until it has said so."""
        line = b"-"
        while line:
            line = self._process.stdout.readline()
            if words in line:
                return
        raise AssertionError(f"the dispatcher never said {words!r}")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    @property
    def pid(self) -> int:
        return self._process.pid
