"""Paired differences between two policies in the same worlds, with 95 % confidence intervals."""

import math
from collections.abc import Mapping, Sequence
from statistics import mean, stdev
from typing import Final

# Student's t, 97.5 %, by degrees of freedom from 1 on; beyond the table it is near enough to this.
_T: Final = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
    2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
_T_BEYOND: Final = 2.02

Interval = dict[str, float | int | None]


def differences(
    these: Sequence[Mapping[str, float]], those: Sequence[Mapping[str, float]]
) -> dict[str, Interval]:
    """These less those, run by run; a run in which a measure has no value does not count for it."""
    names = sorted({name for run in (*these, *those) for name in run})
    found = {}
    for name in names:
        pairs = [
            a[name] - b[name] for a, b in zip(these, those, strict=True) if name in a and name in b
        ]
        if pairs:
            found[name] = interval(pairs)
    return found


def interval(values: Sequence[float]) -> Interval:
    """`low`, `high`: None with a single run."""
    middle = mean(values)
    half = _half_width(values)
    return {
        "mean": round(middle, 4),
        "low": None if half is None else round(middle - half, 4),
        "high": None if half is None else round(middle + half, 4),
        "runs": len(values),
    }


def is_sure(one: Interval) -> bool:
    """Zero is not within."""
    low, high = one["low"], one["high"]
    return low is not None and high is not None and (low > 0 or high < 0)


def _half_width(values: Sequence[float]) -> float | None:
    freedom = len(values) - 1
    if not freedom:
        return None
    quantile = _T[freedom - 1] if freedom <= len(_T) else _T_BEYOND
    return quantile * stdev(values) / math.sqrt(len(values))
