"""The figures as the measured part of docs/triage.md, and as `data/measured.json`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.triage import figures
from bench.triage.answering import Answered
from bench.triage.figures import Rate

URGENCIES = ("emergency", "in_person_today", "online_soon", "online_routine", "self_care")
NAMES = {
    "zh": "ours, Chinese",
    "en": "ours, English",
    "avey": "Avey vignettes, labels ours",
    "dialogues": "DialMed first lines, department read from the disease",
}
_LIMITS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_LEAST_OF_A_TAG = 5

Sets = Mapping[str, Sequence[Answered]]


def markdown(sets: Sets, *, stopped: Rate, split: str) -> Iterator[str]:
    """Lines of one split: `held` or `tune`."""
    here = {name: [a for a in items if a.case.split == split] for name, items in sets.items()}
    ours = {name: items for name, items in here.items() if name != "dialogues"}
    everything = [a for items in ours.values() for a in items]
    if split == "held":
        yield from _stops(stopped)
    yield from _urgency(ours)
    yield from _each_urgency(everything)
    yield from _department(here)
    yield from _each_department(everything)
    yield from _confidence(everything)
    yield from _wrong(everything)
    yield from _tags(everything)


def _stops(stopped: Rate) -> Iterator[str]:
    yield "### Stop rate on ordinary complaints (A11.3)"
    yield (
        f"{stopped.hits} of {stopped.n} first lines of real consultations end in `emergency`: "
        f"{_with_bounds(stopped)}. None is known to be one."
    )
    yield ""


def _urgency(sets: Sets) -> Iterator[str]:
    yield "### Urgency, by set"
    yield "Exact, too low and too high on three levels: emergency; the middle three; self-care."
    yield ""
    yield from _table(
        "set",
        "n",
        "exact",
        "too low",
        "too high",
        "emergencies found",
        "self-care found",
        "exact on five",
    )
    for name, items in sets.items():
        u = figures.urgencies(items)
        rates = (u.exact, u.under, u.over, u.emergencies, u.self_care, u.five)
        yield _row(NAMES[name], len(items), *map(_with_bounds, rates))
    yield ""


def _each_urgency(items: Sequence[Answered]) -> Iterator[str]:
    yield "### Each urgency: what was answered (all sets of ours and Avey)"
    yield from _table("label", "n", *URGENCIES, "right level")
    for urgency in URGENCIES:
        here = [a for a in items if a.case.urgency == urgency]
        counts = [sum(a.urgency == said for a in here) for said in URGENCIES]
        right = figures.share(here, lambda a: a.off_by == 0)
        yield _row(urgency, len(here), *counts, _with_bounds(right))
    yield ""


def _department(sets: Sets) -> Iterator[str]:
    yield "### Department, by set"
    yield from _table("set", "n", "top 1", "top 3", "top 1 or one that may stand as well", "unsure")
    for name, items in sets.items():
        d = figures.departments(items)
        rates = (d.top1, d.top3, d.may_stand, d.unsure)
        yield _row(NAMES[name], len(items), *map(_with_bounds, rates))
    yield ""


def _each_department(items: Sequence[Answered]) -> Iterator[str]:
    yield "### Each department (all sets of ours and Avey)"
    yield from _table("department", "n", "top 1", "top 3", "unsure")
    for name in sorted({a.case.department or "" for a in items}):
        d = figures.departments([a for a in items if a.case.department == name])
        yield _row(name, d.top1.n, *map(_with_bounds, (d.top1, d.top3)), _percent(d.unsure))
    yield ""


def _confidence(items: Sequence[Answered]) -> Iterator[str]:
    bins = figures.calibration(items)
    yield "### Calibration and coverage (all sets of ours and Avey)"
    yield (
        "Confidence is that of the most likely department, before an unsure case is sent to general "
        f"practice. Expected calibration error: {figures.expected_error(bins):.3f}."
    )
    yield ""
    yield from _table("confidence from", "n", "mean confidence", "right", "")
    for b in bins:
        drawn = "█" * round(b.right * 20)
        yield _row(f"{b.low:.1f}", b.n, f"{b.confidence:.2f}", f"{b.right:.2f}", drawn)
    yield ""
    yield from _table("answered when confidence is at least", "coverage", "right of those")
    for limit, kept, right in figures.coverage(items, _LIMITS):
        yield _row(f"{limit:.1f}", _percent(kept), _with_bounds(right))
    yield ""


def _wrong(items: Sequence[Answered]) -> Iterator[str]:
    yield "### Worst confusions of departments"
    yield from _table("wanted", "answered", "times", "of")
    for wanted, said, n, of in figures.confusions(items, most=12):
        yield _row(wanted, said, n, of)
    yield ""


def _tags(items: Sequence[Answered]) -> Iterator[str]:
    yield "### By kind of case (ours)"
    yield from _table("kind", "n", "right level", "too low", "department")
    for tag in sorted({tag for a in items for tag in a.case.tags}):
        here = [a for a in items if tag in a.case.tags]
        if len(here) >= _LEAST_OF_A_TAG:
            u, d = figures.urgencies(here), figures.departments(here)
            yield _row(tag, len(here), *map(_percent, (u.exact, u.under, d.top1)))
    yield ""


def measured(sets: Sets, *, stopped: Rate, on: str, versions: Mapping[str, str]) -> dict[str, Any]:
    """Figures of the held cases only, as the administrator's page shows them."""
    held = {name: [a for a in items if a.case.split == "held"] for name, items in sets.items()}
    ours = {name: items for name, items in held.items() if name != "dialogues"}
    everything = [a for items in ours.values() for a in items]
    return {
        "on": on,
        "versions": dict(versions),
        "stop_rate": {
            "set": "first lines of real consultations",
            "n": stopped.n,
            "stopped": stopped.hits,
        },
        "department": [_card_of_departments(name, items) for name, items in held.items()],
        "urgency": [_card_of_urgencies(name, items) for name, items in ours.items()],
        "calibration": [
            {
                "from": b.low,
                "to": round(b.low + 0.1, 1),
                "n": b.n,
                "confidence": round(b.confidence, 3),
                "right": round(b.right, 3),
            }
            for b in figures.calibration(everything)
        ],
    }


def _card_of_departments(name: str, items: Sequence[Answered]) -> dict[str, Any]:
    d = figures.departments(items)
    return {
        "set": f"{NAMES[name]}, held",
        "n": len(items),
        "top1": _rounded(d.top1),
        "top3": _rounded(d.top3),
        "may_stand": _rounded(d.may_stand),
        "unsure": _rounded(d.unsure),
        "ci": [round(d.top1.low, 3), round(d.top1.high, 3)],
    }


def _card_of_urgencies(name: str, items: Sequence[Answered]) -> dict[str, Any]:
    u = figures.urgencies(items)
    return {
        "set": f"{NAMES[name]}, held",
        "n": len(items),
        "exact": _rounded(u.exact),
        "under": _rounded(u.under),
        "emergencies_found": _rounded(u.emergencies),
        "ci": [round(u.exact.low, 3), round(u.exact.high, 3)],
    }


def _rounded(rate: Rate) -> float | None:
    return None if rate.value is None else round(rate.value, 3)


def _percent(rate: Rate) -> str:
    return "-" if rate.value is None else f"{rate.value * 100:.1f} %"


def _with_bounds(rate: Rate) -> str:
    if rate.value is None:
        return "-"
    return f"{rate.value * 100:.1f} % ({rate.low * 100:.1f} to {rate.high * 100:.1f})"


def _table(*heads: str) -> Iterator[str]:
    yield _row(*heads)
    yield _row(*("---" for _ in heads))


def _row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"
