"""How much one prescription may hold: days of supply, an amount, or one single dose."""

from collections.abc import Iterator

from xinglin.care.prescribing.safety.dosing import in_base
from xinglin.care.prescribing.safety.facts import Facts, SupplyLimit
from xinglin.care.prescribing.safety.kinds.ranges import amount, plain, rule
from xinglin.care.prescribing.safety.types import Hit, Quantity
from xinglin.care.prescribing.safety.view import Finding, Line, NoData, NotTold, View
from xinglin.kernel.text import Text

_NO_FACTS = Text("本库没有该药的单张处方限量资料", "no facts on amounts per prescription here")
_NOT_TOLD = Text("未填天数或总量", "no days or amount were given")
_WITHIN = Text("未超限", "within the limit")
_LESS = Text("减少数量，或写明理由。", "Write less, or give the reason.")


def check(view: View, facts: Facts) -> Iterator[Finding]:
    for line in view.lines:
        if line.item.amount is not None and line.item.amount.value <= 0:
            yield _nothing(line, facts)
            continue
        limits = [each for each in facts.supplies.about(line.targets) if _is_meant(each, line)]
        if not limits:
            yield NoData(line.index, _NO_FACTS)
        for limit in limits:
            found = _judged(limit, line)
            if found is None:
                yield NotTold(line.index, _NOT_TOLD)
            elif found is not _WITHIN:
                yield Hit(
                    kind="quantity_limit",
                    level=limit.level,
                    rule=rule(limit.source, "supply", line),
                    items=(line.index,),
                    text=found,
                    instead=_LESS,
                    source=limit.source,
                )


def _is_meant(limit: SupplyLimit, line: Line) -> bool:
    """What was not told is taken for the plain form: no injection, no slow release."""
    if limit.alone and not line.is_alone:
        return False
    if limit.is_injection is not None and (line.is_injection or False) != limit.is_injection:
        return False
    if limit.is_injection:
        return True
    return limit.releases is None or (line.release or "") in limit.releases


def _judged(limit: SupplyLimit, line: Line) -> Text | None:
    """The sentence of a hit; `_WITHIN`; None when the case does not say."""
    if limit.is_one_dose:
        return _one_dose(line)
    if limit.most_days is None:
        return _amounts(limit, line.item.amount, line.text)
    days = line.item.days
    if days is None or days <= limit.most_days:
        return None if days is None else _WITHIN
    most = plain(limit.most_days)
    return Text(
        f"{line.text.zh}：{plain(days)} 天用量，每张处方不得超过 {most} 天。",
        f"{line.text.en}: {plain(days)} days of supply, at most {most} a prescription.",
    )


def _one_dose(line: Line) -> Text | None:
    days = line.item.days
    if days is None and line.frequency is None:
        return None
    is_once = line.frequency is not None and line.frequency.code == "st"
    if is_once and (days is None or days <= 1):
        return _WITHIN
    return Text(
        f"{line.text.zh}：注射剂每张处方限一次常用量。",
        f"{line.text.en}: one single dose a prescription.",
    )


def _amounts(limit: SupplyLimit, total: Quantity | None, name: Text) -> Text | None:
    most = in_base(limit.most) if limit.most else None
    told = in_base(total) if total else None
    if most is None or told is None or told.unit != most.unit:
        return None
    if told.value <= most.value:
        return _WITHIN
    return Text(
        f"{name.zh}：总量 {amount(told)}，每张处方不得超过 {amount(most)}。",
        f"{name.en}: {amount(told)} in all, at most {amount(most)} a prescription.",
    )


def _nothing(line: Line, facts: Facts) -> Hit:
    return Hit(
        kind="quantity_limit",
        level="block",
        rule="xinglin:amount-above-zero",
        items=(line.index,),
        text=Text(
            f"{line.text.zh}：总量必须大于 0。", f"{line.text.en}: the amount must be above 0."
        ),
        instead=Text("请填写总量。", "Enter the amount."),
        source=facts.house,
    )
