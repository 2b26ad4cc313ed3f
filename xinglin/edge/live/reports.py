"""What pages report of their seats: kept here, written at changes and every few seconds, all at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import msgspec

from xinglin.edge.live.protocol import Report
from xinglin.foundation.calls.queries import LOSS_STEPS, RTT_STEP_MS

Key = tuple[UUID, UUID]
# Pages report every two seconds; who has not changed is written at every other report.
WRITTEN_EVERY_S = 3.5
# Who changes all the time, or records (whose silence is to be noticed within three seconds), is written no more often than this.
CHANGED_EVERY_S = 0.25
# Of a longer silence nobody knows how it was.
MOST_AUDIO_ONLY_S = 10.0
_TOLD: Final = ("muted", "camera", "screen", "audio_only", "recording")
# Beyond these a page has miscounted.
_MOST: Final = {
    "rtt": 60_000,
    "loss": 100,
    "fps": 1_000,
    "kbps": 1_000_000,
    "concealed": 100,
    "connect_ms": 600_000,
}


@dataclass(slots=True)
class _Said:
    """Of one seat. `state`: of the last report; `wrote`: of the last one that was written."""

    state: dict[str, Any] = field(default_factory=dict)
    wrote: dict[str, Any] | None = None
    heard_at: float = 0.0
    wrote_at: float = -WRITTEN_EVERY_S
    reports: int = 0
    audio_only_s: float = 0.0

    @property
    def is_changed(self) -> bool:
        return self.wrote is None or any(self.wrote[name] != self.state[name] for name in _TOLD)

    @property
    def has_turned(self) -> bool:
        return self.wrote is None or self.wrote["up"] != self.state["up"]

    @property
    def is_pressing(self) -> bool:
        return self.is_changed or self.has_turned or self.state["recording"] != "off"

    def is_due(self, now: float) -> bool:
        if not self.reports:
            return False
        wait = CHANGED_EVERY_S if self.is_pressing else WRITTEN_EVERY_S
        return now - self.wrote_at >= wait


class Reports:
    """`due` answers rows for `calls_report`; what could not be written is due again."""

    def __init__(self) -> None:
        self._seats: dict[Key, _Said] = {}

    def note(self, key: Key, report: Report, now: float) -> bool:
        """Whether it is to be written at once."""
        said = self._seats.setdefault(key, _Said(heard_at=now))
        if said.state.get("audio_only"):
            said.audio_only_s += min(now - said.heard_at, MOST_AUDIO_ONLY_S)
        said.state = _bounded(report)
        said.heard_at = now
        said.reports += 1
        return said.is_pressing

    def forget(self, key: Key) -> None:
        self._seats.pop(key, None)

    def due(self, now: float) -> dict[Key, dict[str, Any]]:
        return {key: _row(key, said) for key, said in list(self._seats.items()) if said.is_due(now)}

    def written(self, rows: Iterable[tuple[Key, dict[str, Any]]], now: float) -> None:
        """What came meanwhile stays due."""
        for key, row in rows:
            said = self._seats.get(key)
            if said is not None:
                said.wrote, said.wrote_at = row["state"], now
                said.reports -= row["reports"]
                said.audio_only_s -= row["audio_only_ms"] / 1000


def _bounded(report: Report) -> dict[str, Any]:
    told = msgspec.structs.asdict(report)
    del told["room"], told["seat"]
    for name, most in _MOST.items():
        value = told[name]
        if value is not None:
            told[name] = round(min(max(value, 0), most), 1)
    return told


def _row(key: Key, said: _Said) -> dict[str, Any]:
    state = said.state
    return {
        "room": key[0],
        "seat": key[1],
        "up": state["up"],
        "state": state,
        "changed": said.is_changed,
        "reports": said.reports,
        "connect_ms": _whole(state["connect_ms"], 1),
        "audio_only_ms": int(said.audio_only_s * 1000),
        "rtt": _whole(state["rtt"], 1 / RTT_STEP_MS),
        "loss": _whole(state["loss"], LOSS_STEPS),
    }


def _whole(value: float | None, steps: float) -> int | None:
    return None if value is None else round(value * steps)
