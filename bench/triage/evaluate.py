"""`./run triage evaluate`: figures on the sets of the repository, for docs/triage.md."""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.triage import sets, telling
from bench.triage.answering import answered
from bench.triage.figures import Rate
from xinglin.care.triage.rules.predict import predict
from xinglin.kernel import clock

_ROOT = Path(__file__).resolve().parents[2]
_DATA = _ROOT / "xinglin" / "care" / "triage" / "data"
PAGE, CARD = _ROOT / "docs" / "triage.md", _DATA / "measured.json"
BEGIN = "<!-- measured: written by ./run triage evaluate --write; do not edit -->"
END = "<!-- measured: end -->"
_RULES = _ROOT / "xinglin" / "care" / "triage" / "rules"


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run triage evaluate", description=__doc__)
    parser.add_argument("--split", choices=("tune", "held"), default="tune", help="printed (tune)")
    parser.add_argument("--misses", action="store_true", help="list wrong answers, of `tune` only")
    parser.add_argument("--write", action="store_true", help="docs/triage.md and measured.json")
    parser.add_argument("--on", default="", metavar="DATE", help="of the card (today)")
    args = parser.parse_args(words)
    if args.misses:
        sys.stdout.writelines(f"{line}\n" for line in misses())
        return 0
    found = {name: answered(cases) for name, cases in sets.all_sets().items()}
    stopped = stop_rate()
    if args.write:
        on = args.on or clock.now().date().isoformat()
        write(found, stopped, on=on)
    sys.stdout.write("\n".join(telling.markdown(found, stopped=stopped, split=args.split)))
    return 0


def misses() -> Iterator[str]:
    """Of the cases that may be looked at: those on the wrong level, or in the wrong department."""
    for name, cases in sets.all_sets().items():
        for a in answered(case for case in cases if case.split == "tune"):
            wanted, ours = a.case, a.case.record
            if wanted.urgency and a.off_by:
                flags = ",".join(a.red_flags)
                yield f"{name} {wanted.urgency} > {a.urgency} [{flags}] {ours['id']} {ours['text']}"
            if not a.may_stand:
                top = " ".join(a.top3)
                yield f"{name} {wanted.department} > {a.department} ({top}) {ours['id']} {ours['text']}"


def stop_rate() -> Rate:
    lines = sets.first_lines()
    ends = [
        predict({"text": line, "locale": "zh"}, emergency_number="120")["urgency"] == "emergency"
        for line in lines
    ]
    return Rate(sum(ends), len(lines))


def write(found: telling.Sets, stopped: Rate, *, on: str) -> None:
    """The card keeps its date as long as its figures stay."""
    card = telling.measured(found, stopped=stopped, on=on, versions=versions())
    before = json.loads(CARD.read_text(encoding="utf-8")) if CARD.exists() else {}
    if {**before, "on": ""} == {**card, "on": ""}:
        card = before
    CARD.write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    told = "\n".join(_pages(found, stopped))
    page = PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text(f"{head}{BEGIN}\n{told}\n{END}{tail}", encoding="utf-8")


def versions() -> dict[str, str]:
    """Of what was measured: a digest of code and data of the rules, and one of the weights."""
    rules = [*_RULES.rglob("*.py"), *_DATA.rglob("*")]
    weights = [p for p in rules if p.parent.name == "department" and p.is_file()]
    others = [p for p in rules if p.is_file() and p != CARD and p not in weights]
    return {"rules": _digest(others), "departments": _digest(weights)}


def _pages(found: telling.Sets, stopped: Rate) -> Iterator[str]:
    yield "## Measured: held cases"
    yield "The third that nobody tuned on."
    yield ""
    yield from telling.markdown(found, stopped=stopped, split="held")
    yield "## Measured: cases that were tuned on"
    yield ""
    yield from telling.markdown(found, stopped=stopped, split="tune")


def _digest(paths: Sequence[Path]) -> str:
    seen = hashlib.sha256()
    for path in sorted(paths):
        seen.update(path.relative_to(_ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return seen.hexdigest()[:12]
