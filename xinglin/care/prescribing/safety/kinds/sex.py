"""Medicines and diagnoses of one sex, against the patient and against each other."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from xinglin.care.prescribing.safety.facts import Facts
from xinglin.care.prescribing.safety.kinds.ranges import rule
from xinglin.care.prescribing.safety.types import LEVELS, Diagnosis, Hit, Sex
from xinglin.care.prescribing.safety.view import Finding, NoData, NotTold, View
from xinglin.kernel.text import Text

_SEXES: Mapping[Sex, Text] = MappingProxyType(
    {"male": Text("男性", "men"), "female": Text("女性", "women")}
)
_NO_FACTS = Text("本库没有该药的性别资料", "no facts on sex here")
_NOT_TOLD = Text("未提供患者性别", "the patient's sex was not told")
_COMPARE = Text("请核对患者、诊断与药品。", "Compare patient, diagnosis and medicine.")


def check(view: View, facts: Facts) -> Iterator[Finding]:
    yield from _diagnoses(view, facts)
    for line in view.lines:
        limits = facts.sexes.about(line.targets)
        if not limits:
            yield NoData(line.index, _NO_FACTS)
            continue
        told = _told(view, facts)
        if told is None:
            yield NotTold(line.index, _NOT_TOLD)
            continue
        wrong = sorted(
            (limit for limit in limits if limit.sex != told),
            key=lambda each: LEVELS.index(each.level),
        )
        for limit in wrong[:1]:
            meant = _SEXES[limit.sex]
            yield Hit(
                kind="sex",
                level=limit.level,
                rule=rule(limit.source, "sex", line),
                items=(line.index,),
                text=Text(
                    f"{line.text.zh}：限{meant.zh}使用。",
                    f"{line.text.en}: it is for {meant.en} only.",
                ),
                instead=_COMPARE,
                source=limit.source,
            )


def _told(view: View, facts: Facts) -> Sex | None:
    """The patient's; where it is not told, what the diagnoses say with one voice."""
    if view.patient.sex is not None:
        return view.patient.sex
    told = {sex for each in view.diagnoses or () if (sex := _sex_of(each, facts)) is not None}
    return told.pop() if len(told) == 1 else None


def _sex_of(diagnosis: Diagnosis, facts: Facts) -> Sex | None:
    code = diagnosis.code[:3]
    if not code:
        return None
    return next((r.sex for r in facts.sexes_of_diagnoses if r.first <= code <= r.last), None)


def _diagnoses(view: View, facts: Facts) -> Iterator[Hit]:
    if view.patient.sex is None:
        return
    for diagnosis in view.diagnoses or ():
        code = diagnosis.code[:3]
        for each in facts.sexes_of_diagnoses:
            if code and each.first <= code <= each.last and each.sex != view.patient.sex:
                meant = _SEXES[each.sex]
                yield Hit(
                    kind="sex",
                    level="warn",
                    rule=f"{each.source.id}:diagnosis:{each.first}-{each.last}",
                    items=(),
                    text=Text(
                        f"诊断 {diagnosis.code} 仅见于{meant.zh}。",
                        f"Diagnosis {diagnosis.code} is one of {meant.en} only.",
                    ),
                    instead=_COMPARE,
                    source=each.source,
                )
