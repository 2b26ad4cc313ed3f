"""India: may this be looked for, written, signed (IN1-IN4, and defaults of this house)."""

from xinglin.kernel.text import Text
from xinglin.policy.facts import Prescribe
from xinglin.policy.house import is_minor
from xinglin.policy.house_prescriptions import (
    age_years,
    by_the_doctors_hand,
    clock_is_right,
    diagnosis_named,
    not_for_oneself,
    opened_for_prescribing,
    product_known,
    repeats_written,
    right_to_prescribe,
    safety_checked,
    signature_offered,
    signs,
    supply_known,
    the_doctor,
    writes,
)
from xinglin.policy.jurisdictions.india import law, staff_eligibility
from xinglin.policy.jurisdictions.india.open_kind import refill_rules
from xinglin.policy.terms import REFUSE, Context, Finding, Rule, grant

_LIST_A, _LIST_B = "india_list_a", "india_list_b"
_LISTS = frozenset({"otc", "india_list_o", _LIST_A, _LIST_B, "india_prohibited"})


def _first_consultation(facts: Prescribe, _here: Context) -> Finding | None:
    return grant() if facts.visit_kind == "first_visit" else None


def _with_an_adult(facts: Prescribe, here: Context) -> Finding | None:
    minor = is_minor(age_years(facts, here), here)
    return REFUSE if minor and not facts.guardian_present else None


def _banned(facts: Prescribe, here: Context) -> Finding | None:
    banned = here.knobs["banned_drug_classes"]
    return REFUSE if any(item.classes & banned for item in facts.items) else None


def _unlisted(facts: Prescribe, here: Context) -> Finding | None:
    known = _LISTS | here.knobs["banned_drug_classes"]
    return None if all(item.classes & known for item in facts.items) else REFUSE


def _outside_its_list(facts: Prescribe, _here: Context) -> Finding | None:
    if facts.visit_kind == "follow_up":
        return None
    on_b = any(_LIST_B in item.classes for item in facts.items)
    on_a = any(_LIST_A in item.classes for item in facts.items)
    return REFUSE if on_b or (on_a and facts.channel != "video") else None


RULES: tuple[Rule[Prescribe], ...] = (
    *(rule.seen_through(the_doctor) for rule in staff_eligibility.RULES),
    right_to_prescribe(),
    opened_for_prescribing(),
    *by_the_doctors_hand(),
    *not_for_oneself(),
    product_known(),
    diagnosis_named(),
    supply_known(),
    *repeats_written(),
    Rule(
        cites=law.IN1,
        text=Text("首次就诊可以开具处方。", "Medicines may be prescribed at a first consultation."),
        instead=Text("无需另行处理。", "Nothing else is needed."),
        check=_first_consultation,
    ),
    *refill_rules(),
    Rule(
        cites=law.IN3,
        text=Text(
            "该药品不得通过远程医疗开具。", "This medicine is not prescribed by telemedicine."
        ),
        instead=Text("请患者面诊。", "The patient should see a doctor in person."),
        check=_banned,
    ),
    Rule(
        cites=law.IN3,
        text=Text(
            "不清楚该药品属于哪个清单（O、A、B），不能开具。",
            "It is not known on which list (O, A, B) this medicine stands, so it is not prescribed.",
        ),
        instead=Text(
            "请选择其他药品，或请药学部补全目录。",
            "Please choose another product, or ask the pharmacy to complete the catalogue.",
        ),
        check=_unlisted,
    ),
    Rule(
        cites=law.IN3,
        text=Text(
            "清单A的药品在首诊时须视频，清单B的药品只在随诊时开具。",
            "A first visit is by video for list A; list B is for follow-up visits only.",
        ),
        instead=Text(
            "请改为视频就诊，或在随诊时开具。",
            "Please use video, or prescribe it at a follow-up visit.",
        ),
        check=_outside_its_list,
    ),
    Rule(
        cites=law.IN4,
        text=Text(
            "为未成年人开药须有成年人陪同。",
            "For a minor medicines are prescribed only with an adult present.",
        ),
        instead=Text("请成年人到场后再开具。", "Please prescribe when an adult is present."),
        when=writes,
        check=_with_an_adult,
    ),
    *safety_checked(signs),
    signature_offered(),
    clock_is_right(law.Y2020),
)
