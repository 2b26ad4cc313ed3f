"""The United Kingdom: may this doctor take this visit now (the doctor's own rules, at this moment)."""

from dataclasses import replace

from xinglin.policy.facts import AcceptConsultation, StaffEligibility
from xinglin.policy.jurisdictions.uk import staff_eligibility
from xinglin.policy.terms import Rule


def _the_doctor(facts: AcceptConsultation) -> StaffEligibility:
    return replace(facts.doctor, now=facts.now, open_visits=0)


RULES: tuple[Rule[AcceptConsultation], ...] = tuple(
    rule.seen_through(_the_doctor) for rule in staff_eligibility.RULES
)
