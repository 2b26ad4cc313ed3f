"""The best that ordered filters with time-outs can be set up to do.

Strict priority by urgency; the former doctor if he has room now; the grade that matches, and any
that may after 30 s.
"""

from typing import ClassVar, Final

from xinglin.care.dispatch.engine.shapes import Id, Request
from xinglin.care.dispatch.simulator.policies.skills import Key, SkillRouting

WIDEN_S: Final = 30.0
_TOP: Final = 3
_MATCHED = {need: [[need]] for need in (1, 2, 3)}
_WIDE = {need: [[grade] for grade in range(need, 4)] for need in (1, 2, 3)}


class Tuned(SkillRouting):
    name: ClassVar[str] = "tuned"

    def _key(self, request: Request) -> Key:
        return (request.urgency, request.arrived)

    def _grades(self, request: Request, now: float) -> list[list[int]]:
        return (_WIDE if now >= request.arrived + WIDEN_S else _MATCHED)[request.need]

    def _may_ask(self, grade: int, request: Request, now: float) -> bool:
        return grade == request.need or (grade > request.need and now >= request.arrived + WIDEN_S)

    def _widens_at(self, request: Request) -> float | None:
        return request.arrived + WIDEN_S if request.need < _TOP else None

    def _first_asked(self, request: Request) -> Id | None:
        return request.former
