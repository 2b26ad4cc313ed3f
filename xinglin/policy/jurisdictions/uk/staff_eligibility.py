"""The United Kingdom: who may work here, and as what (defaults of this house)."""

from xinglin.policy.facts import StaffEligibility
from xinglin.policy.house import LICENSED, licence_needed, not_suspended, only_people_treat
from xinglin.policy.terms import Rule

RULES: tuple[Rule[StaffEligibility], ...] = (
    licence_needed(LICENSED),
    only_people_treat(LICENSED),
    not_suspended(LICENSED),
)
