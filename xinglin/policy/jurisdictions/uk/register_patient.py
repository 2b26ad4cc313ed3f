"""The United Kingdom: may this person be registered (defaults of this house)."""

from xinglin.policy.facts import RegisterPatient
from xinglin.policy.house import guardian_registers, name_and_birth_needed, phone_needed
from xinglin.policy.terms import Rule

RULES: tuple[Rule[RegisterPatient], ...] = (
    name_and_birth_needed(),
    guardian_registers(),
    phone_needed(),
)
