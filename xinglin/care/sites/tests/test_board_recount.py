"""Every figure of the board of sites, counted again in plain Python from the rows themselves."""

import random
from collections import Counter
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest

from xinglin.care.sites import queries
from xinglin.care.sites.hours import WEEK
from xinglin.care.sites.models import Device, DeviceHealth, HeardSpan, Site, WalkIn
from xinglin.care.sites.services import Beat
from xinglin.care.sites.services.hearing import note_silences
from xinglin.care.sites.tests.shops import WELL, Chain
from xinglin.kernel import ids
from xinglin.kernel.errors import NotFound

pytestmark = pytest.mark.django_db
CHINA = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 30, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOURS = (
    {day: [["08:00", "20:00"]] for day in WEEK},
    {day: [["00:00", "24:00"]] for day in WEEK},
    {"mon": [["07:30", "11:00"], ["13:00", "18:00"]]},
    {"sun": [["20:00", "02:00"]], "mon": [["20:00", "02:00"]]},
    {"tue": [["08:00", "20:00"]]},
)


def some_day(chain: Chain, seed: int) -> None:
    """Ten sites, some of them closed or silent, and what happened there yesterday and today."""
    rng = random.Random(seed)
    end = chain.at
    for n in range(10):
        site = chain.site(hours=HOURS[n % len(HOURS)])
        for _ in range(rng.randint(0, 2)):
            cookie = chain.device(site)
            chain.at = end - timedelta(hours=rng.uniform(1, 14))
            while chain.at < end:
                pending = rng.choice((0, 0, 0, 2))
                chain.hear(cookie, beat=Beat(**vars_of(WELL) | {"pending": pending}))
                chain.at += rng.choice((1, 1, 1, 1, 1, 1, 4, 90)) * MINUTE
        chain.at = end
        if site.devices.exists():
            for _ in range(rng.randint(0, 12)):
                a_walk_in(chain, site, rng)
        if n in {2, 5}:
            for device in site.devices.all():
                put_out_of_use(device, end)
        if n == 9:
            Site.objects.filter(pk=site.pk).update(closed_at=end)
    note_silences(at=end)


def put_out_of_use(device: Device, at: datetime) -> None:
    device.revoked_at, device.revoked_by = at, ids.new()
    device.save()


def vars_of(beat: Beat) -> dict[str, Any]:
    return {field.name: getattr(beat, field.name) for field in fields(beat)}


def a_walk_in(chain: Chain, site: Site, rng: random.Random) -> None:
    came = chain.at - timedelta(minutes=rng.uniform(1, 240))
    asked = came + timedelta(seconds=rng.uniform(30, 900))
    seen = asked + timedelta(seconds=rng.uniform(5, 600))
    over = {"ended_at": seen + 5 * MINUTE}
    state, at = rng.choice(
        [
            ("registered", {}),
            ("asked", {"asked_at": asked, "consultation_id": ids.new()}),
            ("seen", {"asked_at": asked, "seen_at": seen, "consultation_id": ids.new()}),
            ("ended", {"asked_at": asked, "seen_at": seen, "consultation_id": ids.new()} | over),
            ("left", over),
            ("left", {"asked_at": asked, "consultation_id": ids.new()} | over),
            ("emergency", over),
        ]
    )
    chain.walk_in(
        site,
        state=state,
        registered_at=came,
        captured_at=came - 20 * MINUTE if rng.random() < 0.2 else None,
        day=chain.today - timedelta(days=rng.random() < 0.2),
        **at,
    )


