"""A day of the house under another policy: asked for here, made by the worker in a child process."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction

from xinglin.care.dispatch.queries.recorded_day import (
    DAYS_BACK,
    MOST_REQUESTS,
    recorded_day,
    requests_of,
)
from xinglin.care.dispatch.queries.replays import POLICIES
from xinglin.care.dispatch.reckoning import Replay
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import clock
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text
from xinglin.policy.rules import local_date

REPLAY: Final = "replay"  # what wakes the worker's loop
WITHIN_S: Final = 300.0
_MOST_TRIES: Final = 2
_LOOK_S: Final = 0.05
_LEASE: Final = timedelta(seconds=WITHIN_S + 60)
_CHILD: Final = (sys.executable, "-m", "xinglin.care.dispatch.simulator.replaying")

log = structlog.get_logger(__name__)


class Failed(Exception):
    """`code`: of `types.REPLAY_FAILURES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Stopped(Exception):
    """The worker ends; whoever comes next makes it."""


@outbox.in_one_transaction()
def ask_replay(viewer: Viewer, day: date, *, against: str, policy: str, at: datetime) -> Replay:
    """The worker makes it; a house has one at a time.

    Raises:
        Invalid: the same policy twice, a day that is not there to be replayed, or too great a one.
        Conflict: `replay_waiting`, another is being made.
    """
    house = people.own_house(viewer)
    _check(house, day, against, policy, at)
    try:
        with transaction.atomic():
            made = Replay.objects.create(
                institution_id=house,
                day=day,
                against=against,
                policy=policy,
                asked_by=viewer.user_id,
                asked_at=at,
                retry_at=at,
            )
    except IntegrityError as error:
        raise Conflict("replay_waiting", _WAITING) from error
    audit.record(
        viewer,
        "dispatch.ask_replay",
        subject=None,
        thing="replay",
        thing_id=made.pk,
        purpose="operation",
        detail={"day": str(day), "against": against, "policy": policy},
    )
    transaction.on_commit(lambda: outbox.poke("worker", REPLAY))
    return made


def _check(house: UUID, day: date, against: str, policy: str, at: datetime) -> None:
    for name, field in ((against, "against"), (policy, "policy")):
        if name not in POLICIES:
            raise Invalid(FieldError(field, _NO_POLICY))
    if against == policy:
        raise Invalid(FieldError("policy", _SAME))
    today = local_date(at, people.institution(house).place)
    if not today - timedelta(days=DAYS_BACK) < day <= today:
        raise Invalid(FieldError("day", _NO_DAY.filled(n=DAYS_BACK)))
    requests = requests_of(house, day)
    if not requests:
        raise Invalid(FieldError("day", _EMPTY))
    if requests > MOST_REQUESTS:
        raise Invalid(FieldError("day", _TOO_MANY.filled(n=MOST_REQUESTS)))


def note_replay_read(viewer: Viewer, replay_id: UUID) -> None:
    audit.record(
        viewer,
        "dispatch.read_replay",
        subject=None,
        thing="replay",
        thing_id=replay_id,
        purpose="operation",
    )


def make_next_replay(*, within_s: float = WITHIN_S, stop: threading.Event | None = None) -> bool:
    """Make one that waits; whether there was one. It is left at once, for another, when `stop` is set."""
    row = _taken(clock.now())
    if row is None:
        return False
    try:
        document = _made(row, within_s, stop or threading.Event())
    except NotFound:
        _failed(row, "no_duty")
    except Failed as failure:
        _failed(row, failure.code)
    except Stopped:
        _given_back(row)
    else:
        Replay.objects.filter(pk=row.pk, state="asked").update(
            state="done",
            retry_at=None,
            progress_pct=100,
            finished_at=clock.now(),
            document=document,
        )
    return True


def _taken(at: datetime) -> Replay | None:
    with transaction.atomic():
        row = (
            Replay.objects.select_for_update(skip_locked=True)
            .filter(state="asked", retry_at__lte=at)
            .order_by("retry_at")
            .first()
        )
        if row is not None:
            row.tries += 1
            row.retry_at = at + _LEASE
            row.began_at = at
            row.save(update_fields=["tries", "retry_at", "began_at"])
        return row


def _given_back(row: Replay) -> None:
    """As if nobody had taken it."""
    Replay.objects.filter(pk=row.pk, state="asked").update(
        tries=row.tries - 1, retry_at=clock.now(), progress_pct=0, began_at=None
    )


def _failed(row: Replay, code: str) -> None:
    log.warning("day not replayed", replay=str(row.pk), code=code)
    Replay.objects.filter(pk=row.pk, state="asked").update(
        state="failed", retry_at=None, finished_at=clock.now(), failure=code
    )


def _made(row: Replay, within_s: float, stop: threading.Event) -> dict[str, Any]:
    """Raises: NotFound, Failed, Stopped."""
    if row.tries > _MOST_TRIES:
        raise Failed("interrupted")
    asked = recorded_day(row.institution_id, row.day)
    lived = asked.pop("lived")
    asked["policies"] = [row.against, row.policy]
    for said in _said_by_child(asked, within_s, stop):
        if "document" in said:
            return {**said["document"], "lived": lived}
        if "failure" in said:
            log.warning("day makes no sense", replay=str(row.pk), why=said.get("why", ""))
            raise Failed(said["failure"])
        Replay.objects.filter(pk=row.pk).update(progress_pct=min(99, said["progress"]))
    raise Failed("broken")


def _said_by_child(
    asked: Mapping[str, Any], within_s: float, stop: threading.Event
) -> Iterator[dict[str, Any]]:
    """Each line. It gets no address of the database and no key.

    Raises: Failed, `too_long`; Stopped.
    """
    with _child(within_s, stop) as (child, watch):
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            json.dump(asked, child.stdin)
            child.stdin.close()
        except BrokenPipeError:
            watch.tell()
            raise Failed("broken") from None
        for line in child.stdout:
            if line.endswith("\n"):  # else it was ended in the middle of a word
                yield json.loads(line)
        code = child.wait()
        watch.tell()
        if code < 0:  # killed by its own limit of CPU time
            raise Failed("too_long")


class _Watch:
    """Ends a child that takes too long, and one whose worker is to stop."""

    def __init__(
        self, child: subprocess.Popen[str], within_s: float, stop: threading.Event
    ) -> None:
        self._child = child
        self._until = time.monotonic() + within_s
        self._stop = stop
        self._is_over = threading.Event()
        self._failure: Failed | Stopped | None = None
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._is_over.wait(_LOOK_S):
            if self._stop.is_set():
                self._failure = Stopped()
            elif time.monotonic() >= self._until:
                self._failure = Failed("too_long")
            if self._failure is not None:
                self._child.kill()
                return

    def tell(self) -> None:
        """Raises what it ended the child for."""
        if self._failure is not None:
            raise self._failure

    def end(self) -> None:
        self._is_over.set()
        self._thread.join()


@contextmanager
def _child(
    within_s: float, stop: threading.Event
) -> Iterator[tuple[subprocess.Popen[str], _Watch]]:
    child = subprocess.Popen(  # noqa: S603  # our own words
        _CHILD,
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdin is not None
    watch = _Watch(child, within_s, stop)
    try:
        with child:
            try:
                yield child, watch
                child.kill()
            finally:
                # What nobody took any more is dropped: else it is told instead of why the child was ended.
                with suppress(BrokenPipeError):
                    child.stdin.close()
    finally:
        watch.end()
        child.kill()


_WAITING = Text(
    "本机构已有一次重放正在进行，请等它完成。",
    "A day of this house is being replayed already; please wait until it is done.",
)
_NO_POLICY = Text("没有这个策略。", "There is no such policy.")
_SAME = Text("请选择两个不同的策略。", "Please choose two different policies.")
_NO_DAY = Text("只能重放最近 {n} 天之内的日子。", "Only a day of the last {n} can be replayed.")
_EMPTY = Text("这一天没有人申请问诊。", "Nobody asked for a visit on this day.")
_TOO_MANY = Text(
    "这一天的问诊超过 {n} 次，这里重放不了；请换一天。",
    "More than {n} visits were asked for on this day, too many for here; please choose another.",
)
