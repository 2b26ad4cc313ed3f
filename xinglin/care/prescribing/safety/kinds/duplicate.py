"""The same ingredient twice, or two medicines of one class."""

from collections.abc import Iterator

from xinglin.care.prescribing.safety.facts import DuplicateClass, Facts
from xinglin.care.prescribing.safety.types import Hit
from xinglin.care.prescribing.safety.view import Finding, Line, NoData, View
from xinglin.kernel.text import Text

_NO_FACTS = Text(
    "药名未能识别，无法比较成分", "the name is not known, so no ingredient can be compared"
)
_ONE = Text("保留其中一种，或写明理由。", "Keep one of them, or write the reason.")
_SWALLOWED = frozenset({"", "oral", "sublingual", "buccal", "iv", "im", "sc", "injection"})


def check(view: View, facts: Facts) -> Iterator[Finding]:
    for line in view.lines:
        if not line.substances:
            yield NoData(line.index, _NO_FACTS)
    for one, other in view.pairs():
        shared = sorted(set(one.substances) & set(other.substances))
        for substance in shared:
            yield _same(one, other, substance, facts)
        if not shared and one.substances and other.substances:
            yield from _classes(one, other, facts)


def _same(one: Line, other: Line, substance: str, facts: Facts) -> Hit:
    """A cream beside a tablet is often meant; two that act in the whole body seldom are."""
    name = facts.names.text_of(substance)
    is_local = not {one.route, other.route} <= _SWALLOWED
    return Hit(
        kind="duplicate",
        level="caution" if is_local else "warn",
        rule=f"xinglin:same-ingredient:{substance}",
        items=(one.index, other.index),
        text=Text(
            f"{one.text.zh}与{other.text.zh}含相同成分：{name.zh}。",
            f"{one.text.en} and {other.text.en} hold the same ingredient: {name.en}.",
        ),
        instead=_ONE,
        source=facts.house,
    )


def _classes(one: Line, other: Line, facts: Facts) -> Iterator[Hit]:
    for each in facts.duplicates.about(one.targets & other.targets):
        yield _same_class(one, other, each)


def _same_class(one: Line, other: Line, group: DuplicateClass) -> Hit:
    return Hit(
        kind="duplicate",
        level=group.level,
        rule=f"{group.source.id}:same-class:{group.target.lstrip('@')}",
        items=(one.index, other.index),
        text=Text(
            f"{one.text.zh}与{other.text.zh}同属一类：{group.text.zh}。",
            f"{one.text.en} and {other.text.en} are of one class: {group.text.en}.",
        ),
        instead=_ONE,
        source=group.source,
    )
