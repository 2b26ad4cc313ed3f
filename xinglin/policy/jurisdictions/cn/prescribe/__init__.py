"""China: may this be looked for, written, signed (R02, R05, R08, R14-R17, R23-R42, R58)."""

from xinglin.policy.facts import Prescribe
from xinglin.policy.house_prescriptions import clock_is_right
from xinglin.policy.jurisdictions.cn.law.sources import Y2022
from xinglin.policy.jurisdictions.cn.prescribe import medicines, people, supply
from xinglin.policy.terms import Rule

RULES: tuple[Rule[Prescribe], ...] = (
    *people.RULES,
    *medicines.RULES,
    *supply.RULES,
    clock_is_right(Y2022),
)
