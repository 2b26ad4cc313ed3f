"""Beijing: what may be prescribed at a first visit inside the pilot (R03 lifts R02)."""

from xinglin.kernel.text import Text
from xinglin.policy.facts import Prescribe
from xinglin.policy.house import is_minor
from xinglin.policy.house_prescriptions import age_years
from xinglin.policy.jurisdictions.cn_bj import law
from xinglin.policy.terms import REFUSE, Context, Finding, Rule, grant


def _pilot(facts: Prescribe, here: Context) -> Finding | None:
    """The doctor's conditions were judged when the visit was opened (`may_prescribe`)."""
    line = (facts.institution, facts.specialty)
    covered = (
        line in here.knobs["first_visit_allowed"]
        and is_minor(age_years(facts, here), here)
        and facts.guardian_present
        and facts.may_prescribe
    )
    return grant() if covered else REFUSE


RULES: tuple[Rule[Prescribe], ...] = (
    Rule(
        cites=law.R03,
        lifts=frozenset({"R02"}),
        text=Text(
            "互联网首诊开药只在北京试点：限试点医院和儿科专业，须有监护人全程陪同。本次就诊不在试点范围内。",
            "Prescribing at an online first visit exists only in Beijing's pilot, at its hospitals and"
            " in its lines for children, with a guardian present. This visit lies outside it.",
        ),
        instead=Text(
            "请监护人到场；不在试点范围内的，请带孩子到医院就诊。",
            "Please have the guardian present; outside the pilot take the child to a hospital.",
        ),
        when=lambda facts: facts.visit_kind == "first_visit",
        check=_pilot,
    ),
)