class Rows:
    """All there is, read as it stands, and counted minute by minute and one by one."""

    def __init__(self, chain: Chain) -> None:
        self.at = chain.at
        self.today = chain.at.astimezone(CHINA).date()
        own = Site.objects.filter(institution_id=chain.institution.id)
        self.sites = sorted((s for s in own if s.closed_at is None), key=lambda s: s.code)

    def is_open(self, site: Site, at: datetime) -> bool:
        local = at.astimezone(CHINA)
        return any(
            begins <= local < ends
            for day in (local.date() - timedelta(days=1), local.date())
            for begins, ends in self.hours(site, day)
        )

    def hours(self, site: Site, day: date) -> list[tuple[datetime, datetime]]:
        found = []
        for begins, ends in site.hours.get(WEEK[day.weekday()], []):
            midnight = datetime.combine(day, time(), CHINA)
            first, last = (
                midnight + timedelta(hours=int(wall[:2]), minutes=int(wall[3:]))
                for wall in (begins, ends)
            )
            found.append((first, last if last > first else last + timedelta(days=1)))
        return found

    def uptime(self, site: Site) -> float | None:
        """Between any two moments at which something changes, nothing does."""
        began = datetime.combine(self.today, time(), CHINA)
        spans = [
            (s.begins_at, s.ends_at + timedelta(seconds=90))
            for s in HeardSpan.objects.filter(site=site)
        ]
        days = (self.today - timedelta(days=1), self.today)
        changes = [m for day in days for span in self.hours(site, day) for m in span]
        changes += [moment for span in spans for moment in span]
        moments = sorted({began, self.at, *(m for m in changes if began < m < self.at)})
        opened = up = 0.0
        for one, other in pairwise(moments):
            between = one + (other - one) / 2
            if self.is_open(site, between):
                length = (other - one).total_seconds()
                opened += length
                up += length * any(begins <= between < ends for begins, ends in spans)
        return up / opened if opened else None

    def figures(self, site: Site) -> dict[str, int]:
        here = [w for w in WalkIn.objects.all() if w.site_id == site.pk]
        walk_ins = [w for w in here if w.day == self.today]
        states = Counter(w.state for w in walk_ins)
        return {
            "registered": len(walk_ins),
            "waiting": len([w for w in here if w.state == "asked"]),
            "in_visit": len([w for w in here if w.state == "seen"]),
            "ended": states["ended"],
            "left": states["left"],
            "emergency": states["emergency"],
            "captured": sum(w.captured_at is not None for w in walk_ins),
        }

    def waits(self, site: Site) -> dict[str, int | None]:
        here = [w for w in WalkIn.objects.all() if w.site_id == site.pk]
        walk_ins = [w for w in here if w.day == self.today]
        doctor = sorted(w.seen_at - w.asked_at for w in walk_ins if w.seen_at and w.asked_at)
        terminal = sorted(w.asked_at - w.registered_at for w in walk_ins if w.asked_at)
        oldest = [self.at - w.asked_at for w in here if w.state == "asked"]
        return {
            "oldest_wait_s": seconds(max(oldest, default=None)),
            "wait_doctor_p50_s": seconds(nearest(doctor, 50)),
            "wait_doctor_p90_s": seconds(nearest(doctor, 90)),
            "wait_terminal_p50_s": seconds(nearest(terminal, 50)),
        }

    def state(self, site: Site) -> str:
        if not self.is_open(site, self.at):
            return "closed"
        live = Device.objects.filter(site=site, revoked_at=None)
        if not live:
            return "no_device"
        health = DeviceHealth.objects.filter(device__in=live)
        heard = {each.device_id: each.heard_at for each in health}
        last = max(heard.get(each.pk, each.enrolled_at) for each in live)
        quiet = self.at - max(last, self.opened(site))
        return "silent" if quiet >= 30 * MINUTE else "open"

    def opened(self, site: Site) -> datetime:
        """Since when it has been open without a pause."""
        days = [self.at.astimezone(CHINA).date() - timedelta(days=n) for n in range(9)]
        spans = [span for day in days for span in self.hours(site, day)]
        since = self.at
        while found := [begins for begins, ends in spans if begins < since <= ends]:
            since = min(found)
        return since

    def pending(self, site: Site) -> int:
        return sum(
            h.pending
            for h in DeviceHealth.objects.filter(device__site=site, device__revoked_at=None)
        )


