"""How long a treatment may last."""

from collections.abc import Iterator

from xinglin.care.prescribing.safety.facts import Facts
from xinglin.care.prescribing.safety.kinds.ranges import plain, rule
from xinglin.care.prescribing.safety.types import Hit
from xinglin.care.prescribing.safety.view import Finding, Line, NoData, NotTold, View
from xinglin.kernel.text import Text

_NO_FACTS = Text("本库没有该药的疗程资料", "no facts on the length of treatment here")
_NO_DAYS = Text("未填天数", "no days were given")
_SHORTEN = Text("缩短疗程，或写明理由。", "Shorten the course, or write the reason.")


def check(view: View, facts: Facts) -> Iterator[Finding]:
    for line in view.lines:
        yield from _of(line, facts)


def _of(line: Line, facts: Facts) -> Iterator[Finding]:
    days = line.item.days
    if days is not None and days <= 0:
        yield _no_days(line, facts)
        return
    limits = facts.courses.about(line.targets)
    if not limits:
        yield NoData(line.index, _NO_FACTS)
    elif days is None:
        yield NotTold(line.index, _NO_DAYS)
    else:
        for limit in limits:
            if days > limit.most_days:
                most = plain(limit.most_days)
                yield Hit(
                    kind="course_limit",
                    level=limit.level,
                    rule=rule(limit.source, "course", line),
                    items=(line.index,),
                    text=Text(
                        f"{line.text.zh}：疗程 {plain(days)} 天，超过 {most} 天。",
                        f"{line.text.en}: {plain(days)} days, more than {most}.",
                    ),
                    instead=_SHORTEN,
                    source=limit.source,
                )


def _no_days(line: Line, facts: Facts) -> Hit:
    return Hit(
        kind="course_limit",
        level="block",
        rule="xinglin:days-above-zero",
        items=(line.index,),
        text=Text(f"{line.text.zh}：天数必须大于 0。", f"{line.text.en}: days must be above 0."),
        instead=Text("请填写天数。", "Enter the days."),
        source=facts.house,
    )
