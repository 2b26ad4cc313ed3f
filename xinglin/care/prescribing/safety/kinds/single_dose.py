"""What is taken at one time."""

from collections.abc import Iterator

from xinglin.care.prescribing.safety.facts import DoseLimit, Facts
from xinglin.care.prescribing.safety.kinds.ranges import (
    ADULTS_ONLY,
    CHECK_DOSE,
    NO_DOSE,
    NO_NUMBER,
    amount,
    beyond,
    of_age,
    of_release,
    plain,
    rule,
    widest,
)
from xinglin.care.prescribing.safety.types import Hit, Level, Quantity
from xinglin.care.prescribing.safety.view import Finding, Line, NoData, NotTold, View
from xinglin.kernel.text import Text


def check(view: View, facts: Facts) -> Iterator[Finding]:
    for line in view.lines:
        if line.item.dose is not None and line.item.dose.value <= 0:
            yield _nothing(line, facts)
            continue
        known = of_release(facts.single_doses.about(line.whole), line.release)
        limits = of_age(known, view.patient)
        if not limits:
            yield NoData(line.index, ADULTS_ONLY if known else NO_DOSE)
        elif line.dose is None or line.dose.unit != widest(limits).unit:
            yield NotTold(line.index, NO_NUMBER)
        else:
            yield from _judged(line, line.dose, limits)


def _judged(line: Line, dose: Quantity, limits: list[DoseLimit]) -> Iterator[Hit]:
    top = widest(limits)
    leasts = [limit.least for limit in limits if limit.least is not None]
    level: Level | None = beyond(dose.value, top.most)
    if level is None and leasts and dose.value < min(leasts):
        level = "info"
    if level is None:
        return
    span = f"{plain(min(leasts))}-{plain(top.most)}" if leasts else f"≤{plain(top.most)}"
    yield Hit(
        kind="single_dose",
        level=level,
        rule=rule(top.source, "single-dose", line),
        items=(line.index,),
        text=Text(
            f"{line.text.zh}：每次 {amount(dose)}，资料为每次 {span} {top.unit}。",
            f"{line.text.en}: {amount(dose)} at a time, the source says {span} {top.unit}.",
        ),
        instead=CHECK_DOSE,
        source=top.source,
    )


def _nothing(line: Line, facts: Facts) -> Hit:
    return Hit(
        kind="single_dose",
        level="block",
        rule="xinglin:dose-above-zero",
        items=(line.index,),
        text=Text(
            f"{line.text.zh}：剂量必须大于 0。", f"{line.text.en}: the dose must be above 0."
        ),
        instead=Text("请填写剂量。", "Enter the dose."),
        source=facts.house,
    )
