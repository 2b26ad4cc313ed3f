"""The United Kingdom: no retention rule is in hand, so nothing is deleted (a default of this house)."""

from xinglin.policy.facts import Retain
from xinglin.policy.house import kept_while_unknown
from xinglin.policy.terms import Rule

RULES: tuple[Rule[Retain], ...] = (kept_while_unknown(lambda _facts: False),)
