"""How many visits a doctor may have open, when the answers of the last hour have grown slow (B06)."""

from collections.abc import Sequence
from statistics import median

from xinglin.care.dispatch.engine.weights import Weights

_HOUR_S = 3_600.0
_BACK_SHARE = 0.8


def units_for(
    usual: int,
    answers: Sequence[tuple[float, float]],
    *,
    now: float,
    lowered: bool,
    weights: Weights,
) -> int:
    """One less than usual while the median answer of the last hour is slow, never below the floor.

    Comes back only at four fifths of the limit, so that it does not flutter.

    Args:
        answers: (when, seconds it took).
        lowered: whether it is one less now.
    """
    recent = [took for when, took in answers if now - _HOUR_S <= when <= now]
    if len(recent) < weights.fewest_answers:
        return usual
    limit = weights.slow_answer_s * (_BACK_SHARE if lowered else 1.0)
    return max(min(weights.fewest_units, usual), usual - 1) if median(recent) > limit else usual
