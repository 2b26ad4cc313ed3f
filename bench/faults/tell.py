"""The outcomes as rows: of the terminal, and of a table for the documents."""

from collections.abc import Sequence

from bench.faults.scene import Outcome

_ROW = "{:14} {:>5} {:>7} {:>5} {:>7} {:>6} {:>9} {:>8} {:>13} {:>13} {:>5}  {}"
_COLUMNS = (
    *("fault", "talks", "acked", "lost", "doubled", "order", "recovery", "p99 ms"),
    *("live MB", "all MB", "took", "verdict"),
)


def head() -> None:
    print(_ROW.format(*_COLUMNS))


def tell(outcome: Outcome) -> None:
    print(_ROW.format(outcome.name, *_cells(outcome)), flush=True)
    for line in (*outcome.broken, *outcome.notes, outcome.skipped):
        if line:
            print(f"               {line}", flush=True)


def markdown(outcomes: Sequence[Outcome]) -> str:
    """A table for docs/performance.md."""
    lines = ["| " + " | ".join(_COLUMNS) + " |", "|---" * len(_COLUMNS) + "|"]
    for outcome in outcomes:
        cells = (f"`{outcome.name}`: {outcome.words}", *_cells(outcome))
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def _cells(outcome: Outcome) -> tuple[object, ...]:
    """All columns but the first; lost, doubled and out of order must read 0."""
    found = outcome.finding
    return (
        *(outcome.conversations, found.acknowledged, found.lost, found.doubled),
        found.out_of_order,
        "-" if outcome.recovery_s is None else f"{outcome.recovery_s:.1f} s",
        f"{outcome.p99_ms:.0f}",
        "{:.0f} -> {:.0f}".format(*outcome.live_mb),
        "{:.0f} -> {:.0f}".format(*outcome.all_mb),
        *(f"{outcome.took_s:.0f} s", outcome.verdict),
    )
