"""Whether the medicine is for this age."""

from collections.abc import Iterator
from decimal import Decimal

from xinglin.care.prescribing.safety.facts import AgeLimit, Facts
from xinglin.care.prescribing.safety.kinds.ranges import plain, rule
from xinglin.care.prescribing.safety.types import Hit
from xinglin.care.prescribing.safety.view import Finding, NoData, NotTold, View
from xinglin.kernel.text import Text

_NO_FACTS = Text("本库没有该药的年龄资料", "no facts on age here")
_NOT_TOLD = Text("未提供患者年龄", "the patient's age was not told")
_OTHER = Text(
    "请换用适合该年龄的药品，或写明理由。", "Choose one for this age, or write the reason."
)


def check(view: View, facts: Facts) -> Iterator[Finding]:
    age = view.patient.age_years
    for line in view.lines:
        limits = facts.ages.about(line.targets)
        if not limits:
            yield NoData(line.index, _NO_FACTS)
        elif age is None:
            yield NotTold(line.index, _NOT_TOLD)
        else:
            wrong = [limit for limit in limits if _is_outside(age, limit)]
            for limit in wrong[:1]:
                years = plain(age)
                yield Hit(
                    kind="age",
                    level=limit.level,
                    rule=rule(limit.source, "age", line),
                    items=(line.index,),
                    text=Text(
                        f"{line.text.zh}：{limit.text.zh}（患者 {years} 岁）。",
                        f"{line.text.en}: {limit.text.en} (the patient is {years}).",
                    ),
                    instead=_OTHER,
                    source=limit.source,
                )


def _is_outside(age: Decimal, limit: AgeLimit) -> bool:
    if limit.least is not None and age < limit.least:
        return True
    return limit.below is not None and age >= limit.below
