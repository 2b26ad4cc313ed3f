"""What the engine decides; each decision says why, in words."""

from dataclasses import dataclass
from typing import Literal

from xinglin.care.dispatch.engine.reasons import reason_for
from xinglin.care.dispatch.engine.shapes import Facts, Id, Why
from xinglin.kernel.text import Text


@dataclass(slots=True)
class Offer:
    """Ask this doctor, until `until`. The slot counts as taken from now on."""

    request: Id
    doctor: Id
    at: float
    until: float
    facts: Facts

    @property
    def why(self) -> Why:
        """Made when it is asked for: it costs more than the decision."""
        return reason_for(self.facts)


@dataclass(slots=True)
class Overflow(Offer):
    """An offer of one more than the doctor's units: nobody had room for the most urgent."""


@dataclass(slots=True)
class Close:
    """Nobody on duty may ever take it (`nobody`), or too many wait (`full`): say so at once.

    The engine has forgotten the request.
    """

    request: Id
    department: str
    reason: Literal["nobody", "full"]
    at: float
    text: Text


@dataclass(slots=True)
class Pause:
    """So many in a row were not taken that the doctor must be asked whether he is there.

    He is asked for nothing until `doctor_changed` or `doctor_on`.
    """

    doctor: Id
    declined: int
    at: float
    text: Text


@dataclass(slots=True)
class Rejected:
    """What was told of this doctor or request contradicts itself; the engine knows nothing of it."""

    id: Id
    at: float
    text: Text


@dataclass(slots=True)
class OrderChanged:
    """The order of the queues is strict from now on, or accumulates again; `late`: share of classes."""

    strict: bool
    late: float
    at: float
    text: Text


Decision = Offer | Close | Pause | Rejected | OrderChanged


@dataclass(slots=True, kw_only=True)
class Estimate:
    """`place`: 1 is next. `wait_s`: until a doctor is asked; None: the last minutes do not tell."""

    place: int
    wait_s: float | None
    doctors: int
