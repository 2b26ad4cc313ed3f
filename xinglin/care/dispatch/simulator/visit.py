"""How far a case has got under one policy."""

from typing import Final

from xinglin.care.dispatch.engine.shapes import Request
from xinglin.care.dispatch.simulator.cases import Case

WAITING: Final = 0
OFFERED: Final = 1
OPEN: Final = 2
DONE: Final = 3
LEFT: Final = 4
CLOSED: Final = 5


class Visit:
    """Of one run: the case is shared between policies, this is not."""

    __slots__ = (
        "attempt",
        "case",
        "expected",
        "is_counted",
        "is_watched",
        "request",
        "started",
        "state",
    )

    def __init__(self, case: Case, request: Request, *, is_counted: bool) -> None:
        self.case = case
        self.request = request
        self.is_counted = is_counted
        self.state = WAITING
        self.attempt = 0
        self.is_watched = False
        self.expected: float | None = None
        self.started = 0.0
