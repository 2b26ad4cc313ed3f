"""Medicines that change each other, by the sources; reviewed overrides come after them."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from xinglin.care.prescribing.safety.facts import Facts
from xinglin.care.prescribing.safety.interactions import Verdict
from xinglin.care.prescribing.safety.types import Hit, Level, Overridden, Override, Source
from xinglin.care.prescribing.safety.view import Finding, Line, NoData, View
from xinglin.kernel.text import Text

_NO_FACTS = Text(
    "相互作用资料未收录该药：未提示不等于安全",
    "the sources of interactions do not hold it: no alert does not mean safe",
)
_SAYS: Mapping[Level, Text] = MappingProxyType(
    {
        "block": Text("禁止合用", "must not be combined"),
        "warn": Text("不建议合用", "should not be combined"),
        "caution": Text("合用需谨慎", "need precautions together"),
        "info": Text("合用时应考虑", "affect each other"),
    }
)
_INSTEAD: Mapping[Level, Text] = MappingProxyType(
    {
        "block": Text("请换用其中一种药。", "Replace one of the two."),
        "warn": Text(
            "尽量换药；确需合用请写明理由并安排监测。",
            "Replace one if possible; else write the reason and arrange monitoring.",
        ),
        "caution": Text(
            "可合用：按资料原文监测或调整剂量。",
            "May be combined: monitor or adapt the dose as the source says.",
        ),
        "info": Text("知悉即可。", "For your information."),
    }
)


def check(view: View, facts: Facts) -> Iterator[Finding]:
    for line in view.lines:
        if not _is_covered(line, facts):
            yield NoData(line.index, _NO_FACTS)
    for one, other in view.pairs():
        for a in one.substances:
            for b in other.substances:
                yield from _pair(view, facts, (one, a), (other, b))


def _is_covered(line: Line, facts: Facts) -> bool:
    is_all_told = bool(line.substances) and not line.missing and not line.may_hold_more
    return is_all_told and facts.interactions.known.issuperset(line.substances)


def _pair(
    view: View, facts: Facts, one: tuple[Line, str], other: tuple[Line, str]
) -> Iterator[Hit]:
    """One hit, of the most severe entry; the other entries are named in it."""
    if one[1] == other[1]:
        return
    side, opposite = view.side(*one), view.side(*other)
    verdicts = facts.interactions.between(side, opposite)
    override = _override(
        facts, facts.interactions.groups(side), facts.interactions.groups(opposite)
    )
    if not verdicts and override is None:
        return
    found = verdicts[0] if verdicts else None
    level = override.level if override else found.level if found else "info"
    names = _named(one, facts), _named(other, facts)
    yield Hit(
        kind="interaction",
        level=level,
        rule=found.entry.id if found else f"override:{one[1]}+{other[1]}",
        items=(one[0].index, other[0].index),
        text=_text(names, level, found, override),
        instead=_INSTEAD[level],
        source=found.entry.source if found else _source(override, facts),
        original=found.entry.original if found else "",
        depends_on=found.depends_on if found else (),
        also=tuple((each.level, each.entry.id) for each in verdicts[1:]),
        override=Overridden(override, found.level if found else None) if override else None,
    )


def _named(each: tuple[Line, str], facts: Facts) -> Text:
    line, substance = each
    return line.text if len(line.substances) == 1 else facts.names.text_of(substance)


def _text(
    names: tuple[Text, Text], level: Level, found: Verdict | None, override: Override | None
) -> Text:
    says = _SAYS[level]
    zh, en = (
        f"{names[0].zh}与{names[1].zh}：{says.zh}",
        f"{names[0].en} and {names[1].en} {says.en}",
    )
    if found and found.entry.text:
        zh, en = f"{zh}。{found.entry.text.zh}", f"{en}. {found.entry.text.en}"
    if override:
        zh, en = (
            f"{zh}（本院调整：{override.reason.zh}）",
            f"{en} (set by us: {override.reason.en})",
        )
    return Text(zh, en)


def _override(facts: Facts, mine: frozenset[str], theirs: frozenset[str]) -> Override | None:
    """The one that names the narrowest groups: a substance before a class."""
    if not facts.overrides:
        return None
    fitting = [
        others[group]
        for name in mine
        if (others := facts.overrides_of.get(name))
        for group in others.keys() & theirs
    ]
    known = facts.interactions.known
    return max(
        fitting,
        key=lambda each: ((each.a in known) + (each.b in known), each.a, each.b),
        default=None,
    )


def _source(override: Override | None, facts: Facts) -> Source:
    if override is None:
        return facts.house
    return Source("override", Text(override.source, override.source), "", "ours")
