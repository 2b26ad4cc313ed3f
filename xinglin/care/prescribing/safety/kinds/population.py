"""Pregnancy, breast-feeding, liver and kidney."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from xinglin.care.prescribing.safety.facts import Facts, PopulationLimit, State
from xinglin.care.prescribing.safety.types import Hit, Patient
from xinglin.care.prescribing.safety.view import Finding, NoData, NotTold, View
from xinglin.kernel.text import Text

_NO_FACTS = Text(
    "本库没有该药的特殊人群资料", "no facts on pregnancy, breast-feeding, liver or kidney here"
)
_OTHER = Text(
    "请换药或调整剂量；确需使用请写明理由。",
    "Choose another or adapt the dose; if it is meant, write the reason.",
)
_STATES: Mapping[State, Text] = MappingProxyType(
    {
        "pregnancy": Text("妊娠", "pregnancy"),
        "plans_pregnancy": Text("计划妊娠", "a planned pregnancy"),
        "breast_feeding": Text("哺乳", "breast-feeding"),
        "kidney": Text("肾功能", "kidney function"),
        "liver": Text("肝功能", "liver function"),
    }
)


def check(view: View, facts: Facts) -> Iterator[Finding]:
    for line in view.lines:
        limits = facts.populations.about(line.targets)
        if not limits:
            yield NoData(line.index, _NO_FACTS)
        lacking: set[State] = set()
        for limit in limits:
            meant = _is_meant(limit, view.patient)
            if meant is None:
                lacking.add(limit.state)
            elif meant:
                yield _hit(line.index, line.text, "+".join(line.substances), limit)
        for state in sorted(lacking):
            name = _STATES[state]
            yield NotTold(line.index, Text(f"未提供：{name.zh}", f"not told: {name.en}"))


def _is_meant(limit: PopulationLimit, patient: Patient) -> bool | None:
    """None: it was not told. Men need not be asked about pregnancy."""
    if limit.state in {"pregnancy", "plans_pregnancy", "breast_feeding"}:
        told = {
            "pregnancy": patient.is_pregnant,
            "plans_pregnancy": patient.plans_pregnancy,
            "breast_feeding": patient.is_breast_feeding,
        }[limit.state]
        return False if told is None and patient.sex == "male" else told
    if limit.creatinine_from is not None:
        return None if patient.creatinine is None else patient.creatinine >= limit.creatinine_from
    degree = patient.kidney if limit.state == "kidney" else patient.liver
    return None if degree is None else degree in limit.degrees


def _hit(index: int, name: Text, substances: str, limit: PopulationLimit) -> Hit:
    state = _STATES[limit.state]
    return Hit(
        kind="population",
        level=limit.level,
        rule=f"{limit.source.id}:{limit.state}:{substances}",
        items=(index,),
        text=Text(
            f"{name.zh}：资料列为不宜（{state.zh}）。",
            f"{name.en}: the source advises against it ({state.en}).",
        ),
        instead=_OTHER,
        source=limit.source,
    )
