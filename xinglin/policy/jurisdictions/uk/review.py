"""The United Kingdom: may a prescription take effect; the house's own hold."""

from xinglin.policy.facts import Review
from xinglin.policy.house_pharmacy import house_review
from xinglin.policy.jurisdictions.uk import law, staff_eligibility
from xinglin.policy.terms import Rule

RULES: tuple[Rule[Review], ...] = house_review(staff_eligibility.RULES, since=law.Y2022)
