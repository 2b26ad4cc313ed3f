"""The child that replays a day: JSON in, a line of JSON for each step, the document on the last.

`python -m xinglin.care.dispatch.simulator.replaying`; memory and time are bounded, and it gives way
to the live house. It has no database and no network to go to.
"""

import json
import os
import resource
import sys
from collections.abc import Mapping
from typing import Any, Final

from xinglin.care.dispatch.simulator.recorded import RecordedWorld, checked
from xinglin.care.dispatch.simulator.running import run
from xinglin.care.dispatch.simulator.scenario import BadScenario

MEMORY: Final = 1536 * 1024 * 1024
CPU_S: Final = 240
MOST_RUNS: Final = 8
_ENOUGH: Final = 20_000
_NICE: Final = 10


def runs_for(requests: int) -> int:
    """Of a small day several, so that chance is told from policy; of a great one it matters less."""
    return max(1, min(MOST_RUNS, _ENOUGH // max(1, requests)))


def replayed(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Raises: BadScenario."""
    raw, policies = asked["day"], asked["policies"]
    scenario = checked(raw, "recorded")
    runs = runs_for(len(raw["requests"]))
    done = 0

    def world(seed: int) -> RecordedWorld:
        return RecordedWorld(scenario, raw, seed=seed)

    def progress(_: str) -> None:
        nonlocal done
        _say({"progress": 100 * done // (runs * len(policies))})
        done += 1

    return run(scenario, policies, runs=runs, worlds=world, progress=progress).document


def main() -> None:
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        _say({"document": replayed(json.load(sys.stdin))})
    except BadScenario as error:
        _say({"failure": "broken", "why": str(error)})
    except MemoryError:
        _say({"failure": "too_large"})


def _say(what: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
