"""What peers do: the oldest request first, the doctor who has been idle longest, any grade that may."""

from typing import ClassVar

from xinglin.care.dispatch.engine.shapes import Request
from xinglin.care.dispatch.simulator.policies.skills import Key, SkillRouting

_GRADES = {need: [list(range(need, 4))] for need in (1, 2, 3)}


class Fifo(SkillRouting):
    name: ClassVar[str] = "fifo"

    def _key(self, request: Request) -> Key:
        return (request.arrived,)

    def _grades(self, request: Request, now: float) -> list[list[int]]:
        return _GRADES[request.need]
