"""India: who may work here, and as what (IN4, and defaults of this house)."""

from xinglin.kernel.text import Text
from xinglin.policy.facts import StaffEligibility
from xinglin.policy.house import (
    DOCTORS,
    LICENSED,
    licence_needed,
    not_suspended,
    only_people_treat,
    unfit,
)
from xinglin.policy.jurisdictions.india import law
from xinglin.policy.terms import Rule

RULES: tuple[Rule[StaffEligibility], ...] = (
    Rule(
        cites=law.IN4,
        text=Text(
            "医生的每条消息都须注明注册号，目前没有注册号。",
            "Every message shows the doctor's registration number, and there is none.",
        ),
        instead=Text("请补充医生的注册号。", "Please add the doctor's registration number."),
        when=lambda facts: facts.role in DOCTORS,
        check=lambda facts, _here: None if facts.licence_number.strip() else unfit(facts),
    ),
    licence_needed(LICENSED),
    only_people_treat(LICENSED),
    not_suspended(LICENSED),
)
