"""What a policy costs in CPU time, event by event; measuring costs a little itself."""

import time
from array import array
from collections.abc import Callable
from typing import Any, Final

from xinglin.care.dispatch.engine.interface import Policy

_TIMED: Final = frozenset(
    {
        "request_arrived", "request_withdrawn", "doctor_on", "doctor_changed", "doctor_off",
        "accepted", "slot_freed", "refused", "timed_out", "tick", "estimate",
    }
)  # fmt: skip


class Metered:
    """Nanoseconds of each event, of all policies it was given."""

    def __init__(self) -> None:
        self.spent: array[int] = array("q")

    def of(self, policy: Policy) -> Policy:
        return _Watched(policy, self.spent)

    def as_dict(self) -> dict[str, float | int | None]:
        row = sorted(self.spent)
        total_s = sum(row) / 1e9
        return {
            "engine_cpu_s": round(total_s, 3),
            "events": len(row),
            "event_mean_us": round(total_s * 1e6 / len(row), 2) if row else None,
            "event_p99_us": round(row[int(0.99 * len(row))] / 1e3, 1) if row else None,
        }


class _Watched:
    def __init__(self, policy: Policy, spent: "array[int]") -> None:
        self._policy = policy
        self._note = spent.append

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._policy, name)
        if name in _TIMED:
            method = self._timed(method)
        # Found once, then without this detour.
        setattr(self, name, method)
        return method

    def _timed(self, method: Callable[..., Any]) -> Callable[..., Any]:
        clock, note = time.thread_time_ns, self._note

        def timed(*words: Any, **named: Any) -> Any:
            began = clock()
            answer = method(*words, **named)
            note(clock() - began)
            return answer

        return timed
