"""Whether a diagnosis of the visit is one that the medicine is for."""

from collections.abc import Iterator

from xinglin.care.prescribing.safety.facts import Facts
from xinglin.care.prescribing.safety.kinds.ranges import rule
from xinglin.care.prescribing.safety.types import Hit
from xinglin.care.prescribing.safety.view import Finding, NoData, NotTold, View
from xinglin.kernel.text import Text

_NO_FACTS = Text("本库没有该药的适应证资料", "no facts on indications here")
_NOT_TOLD = Text("未提供带编码的诊断", "no coded diagnosis was told")
_ADD = Text(
    "请补充相应诊断，或写明超说明书用药的理由。",
    "Add the diagnosis, or write why it is used off label.",
)


def check(view: View, facts: Facts) -> Iterator[Finding]:
    codes = [each.code for each in view.diagnoses or () if each.code]
    for line in view.lines:
        known = facts.indications.about(line.targets)
        if not known:
            yield NoData(line.index, _NO_FACTS)
        elif not codes:
            yield NotTold(line.index, _NOT_TOLD)
        elif not any(code.startswith(each.codes) for each in known for code in codes):
            told = ", ".join(codes)
            yield Hit(
                kind="indication",
                level=known[0].level,
                rule=rule(known[0].source, "indication", line),
                items=(line.index,),
                text=Text(
                    f"{line.text.zh}：诊断（{told}）中没有其适应证。",
                    f"{line.text.en}: none of the diagnoses ({told}) is an indication.",
                ),
                instead=_ADD,
                source=known[0].source,
            )
