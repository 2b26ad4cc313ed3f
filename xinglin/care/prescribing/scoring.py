"""How many of the prescriptions that were judged are rational, and what the others are. Pure.

Numbers of prescriptions and nothing else: no amount, price or medicine is counted (R26).
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from xinglin.care.prescribing.problems import CLASSES

K = TypeVar("K", bound=Hashable)
# The classes that a prescription was put in; none: rational. None: not judged yet.
Found = Sequence[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """`classes`: class -> prescriptions in it; one with two problems may be in two."""

    drawn: int
    judged: int
    rational: int
    classes: Mapping[str, int]

    @property
    def rational_pct(self) -> float | None:
        """Of those that were judged, to one decimal; None while there is none."""
        if not self.judged:
            return None
        share = Decimal(100 * self.rational) / self.judged
        return float(share.quantize(Decimal("0.1"), ROUND_HALF_UP))


def score(found: Iterable[Found]) -> Score:
    drawn = list(found)
    judged = [each for each in drawn if each is not None]
    return Score(
        drawn=len(drawn),
        judged=len(judged),
        rational=sum(not each for each in judged),
        classes={name: sum(name in each for each in judged) for name in CLASSES},
    )


def score_by(found: Iterable[tuple[K, Found]]) -> dict[K, Score]:
    """As `score`, for each key, in the order in which the keys come."""
    parts: dict[K, list[Found]] = {}
    for key, each in found:
        parts.setdefault(key, []).append(each)
    return {key: score(each) for key, each in parts.items()}
