"""Illnesses that forbid a medicine, and allergies with what cross-reacts."""

from collections.abc import Iterator

from xinglin.care.prescribing.safety.allergies import Allergen
from xinglin.care.prescribing.safety.facts import AllergyGroup, Contraindication, Facts
from xinglin.care.prescribing.safety.spelling import folded
from xinglin.care.prescribing.safety.types import Diagnosis, Hit, Level
from xinglin.care.prescribing.safety.view import Finding, Line, NoData, NotTold, View
from xinglin.kernel.text import Text

_NO_FACTS = Text("本库没有该药的禁忌证资料", "no facts on contraindications here")
_NO_DIAGNOSES = Text("未提供诊断", "no diagnoses were told")
_NO_ALLERGIES = Text("未提供过敏史", "allergies were not told")
_UNREAD = Text("过敏“{words}”无法识别，未能核对", "the allergy “{words}” could not be checked")
_OTHER = Text("请换药；确需使用请写明理由。", "Choose another; if it is meant, write the reason.")


def check(view: View, facts: Facts) -> Iterator[Finding]:
    for line in view.lines:
        yield from _illnesses(line, view, facts)
        if view.patient.allergies is None or not view.patient.allergies_asked:
            yield NotTold(line.index, _NO_ALLERGIES)
        for each in view.allergens:
            if each.is_read:
                yield from _allergy(line, each, facts)
            else:
                yield NotTold(line.index, _UNREAD.filled(words=each.text))


def _illnesses(line: Line, view: View, facts: Facts) -> Iterator[Finding]:
    known = facts.contraindications.about(line.targets)
    if not known:
        yield NoData(line.index, _NO_FACTS)
    elif view.diagnoses is None:
        yield NotTold(line.index, _NO_DIAGNOSES)
    for each in known:
        if any(_is_meant(each, diagnosis) for diagnosis in view.diagnoses or ()):
            yield Hit(
                kind="contraindication",
                level=each.level,
                rule=f"{each.source.id}:illness:{'+'.join(line.substances)}:{each.text.en}",
                items=(line.index,),
                text=Text(
                    f"{line.text.zh}：{each.text.zh}患者不宜使用。",
                    f"{line.text.en}: not for patients with {each.text.en}.",
                ),
                instead=_OTHER,
                source=each.source,
            )


def _is_meant(each: Contraindication, diagnosis: Diagnosis) -> bool:
    if diagnosis.code:
        return diagnosis.code.startswith(each.codes) if each.codes else False
    told = folded(diagnosis.words)
    return any(word in told for word in each.words)


def _allergy(line: Line, allergen: Allergen, facts: Facts) -> Iterator[Finding]:
    """The substance itself first; then every group that holds both, or that was named."""
    if allergen.substances & line.targets:
        yield _allergic(line, allergen, "block", None, facts)
        return
    plain = folded(allergen.text)
    for group in facts.allergy_groups:
        if not group.members & line.targets:
            continue
        if plain in group.names:
            yield _allergic(line, allergen, "block", group, facts)
        elif _is_member(allergen.substances, group, facts):
            yield _allergic(line, allergen, group.level, group, facts)


def _is_member(substances: frozenset[str], group: AllergyGroup, facts: Facts) -> bool:
    targets = set(substances)
    for substance in substances:
        targets |= {f"@{each}" for each in facts.classes_of(substance)}
    return bool(group.members & targets)


def _allergic(
    line: Line, allergen: Allergen, level: Level, group: AllergyGroup | None, facts: Facts
) -> Hit:
    allergy = allergen.text
    because = (
        Text(f"{line.text.zh}：患者对{allergy}过敏。", f"{line.text.en}: allergic to {allergy}.")
        if group is None
        else Text(
            f"{line.text.zh}：患者对{allergy}过敏，可能交叉过敏（{group.text.zh}）。",
            f"{line.text.en}: allergic to {allergy}; may cross-react ({group.text.en}).",
        )
    )
    return Hit(
        kind="contraindication",
        level=level,
        rule=f"allergy:{group.id if group else 'same'}:{'+'.join(line.substances)}",
        items=(line.index,),
        text=because,
        instead=_OTHER,
        source=group.source if group else facts.house,
        allergies=allergen.told_in,
    )
