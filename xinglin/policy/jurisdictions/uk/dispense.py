"""The United Kingdom: may it be sold, handed out, sent; the house's own hold."""

from xinglin.policy.facts import Dispense
from xinglin.policy.house_pharmacy import house_dispensing
from xinglin.policy.jurisdictions.uk import law
from xinglin.policy.terms import Rule

RULES: tuple[Rule[Dispense], ...] = house_dispensing(since=law.Y2022)
