"""A doctor whose answers of the last hour grew slow has one place less, until they are quick again (B06)."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from xinglin.care.consultation import queries as visits
from xinglin.care.dispatch.engine import load, units_for
from xinglin.care.dispatch.models import Duty
from xinglin.care.dispatch.services.duty import announce, note
from xinglin.care.dispatch.services.steps import locked_duty
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock

_HOUR = timedelta(hours=1)


def follow() -> int:
    """Look at everybody who answered lately, or has one less; how many changed."""
    at = clock.now()
    answers: defaultdict[UUID, list[tuple[float, float]]] = defaultdict(list)
    for doctor, replied_at, took_s in visits.first_replies(since=at - _HOUR):
        answers[doctor].append((replied_at.timestamp(), took_s))
    on_duty = Duty.objects.filter(on_since__isnull=False)
    looked_at = on_duty.filter(Q(pk__in=list(answers)) | Q(slowed__gt=0))
    changed = 0
    for doctor, capacity, slowed in looked_at.values_list("pk", "capacity", "slowed"):
        wanted = _fewer(capacity, answers[doctor], now=at.timestamp(), is_lowered=slowed > 0)
        if wanted != slowed:
            changed += _set(doctor, answers[doctor], now=at.timestamp())
    return changed


def _fewer(
    capacity: int, answers: list[tuple[float, float]], *, now: float, is_lowered: bool
) -> int:
    return capacity - units_for(capacity, answers, now=now, lowered=is_lowered, weights=load())


@transaction.atomic
def _set(practitioner_id: UUID, answers: list[tuple[float, float]], *, now: float) -> bool:
    """Decided again behind the lock: the doctor may have changed the capacity, or be in other hands.

    Locks: the duty, unless it is. Emits: DutyChanged.
    """
    duty = locked_duty(practitioner_id, skip_locked=True)
    if duty is None or duty.on_since is None:
        return False
    slowed = _fewer(duty.capacity, answers, now=now, is_lowered=duty.slowed > 0)
    if slowed == duty.slowed:
        return False
    duty.slowed = slowed
    duty.version += 1
    duty.save(update_fields=["slowed", "version"])
    announce(duty, "slower" if slowed else "as_usual")
    note(Viewer.system("sweeper"), "dispatch.pace_duty", duty, {"slowed": slowed})
    return True
