"""China: may a prescription take effect (R23, R37, R58, and what the house asks of everybody)."""

from xinglin.policy.facts import Review
from xinglin.policy.house_pharmacy import (
    on_the_reviewer,
    passes,
    persons_known,
    second_reviewer,
    signatures_hold,
    two_pharmacists,
)
from xinglin.policy.house_prescriptions import clock_is_right, safety_checked
from xinglin.policy.jurisdictions.cn import staff_eligibility
from xinglin.policy.jurisdictions.cn.law import prescriptions as law
from xinglin.policy.jurisdictions.cn.law.sources import Y2022
from xinglin.policy.terms import Rule

RULES: tuple[Rule[Review], ...] = (
    *on_the_reviewer(staff_eligibility.RULES),
    *second_reviewer(law.R23),
    *two_pharmacists(),
    persons_known(),
    *safety_checked(passes, law.R37),
    signatures_hold(law.R58),
    clock_is_right(Y2022),
)
