"""The board of sites, counted from the raw rows by code that knows nothing of the house's own.

Rows come as they stand; hours, spans, waits and states are worked out here in plain Python.
"""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

Row = dict[str, Any]
ZONE: Final = timezone(timedelta(hours=8))
_SPEAKS_FOR = timedelta(seconds=90)
_DAY = timedelta(days=1)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ROWS = {
    "sites": "select * from sites_site",
    "devices": "select * from sites_device where revoked_at is null",
    "health": "select * from sites_device_health",
    "spans": "select * from sites_heard_span",
    "silences": "select * from sites_silence where over_at is null",
    "walk_ins": "select * from sites_walkin",
}
_PARTS = ("camera", "microphone", "printer", "reader")
SUMS: Final = ("registered", "waiting", "in_visit", "ended", "left", "emergency", "captured")


class Rows:
    """`found`: all rows of one moment; the figures are those of a board that was counted `at`."""

    def __init__(self, found: dict[str, list[Row]], institution_id: UUID, at: datetime) -> None:
        self.at, self._zone = at, ZONE
        self._today = at.astimezone(ZONE).date()
        self.sites = sorted(
            (
                s
                for s in found["sites"]
                if s["institution_id"] == institution_id and not s["closed_at"]
            ),
            key=lambda s: s["code"],
        )
        self._devices, self._spans = found["devices"], found["spans"]
        self._health = {h["device_id"]: h for h in found["health"]}
        self._silent = {s["site_id"]: s["since"] for s in found["silences"]}
        self._walk_ins = [w for w in found["walk_ins"] if w["day"] == self._today]
        self._there_still = [w for w in found["walk_ins"] if w["state"] in {"asked", "seen"}]

    def line(self, site: Row) -> Row:
        """As an item of the board says it, of what is a figure."""
        here = [w for w in self._walk_ins if w["site_id"] == site["id"]]
        still = [w for w in self._there_still if w["site_id"] == site["id"]]
        devices = [d for d in self._devices if d["site_id"] == site["id"]]
        health = [h for d in devices if (h := self._health.get(d["id"]))]
        is_open = self._is_open(site, self.at)
        since = self._silent.get(site["id"])
        states = Counter(w["state"] for w in here)
        doctor = [w["seen_at"] - w["asked_at"] for w in here if w["seen_at"] and w["asked_at"]]
        terminal = [w["asked_at"] - w["registered_at"] for w in here if w["asked_at"]]
        oldest = [self.at - w["asked_at"] for w in still if w["state"] == "asked"]
        return {
            "id": str(site["id"]),
            "code": site["code"],
            "state": ("no_device" if not devices else "silent" if since else "open")
            if is_open
            else "closed",
            "heard_at": max((h["heard_at"] for h in health), default=None),
            "silent_since": since,
            "uptime": self._uptime(site),
            "pending": sum(h["pending"] for h in health),
            "devices": len(devices),
            "parts_out": sum(h[part] is False for h in health for part in _PARTS),
            "registered": len(here),
            "waiting": sum(w["state"] == "asked" for w in still),
            "in_visit": sum(w["state"] == "seen" for w in still),
            "ended": states["ended"],
            "left": states["left"],
            "emergency": states["emergency"],
            "captured": sum(w["captured_at"] is not None for w in here),
            "oldest_wait_s": _seconds(max(oldest, default=None)),
            "wait_doctor_p50_s": _seconds(_nearest(doctor, 50)),
            "wait_doctor_p90_s": _seconds(_nearest(doctor, 90)),
            "wait_terminal_p50_s": _seconds(_nearest(terminal, 50)),
        }

    def _hours(self, site: Row, day: date) -> list[tuple[datetime, datetime]]:
        midnight = datetime.combine(day, time(), self._zone).astimezone(UTC)
        found = []
        for told in site["hours"].get(_DAYS[day.weekday()], []):
            begins, ends = (timedelta(hours=int(t[:2]), minutes=int(t[3:])) for t in told)
            found.append((midnight + begins, midnight + (ends if ends > begins else ends + _DAY)))
        return found

    def _around(self, site: Row) -> list[tuple[datetime, datetime]]:
        return [
            span for day in (self._today - _DAY, self._today) for span in self._hours(site, day)
        ]

    def _is_open(self, site: Row, at: datetime) -> bool:
        return any(begins <= at < ends for begins, ends in self._around(site))

    def _uptime(self, site: Row) -> float | None:
        """Between two moments at which something changes, nothing does."""
        midnight = datetime.combine(self._today, time(), self._zone).astimezone(UTC)
        heard = [
            (s["begins_at"], s["ends_at"] + _SPEAKS_FOR)
            for s in self._spans
            if s["site_id"] == site["id"]
        ]
        changes = [m for span in (*self._around(site), *heard) for m in span]
        moments = sorted({midnight, self.at, *(m for m in changes if midnight < m < self.at)})
        opened = up = 0.0
        for one, other in pairwise(moments):
            between = one + (other - one) / 2
            if self._is_open(site, between):
                length = (other - one).total_seconds()
                opened += length
                up += length * any(begins <= between < ends for begins, ends in heard)
        return up / opened if opened else None


def read(dsn: str) -> dict[str, list[Row]]:
    """Everything, by the names of `Rows`."""
    with psycopg.connect(dsn, row_factory=dict_row) as db:
        return {name: db.execute(sql).fetchall() for name, sql in _ROWS.items()}


def differences(board: Row, found: dict[str, list[Row]], institution_id: UUID) -> list[str]:
    """Where the board, as the door told it, is not what the rows say; empty: every figure is equal."""
    rows = Rows(found, institution_id, datetime.fromisoformat(board["at"]))
    wrong: list[str] = []
    sums: Counter[str] = Counter()
    if [i["id"] for i in board["items"]] != [str(s["id"]) for s in rows.sites]:
        return ["the board shows other sites than there are"]
    for item, site in zip(board["items"], rows.sites, strict=True):
        counted, told = rows.line(site), _as_line(item)
        for name, value in counted.items():
            if not _same(told[name], value):
                wrong.append(f"{site['code']} {name}: board {told[name]}, rows {value}")
        sums.update({name: counted[name] for name in (*SUMS, "pending")})
        sums.update({"sites": 1, counted["state"]: 1})
    for name, value in board["totals"].items():
        if value != sums[name]:
            wrong.append(f"total {name}: board {value}, rows {sums[name]}")
    return wrong


def _as_line(item: Row) -> Row:
    """`devices`: how many; `parts_out`: how many of their parts do not work."""
    at = {name: item[name] and datetime.fromisoformat(item[name]) for name in _MOMENTS}
    parts = sum(device[part] is False for device in item["devices"] for part in _PARTS)
    return {**item, **at, "devices": len(item["devices"]), "parts_out": parts}


_MOMENTS = ("heard_at", "silent_since")


def _same(told: Any, counted: Any) -> bool:
    if isinstance(told, float) and isinstance(counted, float):
        return abs(told - counted) < 1e-6
    return bool(told == counted)


def _nearest(waits: list[timedelta], percent: int) -> timedelta | None:
    """The shortest that so many of a hundred do not exceed."""
    ordered = sorted(waits)
    return next((w for n, w in enumerate(ordered, 1) if 100 * n >= percent * len(ordered)), None)


def _seconds(wait: timedelta | None) -> int | None:
    return None if wait is None else round(wait.total_seconds())
