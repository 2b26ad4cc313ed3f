"""What is taken in a day: all items that hold the substance are counted together."""

from collections.abc import Iterator
from decimal import Decimal

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
from xinglin.care.prescribing.safety.types import Hit, Quantity
from xinglin.care.prescribing.safety.view import Finding, Line, NoData, NotTold, View
from xinglin.kernel.text import Text

_OPEN = Text("必要时或即刻用药，不计日剂量", "as needed or once: no daily dose can be counted")


def check(view: View, facts: Facts) -> Iterator[Finding]:
    seen: set[tuple[str, ...]] = set()
    for line in view.lines:
        known = of_release(facts.daily_doses.about(line.whole), line.release)
        limits = of_age(known, view.patient)
        if not limits:
            yield NoData(line.index, ADULTS_ONLY if known else NO_DOSE)
            continue
        if line.frequency is not None and line.frequency.is_open:
            yield NotTold(line.index, _OPEN)
            continue
        per_day = line.per_day
        if per_day is None or per_day.unit != widest(limits).unit:
            yield NotTold(line.index, NO_NUMBER)
        elif line.substances not in seen:
            seen.add(line.substances)
            yield from _judged(line, per_day, view, limits)


def _judged(line: Line, per_day: Quantity, view: View, limits: list[DoseLimit]) -> Iterator[Hit]:
    top = widest(limits)
    same = [line] + [each for each in view.all_lines if each is not line and _adds(each, line)]
    total = Quantity(sum((_daily(each) for each in same), Decimal(0)), per_day.unit)
    level = beyond(total.value, top.most)
    if level is None:
        return
    most = f"{plain(top.most)} {top.unit}"
    yield Hit(
        kind="daily_dose",
        level=level,
        rule=rule(top.source, "daily-dose", line),
        items=tuple(each.index for each in same),
        text=Text(
            f"{line.text.zh}：每日共 {amount(total)}，资料上限为每日 {most}。",
            f"{line.text.en}: {amount(total)} a day, the source goes up to {most}.",
        ),
        instead=CHECK_DOSE,
        source=top.source,
    )


def _adds(other: Line, line: Line) -> bool:
    if not line.substances or other.substances != line.substances:
        return False
    daily, own = other.per_day, line.per_day
    return daily is not None and own is not None and daily.unit == own.unit


def _daily(line: Line) -> Decimal:
    return line.per_day.value if line.per_day else Decimal(0)
