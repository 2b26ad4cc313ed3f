"""The words of `./run triage report`."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from xinglin.care.quality import queries
from xinglin.kernel import clock


def printed(*, days: int, as_json: bool) -> str:
    """Of the last `days` days; needs the models."""
    until = clock.now()
    found = queries.triage_report(until - timedelta(days=days), until)
    told = {"days": days, **asdict(found)}
    if as_json:
        return f"{json.dumps(told, ensure_ascii=False, default=str)}\n"
    return "\n".join([*_lines(told), ""])


def _lines(told: dict[str, Any]) -> Iterator[str]:
    yield (
        f"Triage, last {told['days']} days: {told['intakes']} intakes, "
        f"{_of(told['stopped_at_the_door'], told['intakes'])} stopped at the door as an emergency, "
        f"{told['visits']} visits seen by a doctor and ended."
    )
    yield f"Suggested department held: {_share(told['accuracy'])}."
    said = ", ".join(f"{who} {n}" for who, n in sorted(told["overrides"].items())) or "none"
    yield f"Overrides: {said}."
    yield from _confusion(told["confusion"])
    yield from _coverage(told["coverage"])
    yield from _weeks(told["weeks"])
    yield from _missed(told["missed"])
    yield "Nothing learns from these figures; people read them. Agreement is not correctness: who"
    yield "follows a suggestion makes it hold."


def _confusion(rows: list[tuple[str, str, int]]) -> Iterator[str]:
    yield "\nConfusion (suggested -> where the visit ended)"
    yield from (f"  {n:6} {one} -> {other}" for one, other, n in rows) if rows else ["  none"]


def _coverage(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield "\nCoverage against accuracy (confidence of at least)"
    if not rows:
        yield "  no confidence was kept"
    for row in rows:
        yield (
            f"  {row['threshold']:.1f}  covers {_share(row['covered'])}, "
            f"held {_share(row['accuracy'])}"
        )


def _weeks(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield "\nDrift (week against the week before)"
    for row in rows:
        moved = "  first" if row["moved"] is None else f"{row['moved']:7.1%}"
        most = ", ".join(f"{slug} {change:+.0%}" for slug, change in row["most_moved"])
        yield (
            f"  {row['begins']}  {row['intakes']:6} intakes, unsure {_of(row['unsure'], row['intakes'])}, "
            f"emergencies {_of(row['emergencies'], row['intakes'])}, moved {moved}"
            f"{'  LOOK: ' + most if row['notable'] else ''}"
        )


def _missed(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield f"\nMissed red flags: triage said online, the doctor sent them to be seen: {len(rows)}"
    for row in rows:
        versions = " ".join(f"{name}={version}" for name, version in row["versions"])
        yield (
            f"  {row['consultation_id']}  {row['level']}, stopped: {row['stopped'] or '-'}, "
            f"go: {row['go'] or '-'}  {versions}"
        )


def _share(share: dict[str, int]) -> str:
    return f"{share['right']} of {share['n']}{_rate(share['right'], share['n'])}"


def _of(part: int, whole: int) -> str:
    return f"{part}{_rate(part, whole)}"


def _rate(part: int, whole: int) -> str:
    return f" ({part / whole:.1%})" if whole else ""
