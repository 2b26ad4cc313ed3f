"""Who gets whom: pure, incremental and deterministic; the same events give the same decisions."""

from xinglin.care.dispatch.engine.matching import Engine
from xinglin.care.dispatch.engine.shapes import (
    NEVER_AGAIN,
    Assignment,
    Doctor,
    Request,
    Snapshot,
    Turn,
    Why,
    turn_of,
)

__all__ = [
    "NEVER_AGAIN",
    "Assignment",
    "Doctor",
    "Engine",
    "Request",
    "Snapshot",
    "Turn",
    "Why",
    "turn_of",
]
