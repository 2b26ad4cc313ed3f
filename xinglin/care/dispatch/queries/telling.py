"""How true the waits were that patients were told: counted from what is kept of each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from xinglin.care.dispatch.expecting import COUNTED_S
from xinglin.care.dispatch.queries.board import house_of
from xinglin.care.people import queries as people
from xinglin.care.people.types import DepartmentCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database

MOST_DAYS: Final = 31
_TOLD = """
    with told as (
        select department, told_s, low_s, high_s,
            extract(epoch from accepted_at - told_at)::float8 as waited_s
        from dispatch_told_wait
        where told_at > %(since)s and told_at <= %(until)s
            and (%(house)s::uuid is null or institution_id = %(house)s::uuid)
    )
    select department, count(*), count(waited_s), count(*) filter (where waited_s >= %(counted)s),
        avg(told_s) filter (where waited_s is not null), avg(waited_s),
        avg(abs(told_s - waited_s) / waited_s) filter (where waited_s >= %(counted)s),
        avg((waited_s between low_s and high_s)::int)::float8
    from told group by rollup (department)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldError:
    """`told`: patients; `taken`: of them by a doctor, on whom means rest; `counted`: who waited so
    long that a share of it says something, on whom `mape_pct` rests.

    `mean_error_pct`: how far the mean told wait is off the mean wait. `within_pct`: who waited as
    long as was called usual.
    """

    told: int = 0
    taken: int = 0
    counted: int = 0
    told_s: int | None = None
    waited_s: int | None = None
    mape_pct: int | None = None
    mean_error_pct: int | None = None
    within_pct: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLine:
    department: DepartmentCard
    error: ToldError


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldWaits:
    """Departments with the most patients first; one where nobody was told a wait has no line."""

    since: datetime
    until: datetime
    totals: ToldError
    departments: tuple[ToldLine, ...]


def told_waits(viewer: Viewer, days: int, at: datetime) -> ToldWaits:
    """One statement. Those told in the last `days` days, of the viewer's institution."""
    since = at - timedelta(days=days)
    asked = {"since": since, "until": at, "house": house_of(viewer), "counted": COUNTED_S}
    found = {row[0]: _error(row[1:]) for row in database.fetch(_TOLD, asked)}
    totals = found.pop(None, ToldError())
    lines = [
        ToldLine(department=people.department(slug), error=error) for slug, error in found.items()
    ]
    lines.sort(key=lambda line: (-line.error.told, line.department.slug))
    return ToldWaits(since=since, until=at, totals=totals, departments=tuple(lines))


def _error(row: tuple[Any, ...]) -> ToldError:
    told, taken, counted, told_s, waited_s, mape, within = row
    return ToldError(
        told=told,
        taken=taken,
        counted=counted,
        told_s=None if told_s is None else round(told_s),
        waited_s=None if waited_s is None else round(waited_s),
        mape_pct=_percent(mape),
        mean_error_pct=_percent(abs(told_s - waited_s) / waited_s) if waited_s else None,
        within_pct=_percent(within),
    )


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)
