"""How good the told waits were, by department."""

from dataclasses import dataclass, field

_LEAST_S = 1.0
_BEGIN_S, _FADES, _MOST = 300.0, 0.99, 5.0

# Channel, urgency, whether it waits for one doctor, how far behind.
Kind = tuple[str, int, bool, int]


@dataclass(slots=True)
class Error:
    """`told_s`, `waited_s`: sums. `off_s`: sum of what each was off by. `ratios`: of off to waited."""

    requests: int = 0
    told_s: float = 0.0
    waited_s: float = 0.0
    off_s: float = 0.0
    ratios: float = 0.0

    @property
    def mape(self) -> float:
        """Mean absolute percentage error of single waits; of those below a second as of a second."""
        return self.ratios / self.requests if self.requests else 0.0

    @property
    def weighted(self) -> float:
        """All that was off, by all that was waited."""
        return self.off_s / self.waited_s if self.waited_s else 0.0

    @property
    def bias(self) -> float:
        """How much the mean told wait is off the mean wait."""
        return self.told_s / self.waited_s - 1 if self.waited_s else 0.0


@dataclass(slots=True)
class Accuracy:
    by_department: dict[str, Error] = field(default_factory=dict)

    def note(self, department: str, told_s: float, waited_s: float) -> None:
        error = self.by_department.get(department)
        if error is None:
            error = self.by_department[department] = Error()
        off = abs(told_s - waited_s)
        error.requests += 1
        error.told_s += told_s
        error.waited_s += waited_s
        error.off_s += off
        error.ratios += off / max(waited_s, _LEAST_S)


@dataclass(slots=True)
class Candour:
    """How told waits of each kind came true lately: what is told is put right by it.

    `sums`: kind -> (told, waited), both fading with every new one.
    """

    sums: dict[Kind, tuple[float, float]] = field(default_factory=dict)

    def note(self, kind: Kind, told_s: float, waited_s: float) -> None:
        told, waited = self.sums.get(kind, (_BEGIN_S, _BEGIN_S))
        factor = self.factor(kind)
        self.sums[kind] = (told * _FADES + told_s / factor, waited * _FADES + waited_s)

    def factor(self, kind: Kind) -> float:
        told, waited = self.sums.get(kind, (_BEGIN_S, _BEGIN_S))
        return min(_MOST, max(1 / _MOST, waited / told)) if told else 1.0
