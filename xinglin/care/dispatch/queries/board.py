"""The operator's board: numbers, and no patient. One count serves all who look in the same moment."""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation.types import HouseDay, HouseNow
from xinglin.care.dispatch import rules
from xinglin.care.dispatch.engine import load
from xinglin.care.dispatch.queries.duty import Staff, staff_on_duty
from xinglin.care.dispatch.queries.ordering import order_now
from xinglin.care.dispatch.queries.sparing import spared_in
from xinglin.care.dispatch.types import Board, BoardLine, DayFigures, Figures, Spared, StrictNow
from xinglin.care.people import queries as people
from xinglin.care.people.types import DepartmentCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import NotFound
from xinglin.policy.rules import day_begins, local_date

DUE_SOON: Final = timedelta(minutes=5)
WEEK: Final = timedelta(days=7)
KEPT: Final = timedelta(seconds=2)
_OUT = """
    select o.department, count(*) from dispatch_offer o
    join consultation_consultation c on c.id = o.consultation_id
    where o.state = 'offered' and (%(house)s::uuid is null or c.institution_id = %(house)s::uuid)
    group by o.department
"""
_OFFERS = """
    select o.department, count(*), count(o.accepted_at),
        count(*) filter (where o.state = 'refused'), count(*) filter (where o.state = 'lapsed')
    from dispatch_offer o
    join consultation_consultation c on c.id = o.consultation_id
    where o.made_at >= %(since)s and o.made_at < %(until)s
        and (%(house)s::uuid is null or c.institution_id = %(house)s::uuid)
    group by o.department
"""
_NO_OFFERS = (0, 0, 0, 0)


def house_of(viewer: Viewer) -> UUID | None:
    """The institution whose numbers the viewer may see; None: those of all."""
    return viewer.institution_id


def check_house(viewer: Viewer, institution_id: UUID) -> None:
    """Raises NotFound: nobody learns of what another institution has."""
    if house_of(viewer) not in {None, institution_id}:
        raise NotFound


def board(viewer: Viewer, at: datetime) -> Board:
    """The whole and each open department, counted now."""
    home = people.own_institution(viewer)
    since = day_begins(local_date(at, home.place), home.place)
    return _count(house_of(viewer), since, at, spared_in(home.id))


def board_now(viewer: Viewer, at: datetime) -> Board:
    """As `board`, counted not longer ago than `KEPT`: who looks meanwhile waits for that count."""
    house = house_of(viewer)
    with _locks.setdefault(house, threading.Lock()):
        kept = _kept.get(house)
        if kept is not None and abs(at - kept.at) < KEPT:  # who waited may have looked first
            return kept
        found = _kept[house] = board(viewer, at)
        return found


def forget_board(house: UUID | None) -> None:
    """Something was changed by hand, and whoever did it looks again at once."""
    _kept.pop(house, None)


def forget_boards() -> None:
    """For tests, whose clocks and hospitals come and go."""
    _kept.clear()


_kept: dict[UUID | None, Board] = {}
_locks: dict[UUID | None, threading.Lock] = {}


def day_began(viewer: Viewer, at: datetime) -> datetime:
    """When today began, by the clock of the viewer's institution."""
    place = people.own_institution(viewer).place
    return day_begins(local_date(at, place), place)


def _count(
    house: UUID | None, since: datetime, at: datetime, spared: Mapping[str, Spared]
) -> Board:
    now = visits.house_now(house, soon=at + DUE_SOON)
    out: dict[str, int] = dict(database.fetch(_OUT, {"house": house}))
    staff = staff_on_duty(house, at)
    today = _day(house, since, at)
    before = _day(house, since - WEEK, at - WEEK)
    departments = people.departments()

    def line(slug: str) -> Figures:
        return _figures(
            now.get(slug, HouseNow()),
            out.get(slug, 0),
            [d for d in staff if slug in d.departments],
            today.get(slug, DayFigures()),
            before.get(slug, DayFigures()),
            at,
        )

    return Board(
        at=at,
        strict=_strict(departments),
        totals=_figures(_whole(now.values()), sum(out.values()), staff, today[""], before[""], at),
        departments=tuple(
            BoardLine(
                department=department,
                figures=line(department.slug),
                spared=spared.get(department.slug),
            )
            for department in departments
        ),
    )


def _strict(departments: Iterable[DepartmentCard]) -> StrictNow | None:
    order = order_now()
    since = {d: order.strict_since(d.slug) for d in departments}
    strict = {d: began for d, began in since.items() if began is not None}
    if not strict:
        return None
    weights = load()
    return StrictNow(
        since=min(strict.values()),
        is_whole=len(strict) == len(since),
        departments=tuple(strict),
        leave_percent=round(100 * weights.strict_leave),
        leave_after_s=round(weights.strict_for_s),
    )


def _whole(departments: Iterable[HouseNow]) -> HouseNow:
    found = list(departments)
    since = [d.oldest_requested_at for d in found if d.oldest_requested_at is not None]
    return HouseNow(
        waiting=sum(d.waiting for d in found),
        left_messages=sum(d.left_messages for d in found),
        oldest_requested_at=min(since, default=None),
        active=sum(d.active for d in found),
        due_soon=sum(d.due_soon for d in found),
    )


def _day(house: UUID | None, since: datetime, until: datetime) -> dict[str, DayFigures]:
    """Department -> figures; the empty one is the whole."""
    day = visits.house_day(house, since=since, until=until)
    window = {"house": house, "since": since, "until": until}
    offers = {row[0]: row[1:] for row in database.fetch(_OFFERS, window)}
    whole: Counter[int] = Counter()
    for counts in offers.values():
        whole.update(dict(enumerate(counts)))
    offers[""] = tuple(whole[n] for n in range(len(_NO_OFFERS)))
    return {
        slug: _day_figures(day.get(slug, HouseDay()), offers.get(slug, _NO_OFFERS))
        for slug in day.keys() | offers.keys()
    }


def _day_figures(day: HouseDay, offers: tuple[Any, ...]) -> DayFigures:
    made, accepted, refused, lapsed = offers
    return DayFigures(
        asked=day.asked,
        served=day.served,
        given_up=day.given_up,
        first_reply_p50_s=rules.in_seconds(day.reply_p50),
        first_reply_p90_s=rules.in_seconds(day.reply_p90),
        offers_made=made,
        offers_accepted=accepted,
        offers_refused=refused,
        offers_lapsed=lapsed,
    )


def _figures(  # the parts of a line
    now: HouseNow,
    out: int,
    staff: list[Staff],
    today: DayFigures,
    before: DayFigures,
    at: datetime,
) -> Figures:
    there = [d for d in staff if d.is_reachable]
    free = [d for d in there if d.free > 0 and not d.is_paused]
    oldest = now.oldest_requested_at
    return Figures(
        waiting=now.waiting,
        left_messages=now.left_messages,
        oldest_wait_s=None if oldest is None else rules.seconds_since(oldest, at),
        offers_out=out,
        due_soon=now.due_soon,
        on_duty=len(there),
        unreachable=len(staff) - len(there),
        paused=sum(d.is_paused for d in there),
        free_doctors=len(free),
        free_slots=sum(d.free for d in free),
        active=now.active,
        served_today=today.served,
        first_reply_p50_s=today.first_reply_p50_s,
        first_reply_p90_s=today.first_reply_p90_s,
        today=today,
        last_week=before,
    )
