"""How often severe and trivial pairs interrupt: figures of docs/prescription-check.md, held."""

from pathlib import Path

import pytest

from xinglin.care.prescribing.safety import Case, Facts, Item, check, overridden, shipped
from xinglin.care.prescribing.safety.reading import rows_of
from xinglin.care.prescribing.safety.types import LEVELS

DATA = Path(__file__).parent / "data"


def _share(facts: Facts, *lists: str) -> float:
    """Of the pairs, both of whose substances must be recognised, those that interrupt."""
    rows = [row for name in lists for row in rows_of(DATA / f"pairs_{name}.tsv")]
    found = [check(Case((Item(row["a"]), Item(row["b"]))), facts) for row in rows]
    assert all(report.is_whole and not report.unknown for report in found)
    return sum(any(hit.interrupts for hit in report.hits) for report in found) / len(rows)


@pytest.mark.parametrize(
    ("with_overrides", "name", "least", "most"),
    [
        (False, "severe_seen", 0.74, 0.80),
        (False, "severe_unseen", 0.71, 0.80),
        (False, "trivial_seen", 0.0, 0.02),
        (False, "trivial_unseen", 0.0, 0.02),
        (True, "severe_seen", 0.96, 1.0),
        (True, "severe_unseen", 0.96, 1.0),
        (True, "trivial_seen", 0.0, 0.02),
        (True, "trivial_unseen", 0.0, 0.02),
    ],
)
def test_severe_pairs_interrupt_and_trivial_ones_do_not(
    with_overrides: bool, name: str, least: float, most: float
) -> None:
    assert least <= _share(overridden() if with_overrides else shipped(), name) <= most


def test_no_shipped_override_lowers_what_the_source_says() -> None:
    """Two rows would, and wait for a reviewer."""
    facts = overridden()
    for override in facts.overrides.values():
        case = Case((Item(override.a), Item(override.b)))
        with_it, without = (
            [hit.level for hit in check(case, each).hits if hit.kind == "interaction"]
            for each in (facts, shipped())
        )
        assert not without or LEVELS.index(with_it[0]) <= LEVELS.index(without[0])
