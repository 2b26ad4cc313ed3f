"""Which medicines, on which sheet, in which words."""

from xinglin.kernel.text import Text
from xinglin.policy.facts import Prescribe
from xinglin.policy.house_prescriptions import product_known, signs, writes
from xinglin.policy.jurisdictions.cn.law import prescriptions as law
from xinglin.policy.terms import REFUSE, Context, Finding, Rule

_SLICES = "tcm_slices"


def _classes(facts: Prescribe) -> frozenset[str]:
    return frozenset[str]().union(*(item.classes for item in facts.items))


def _banned(facts: Prescribe, here: Context) -> Finding | None:
    banned = here.knobs["banned_drug_classes"] - {law.HIGH_RISK}
    return REFUSE if _classes(facts) & banned else None


def _high_risk(facts: Prescribe, here: Context) -> Finding | None:
    banned = here.knobs["banned_drug_classes"] & {law.HIGH_RISK}
    return REFUSE if _classes(facts) & banned else None


def _restricted(facts: Prescribe, here: Context) -> Finding | None:
    restricted = here.knobs["restricted_drug_rules"]
    return REFUSE if any(restricted.get(one) == "refuse" for one in _classes(facts)) else None


def _count(facts: Prescribe, here: Context) -> Finding | None:
    """The herbs of one formula are one medicine, on a sheet that holds nothing else."""
    if facts.sheet == _SLICES:
        return None
    return REFUSE if len(facts.items) > here.knobs["max_items"] else None


def _sheets(facts: Prescribe, _here: Context) -> Finding | None:
    belongs = facts.sheet == _SLICES
    return None if all((_SLICES in item.classes) == belongs for item in facts.items) else REFUSE


def _weight(facts: Prescribe, _here: Context) -> Finding | None:
    needed = any(item.dosed_by_weight for item in facts.items)
    known = facts.weight_kg is not None and facts.weight_kg > 0
    return REFUSE if needed and not known else None


RULES: tuple[Rule[Prescribe], ...] = (
    product_known(),
    Rule(
        cites=law.R27,
        text=Text(
            "麻醉药品、精神药品等特殊管理的药品不能在互联网上开具。",
            "Narcotic, psychotropic and other specially managed medicines are not prescribed online.",
        ),
        instead=Text(
            "请患者到医院就诊，由医师当面开具。",
            "The patient should see a doctor in person at a hospital.",
        ),
        check=_banned,
    ),
    Rule(
        cites=law.R28,
        text=Text(
            "用药风险较高、有特殊管理规定的药品不能在互联网上开具。",
            "Medicines of high risk that have special rules are not prescribed online.",
        ),
        instead=Text(
            "请患者到医院就诊，或改用其他药品。",
            "The patient should visit a hospital, or choose another medicine.",
        ),
        check=_high_risk,
    ),
    Rule(
        cites=law.R35,
        text=Text(
            "每张处方不得超过{max_items}种药品。",
            "One prescription holds at most {max_items} medicines.",
        ),
        instead=Text(
            "请减少药品，或另开一张处方。",
            "Please take some off, or write a second prescription.",
        ),
        when=writes,
        check=_count,
    ),
    Rule(
        cites=law.R35,
        text=Text(
            "中药饮片须单独开具处方，不能与西药、中成药同方。",
            "Chinese herbal slices stand on a sheet of their own, apart from all other medicines.",
        ),
        instead=Text(
            "请将饮片与其他药品分开开具。",
            "Please write the slices and the other medicines on two sheets.",
        ),
        when=writes,
        check=_sheets,
    ),
    Rule(
        cites=law.R35,
        text=Text("处方上还没有药品。", "There is no medicine on the prescription."),
        instead=Text("请先添加药品。", "Please add a medicine first."),
        when=signs,
        check=lambda facts, _here: None if facts.items else REFUSE,
    ),
    Rule(
        cites=law.R36,
        text=Text("药品须使用通用名。", "Medicines are written with their generic names."),
        instead=Text("请从目录中选择药品。", "Please choose the product from the catalogue."),
        when=signs,
        check=lambda facts, _here: (
            None if all(item.generic_name for item in facts.items) else REFUSE
        ),
    ),
    Rule(
        cites=law.R36,
        text=Text("剂量须写明单位。", "A dose is written with its unit."),
        instead=Text("请为每个剂量选择单位。", "Please choose a unit for each dose."),
        when=signs,
        check=lambda facts, _here: (
            None if all(item.dose_in_units for item in facts.items) else REFUSE
        ),
    ),
    Rule(
        cites=law.R36,
        text=Text(
            "按体重计算剂量时，须写明体重。",
            "Where the dose rests on weight, the weight is stated.",
        ),
        instead=Text("请填写体重。", "Please enter the weight."),
        when=signs,
        check=_weight,
    ),
    Rule(
        cites=law.R39,
        text=Text(
            "特殊使用级抗菌药物不得在门诊使用。",
            "Special-use antibacterials are not for outpatients.",
        ),
        instead=Text(
            "请改用其他级别的抗菌药物，或请患者到医院就诊。",
            "Please choose an antibacterial of another grade, or the patient visits a hospital.",
        ),
        check=_restricted,
    ),
)
