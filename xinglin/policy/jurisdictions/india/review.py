"""India: may a prescription take effect; no rule is in hand, so the house's own hold."""

from xinglin.policy.facts import Review
from xinglin.policy.house_pharmacy import house_review
from xinglin.policy.jurisdictions.india import law, staff_eligibility
from xinglin.policy.terms import Rule

RULES: tuple[Rule[Review], ...] = house_review(staff_eligibility.RULES, since=law.Y2020)
