"""The United Kingdom: may this be looked for, written, signed (UK1-UK3, and the house's own)."""

from xinglin.kernel.text import Text
from xinglin.policy.facts import Prescribe
from xinglin.policy.house_prescriptions import (
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
)
from xinglin.policy.jurisdictions.uk import law, staff_eligibility
from xinglin.policy.terms import REFUSE, Context, Finding, Rule


def _cosmetic_injectable(facts: Prescribe, _here: Context) -> Finding | None:
    found = any(item.cosmetic and "injection" in item.classes for item in facts.items)
    return REFUSE if found else None


def _safeguards(facts: Prescribe, here: Context) -> Finding | None:
    classes = here.knobs["safeguarded_drug_classes"]
    needed = any(item.classes & classes for item in facts.items)
    return REFUSE if needed and not facts.safeguards_recorded else None


def _practitioner_told(facts: Prescribe, _here: Context) -> Finding | None:
    """Told, or not told and the risk weighed, which the reader is reminded of."""
    if facts.gp_may_know:
        return None
    asked_and_weighed = facts.gp_may_know is False and facts.risk_weighed
    return Finding(kind="allow", noted=True) if asked_and_weighed else REFUSE


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
        cites=law.UK1,
        text=Text(
            "远程评估不充分时不能开药。",
            "Nothing is prescribed on a remote assessment that is not adequate.",
        ),
        instead=Text(
            "请完成评估并确认其充分，或请患者面诊。",
            "Please assess further and confirm it, or see the patient in person.",
        ),
        when=signs,
        check=lambda facts, _here: None if facts.assessment_adequate else REFUSE,
    ),
    Rule(
        cites=law.UK2,
        text=Text(
            "用于美容的注射药品不能远程开具。",
            "Injectable medicines for cosmetic use are not prescribed remotely.",
        ),
        instead=Text(
            "请当面检查患者后开具。", "Please examine the patient in person before prescribing it."
        ),
        check=_cosmetic_injectable,
    ),
    Rule(
        cites=law.UK3_CLASSES,
        text=Text(
            "这类药品须有保障措施才能远程开具。",
            "This class is prescribed remotely only with safeguards.",
        ),
        instead=Text(
            "请记录已采取的保障措施，或请患者面诊。",
            "Please record the safeguards taken, or see the patient in person.",
        ),
        when=signs,
        check=_safeguards,
    ),
    Rule(
        cites=law.UK3,
        text=Text(
            "患者未同意告知全科医生时，须先权衡并记录风险。",
            "Where the patient does not agree that the general practitioner is told, the risk is"
            " weighed and recorded first.",
        ),
        instead=Text(
            "请询问患者；不同意的，请权衡并记录风险，风险过大则不开具。",
            "Please ask the patient; without agreement weigh and record the risk, and do not prescribe"
            " where it is too high.",
        ),
        when=signs,
        check=_practitioner_told,
    ),
    *safety_checked(signs),
    signature_offered(),
    clock_is_right(law.Y2022),
)