def nearest(values: list[timedelta], percent: int) -> timedelta | None:
    """The shortest that so many of a hundred do not exceed."""
    return next((v for n, v in enumerate(values, 1) if n * 100 >= percent * len(values)), None)


def seconds(wait: timedelta | None) -> int | None:
    return None if wait is None else round(wait.total_seconds())


@pytest.mark.parametrize("seed", range(4))
def test_every_figure_equals_a_recount_from_the_rows(seed):
    chain = Chain(NOON + timedelta(minutes=97 * seed))
    some_day(chain, seed)
    some_day(Chain(chain.at), seed + 100)  # of another house, and none of our business
    board, rows = queries.site_board(chain.operator, chain.at), Rows(chain)
    assert [line.id for line in board.items] == [site.pk for site in rows.sites]
    totals: Counter[str] = Counter()
    for line, site in zip(board.items, rows.sites, strict=True):
        figures = rows.figures(site)
        assert {name: getattr(line.figures, name) for name in figures} == figures
        waits = rows.waits(site)
        assert {name: getattr(line, name) for name in waits} == waits
        assert line.state == rows.state(site)
        assert line.pending == rows.pending(site)
        assert line.uptime == (None if (up := rows.uptime(site)) is None else pytest.approx(up))
        assert {d.id for d in line.devices} == {
            d.pk for d in Device.objects.filter(site=site, revoked_at=None)
        }
        heard = [
            h.heard_at
            for h in DeviceHealth.objects.filter(device__site=site, device__revoked_at=None)
        ]
        assert line.heard_at == max(heard, default=None)
        totals.update(figures | {line.state: 1, "sites": 1, "pending": line.pending})
    told = board.totals
    for name in ("sites", "open", "silent", "no_device", "pending"):
        assert getattr(told, name) == totals[name], name
    for field in fields(told.figures):
        assert getattr(told.figures, field.name) == totals[field.name], field.name
    assert told.figures.registered > 0


def test_a_silent_site_is_told_so_until_it_is_heard():
    chain = Chain(NOON)
    cookie = chain.device(chain.site())
    chain.hear(cookie)
    chain.at += 31 * MINUTE
    note_silences(at=chain.at)
    (line,) = queries.site_board(chain.operator, chain.at).items
    assert (line.state, line.silent_since, line.heard_at) == ("silent", NOON, NOON)
    assert not line.devices[0].is_ok
    chain.hear(cookie)
    (line,) = queries.site_board(chain.operator, chain.at).items
    assert (line.state, line.silent_since, line.heard_at) == ("open", None, chain.at)
    assert line.devices[0].is_ok


def test_a_site_without_a_device_is_not_said_to_be_open():
    chain = Chain(NOON)
    site = chain.site()
    cookie = chain.device(site)
    chain.hear(cookie)
    assert queries.site_board(chain.operator, chain.at).totals.open == 1
    chain.revoke(cookie)
    board = queries.site_board(chain.operator, chain.at)
    assert [line.state for line in board.items] == ["no_device"]
    assert (board.totals.open, board.totals.silent, board.totals.no_device) == (0, 0, 1)


def test_the_walk_ins_of_a_site_are_those_of_today_and_of_nobody_elses_house():
    chain = Chain(NOON)
    site = chain.site()
    chain.device(site)
    today = [chain.walk_in(site), chain.walk_in(site)]
    yesterday = {"day": chain.today - timedelta(days=1)}
    chain.walk_in(site, **yesterday)
    asked = {"state": "asked", "asked_at": chain.at, "consultation_id": ids.new()}
    waits = chain.walk_in(site, **yesterday, **asked)
    lines = queries.site_walk_ins(chain.operator, site.pk, chain.at)
    assert [line.id for line in lines] == [walk_in.pk for walk_in in (waits, *today)]
    with pytest.raises(NotFound):
        queries.site_walk_ins(Chain(NOON).operator, site.pk, chain.at)
