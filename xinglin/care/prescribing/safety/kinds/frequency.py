"""How often a day."""

from collections.abc import Iterator
from decimal import Decimal

from xinglin.care.prescribing.safety.facts import Facts, FrequencyLimit
from xinglin.care.prescribing.safety.kinds.ranges import of_release, plain, rule
from xinglin.care.prescribing.safety.types import Hit
from xinglin.care.prescribing.safety.view import Finding, Line, NoData, NotTold, View
from xinglin.kernel.text import Text

_NO_FACTS = Text("本库没有该药的用药频次资料", "no facts on the frequency here")
_NOT_TOLD = Text("未填频次，或频次代码不能识别", "no frequency, or a code that is not known")
_COMPARE = Text("请与说明书核对频次。", "Compare the frequency with the leaflet.")


def check(view: View, facts: Facts) -> Iterator[Finding]:
    for line in view.lines:
        limits = of_release(facts.times.about(line.whole), line.release)
        if not limits:
            yield NoData(line.index, _NO_FACTS)
            continue
        if line.frequency is None:
            yield NotTold(line.index, _NOT_TOLD)
            continue
        told = line.frequency.per_day
        if told is not None:
            yield from _judged(line, told, limits)


def _judged(line: Line, told: Decimal, limits: list[FrequencyLimit]) -> Iterator[Hit]:
    most = max(limits, key=lambda limit: limit.most)
    least = min(limit.least for limit in limits)
    if least <= told <= most.most:
        return
    span = f"{plain(least)}-{plain(most.most)}"
    times = plain(told.quantize(Decimal("0.01")))
    yield Hit(
        kind="frequency",
        level="warn" if told > most.most else "info",
        rule=rule(most.source, "frequency", line),
        items=(line.index,),
        text=Text(
            f"{line.text.zh}：每日 {times} 次，资料为每日 {span} 次。",
            f"{line.text.en}: {times} times a day, the source says {span}.",
        ),
        instead=_COMPARE,
        source=most.source,
    )
