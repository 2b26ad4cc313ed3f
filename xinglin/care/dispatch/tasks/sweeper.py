"""The clock's part: lapsed offers, dead lines, licences that ended."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection
from django.db.models import Q, QuerySet

from xinglin.care.dispatch import rules, services
from xinglin.care.dispatch.models import Duty, HandOver, Offer
from xinglin.foundation.live import queries as live
from xinglin.foundation.outbox import queries as outbox
from xinglin.kernel import clock

log = structlog.get_logger(__name__)

_AT_ONCE = 200
_JUDGE_EVERY = timedelta(seconds=20)  # within a minute of an end nobody is offered (A06)
_JUDGED_AT_ONCE = 50
_BEATS_WITHIN = timedelta(seconds=10)


class LineWatch:
    """Lines count as dead only when the process that keeps them was alive all the while.

    After a restart of the hospital, or of the live process, everybody's line looks dead; doctors
    get the time that a dead line has to come back before their visits go to others.
    """

    def __init__(self) -> None:
        self._since: datetime | None = None

    def may_judge(self, at: datetime) -> bool:
        beat = outbox.heartbeats().get("live")
        if beat is None or beat < at - _BEATS_WITHIN:
            self._since = None
            return False
        self._since = self._since or at
        return at - self._since >= rules.LINE_DEAD_AFTER


_watch = LineWatch()


def sweep() -> int:
    """Take every step that is due; how many were taken. One that fails does not hold up others."""
    at = clock.now()
    due = Offer.objects.filter(state="offered", expires_at__lte=at).order_by("expires_at")
    taken = _each(due.values_list("pk", flat=True)[:_AT_ONCE], services.lapse, at)
    busy = Duty.objects.filter(Q(on_since__isnull=False) | Q(reserved__gt=0))
    if _watch.may_judge(at):
        taken += _each(_dead(busy, at), services.drop_dead_line, at)
    unjudged = busy.filter(Q(judged_at__lte=at - _JUDGE_EVERY) | Q(judged_at__isnull=True))
    doctors = unjudged.order_by("judged_at").values_list("pk", flat=True)[:_JUDGED_AT_ONCE]
    taken += _each(doctors, services.drop_unfit, at)
    over = busy.filter(ends_at__isnull=False)
    ending = over.filter(ends_at__lte=at + rules.END_TOLD_BEFORE, end_told_at__isnull=True)
    taken += _each(ending.values_list("pk", flat=True)[:_AT_ONCE], services.tell_end, at)
    ended = over.filter(ends_at__lte=at).values_list("pk", flat=True)
    taken += _each(ended[:_AT_ONCE], services.end_window, at)
    overdue = HandOver.objects.filter(done_at__isnull=True, due_at__lte=at).order_by("due_at")
    return taken + _each(
        overdue.values_list("pk", flat=True)[:_AT_ONCE], services.hand_over_due, at
    )


def _dead(busy: QuerySet[Duty], at: datetime) -> list[UUID]:
    lines = dict(busy.values_list("practitioner_id", "user_id"))
    alive = live.present(list(lines.values()), at, rules.LINE_DEAD_AFTER) if lines else set()
    return [doctor for doctor, user in lines.items() if user not in alive]


def _each(ids: Iterable[UUID], step: Callable[..., bool], at: datetime) -> int:
    """`step` takes an id and `at`, and says whether it did something."""
    taken = 0
    for each in list(ids):
        try:
            taken += step(each, at=at)
        except Exception as error:  # noqa: BLE001  # whatever one row raises, the others go on
            _note_failure(step.__name__, each, error)
            connection.close_if_unusable_or_obsolete()
    return taken


def _note_failure(step: str, each: UUID, error: Exception) -> None:
    """By its kind only: the message of a database error may hold a row."""
    log.error("sweep failed", step=step, id=str(each), error=type(error).__name__)
