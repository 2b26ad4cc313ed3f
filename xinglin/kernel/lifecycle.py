"""The engine of every lifecycle: a table of steps and deadlines, and nothing else.

A module declares one `Lifecycle`; its services take steps; the sweeper takes those whose deadline
has passed. The table is the only place that says what may follow what, and who may do it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from xinglin.kernel.errors import Forbidden, IllegalStep
from xinglin.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Step:
    """`sources` -> `target`, when one of `who` takes it. `text` is what a person reads."""

    name: str
    sources: frozenset[str]
    target: str
    who: frozenset[str]
    text: Text


@dataclass(frozen=True, slots=True)
class Deadline:
    """`after` in `state` without another step, the clock takes `step`."""

    state: str
    after: timedelta
    step: str


def step(name: str, sources: str, target: str, who: str, zh: str, en: str) -> Step:
    """One row of a table; `sources` and `who` are names parted by spaces."""
    return Step(name, frozenset(sources.split()), target, frozenset(who.split()), Text(zh, en))


@dataclass(frozen=True)
class Lifecycle:
    """A named table. Raises ValueError when the table contradicts itself."""

    name: str
    initial: str
    steps: tuple[Step, ...]
    deadlines: tuple[Deadline, ...] = ()
    _by_name: dict[str, Step] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {s.name: s for s in self.steps})
        if len(self._by_name) != len(self.steps):
            msg = f"{self.name}: a step name is used twice"
            raise ValueError(msg)
        if any(not s.sources or not s.who for s in self.steps):
            msg = f"{self.name}: a step that starts nowhere, or that nobody takes"
            raise ValueError(msg)
        if lost := self.states - self._reached():
            msg = f"{self.name}: no step leads to {', '.join(sorted(lost))}"
            raise ValueError(msg)
        for deadline in self.deadlines:
            found = self._by_name.get(deadline.step)
            if found is None or deadline.state not in found.sources or "clock" not in found.who:
                msg = f"{self.name}: the clock cannot take {deadline.step} from {deadline.state}"
                raise ValueError(msg)

    def _reached(self) -> frozenset[str]:
        """The states that some path from the first one comes to."""
        reached, grown = frozenset[str](), frozenset({self.initial})
        while grown != reached:
            reached = grown
            grown = reached | {s.target for s in self.steps if s.sources & reached}
        return reached

    @property
    def states(self) -> frozenset[str]:
        return frozenset({self.initial}).union(*({s.target} | s.sources for s in self.steps))

    @property
    def finals(self) -> frozenset[str]:
        """States that no step leaves."""
        return self.states - frozenset().union(*(s.sources for s in self.steps))

    def allows(self, state: str, name: str, who: str) -> bool:
        found = self._by_name.get(name)
        return found is not None and state in found.sources and who in found.who

    def possible(self, state: str, who: str) -> tuple[Step, ...]:
        """What `who` may do now, in the table's order."""
        return tuple(s for s in self.steps if state in s.sources and who in s.who)

    def take(self, state: str, name: str, who: str) -> str:
        """The state after the step.

        Raises:
            IllegalStep: no such step leaves `state`.
            Forbidden: it does, but not for `who`.
        """
        found = self._by_name.get(name)
        if found is None or state not in found.sources:
            raise IllegalStep
        if who not in found.who:
            raise Forbidden
        return found.target

    def due(self, state: str, since: datetime) -> tuple[datetime, str] | None:
        """When the clock acts, and by which step; the earliest deadline of the state."""
        found = [(since + d.after, d.step) for d in self.deadlines if d.state == state]
        return min(found, default=None)

    def mermaid(self) -> str:
        """The diagram for `docs/generated/states.md`."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for s in self.steps:
            label = f"{s.name} ({', '.join(sorted(s.who))})"
            lines += [f"    {source} --> {s.target}: {label}" for source in sorted(s.sources)]
        lines += [f"    {final} --> [*]" for final in sorted(self.finals)]
        return "\n".join(lines)
