"""What every dispatch policy answers to: the engine, and those it is compared with."""

from typing import Protocol

from xinglin.care.dispatch.engine.decisions import Decision, Estimate
from xinglin.care.dispatch.engine.shapes import Doctor, Id, Request, Snapshot


class Policy(Protocol):
    """Events in, decisions out. Every event first does what has become due since the last.

    A clock that goes back stands still until it has caught up; `adopt` sets it anew.
    """

    def request_arrived(self, request: Request, now: float) -> list[Decision]: ...

    def request_withdrawn(self, request_id: Id, now: float) -> list[Decision]:
        """It needs no doctor any more; one who was asked for it, or has it, has room again."""

    def retriaged(
        self,
        request_id: Id,
        *,
        now: float,
        urgency: int | None = None,
        department: str | None = None,
    ) -> list[Decision]:
        """It keeps the time of its arrival. One with a doctor is left alone."""

    def doctor_on(self, doctor: Doctor, now: float) -> list[Decision]: ...

    def doctor_changed(self, doctor: Doctor, now: float) -> list[Decision]:
        """What is open stays as the engine has it; a pause ends."""

    def doctor_off(self, doctor_id: Id, now: float) -> list[Decision]:
        """Asked for nothing any more; what he has is his until it is freed or refused."""

    def accepted(self, request_id: Id, now: float) -> list[Decision]: ...

    def slot_freed(self, request_id: Id, now: float) -> list[Decision]:
        """The visit has ended with the doctor who had it."""

    def refused(self, request_id: Id, *, again_after: float, now: float) -> list[Decision]:
        """Asks the next at once; this one only after `again_after`, and when nobody else is free."""

    def timed_out(self, request_id: Id, now: float) -> list[Decision]:
        """As refused, and the doctor is away for a while."""

    def tick(self, now: float) -> list[Decision]: ...

    def next_timer(self) -> float | None:
        """When `tick` has something to do; perhaps sooner than needed, never later."""

    def adopt(self, truth: Snapshot, now: float) -> list[Decision]:
        """Take over what the database says, and decide anew what can be decided."""

    def estimate(self, request_id: Id, now: float) -> Estimate | None:
        """None: it does not wait."""
