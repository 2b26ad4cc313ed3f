"""Who prescribes, for whom, in which visit."""

from xinglin.kernel.text import Text
from xinglin.policy.facts import Prescribe
from xinglin.policy.house_prescriptions import (
    age_years,
    by_the_doctors_hand,
    diagnosis_named,
    not_for_oneself,
    right_to_prescribe,
    signs,
    the_doctor,
    writes,
)
from xinglin.policy.jurisdictions.cn import law, staff_eligibility
from xinglin.policy.jurisdictions.cn.law import prescriptions
from xinglin.policy.terms import REFUSE, Context, Finding, Rule, grant


def _is_follow_up(facts: Prescribe) -> bool:
    return facts.visit_kind == "follow_up"


def _is_advice(facts: Prescribe) -> bool:
    """As opened, or as it stays until a doctor has accepted a proof."""
    return facts.visit_kind in {"advice", "campaign"} or not facts.may_prescribe


def _same_diagnosis(facts: Prescribe, _here: Context) -> Finding | None:
    """A search names no diagnosis yet; a proof with one must be there from the beginning."""
    asked = frozenset(facts.diagnoses) if writes(facts) else frozenset()
    return None if facts.proven and asked <= facts.proven else REFUSE


def _is_young(facts: Prescribe, here: Context) -> bool:
    return bool(age_years(facts, here) < here.knobs["guardian_plus_specialist_age"])


def _guardian(facts: Prescribe, here: Context) -> Finding | None:
    if not _is_young(facts, here):
        return None
    return grant() if facts.guardian_present else REFUSE


def _specialist(facts: Prescribe, here: Context) -> Finding | None:
    if not _is_young(facts, here):
        return None
    relevant: frozenset[str] = here.knobs["child_specialties"]
    has = any(_lies_in(own, one) for own in facts.specialties for one in relevant)
    return grant() if has else REFUSE


def _lies_in(code: str, department: str) -> bool:
    return code == department or code.startswith(f"{department}.")


def _channel(facts: Prescribe, here: Context) -> Finding | None:
    modes = here.knobs["consult_modes_allowed_for_prescribing"]
    return None if facts.channel in modes else REFUSE


RULES: tuple[Rule[Prescribe], ...] = (
    *(rule.seen_through(the_doctor) for rule in staff_eligibility.RULES),
    right_to_prescribe(),
    *by_the_doctors_hand(prescriptions.R23, prescriptions.R24),
    *not_for_oneself(prescriptions.R42, prescriptions.R42_OURS),
    diagnosis_named(),
    Rule(
        cites=prescriptions.R23_OURS,
        text=Text(
            "这种沟通方式下不开具处方。", "Nothing is prescribed in this kind of conversation."
        ),
        instead=Text(
            "请改用本院允许的方式就诊。", "Please use a kind of visit that this hospital allows."
        ),
        check=_channel,
    ),
    Rule(
        cites=law.R02,
        text=Text(
            "首诊患者不能在网上开具处方。",
            "Nothing is prescribed online for a condition seen for the first time.",
        ),
        instead=Text("请患者到医院就诊。", "The patient should be seen at a hospital."),
        check=lambda facts, _here: REFUSE if facts.visit_kind == "first_visit" else None,
    ),
    Rule(
        cites=law.R05,
        text=Text(
            "处方只能针对已在线下确诊、且医师已采纳其证明的诊断。",
            "A prescription is only for a diagnosis made offline, whose proof the doctor has accepted.",
        ),
        instead=Text(
            "请先采纳写有该诊断的病历；新的问题请患者到医院就诊。",
            "Please accept a record that states it; for a new problem the patient visits a hospital.",
        ),
        when=_is_follow_up,
        check=_same_diagnosis,
    ),
    Rule(
        cites=law.R08,
        text=Text(
            "本次为咨询，不能开具处方。", "This visit is advice, and nothing may be prescribed."
        ),
        instead=Text(
            "如患者已在医院确诊，请其补充病历；采纳后转为复诊即可开方。",
            "If a hospital has made the diagnosis, let the patient add its record; once you accept it"
            " the visit is a follow-up.",
        ),
        when=lambda facts: facts.visit_kind != "first_visit",
        check=lambda facts, _here: REFUSE if _is_advice(facts) else None,
    ),
    Rule(
        cites=prescriptions.R29,
        text=Text(
            "为未满{guardian_plus_specialist_age}周岁的儿童开药，须确认监护人在场。",
            "For a child under {guardian_plus_specialist_age} a guardian is confirmed to be present"
            " when a medicine is prescribed.",
        ),
        instead=Text(
            "请监护人到场，确认后再开具。",
            "Please ask the guardian to join and confirm it, then prescribe.",
        ),
        when=writes,
        check=_guardian,
    ),
    Rule(
        cites=prescriptions.R29,
        text=Text(
            "为未满{guardian_plus_specialist_age}周岁的儿童开药，须由相关专业的医师陪诊。",
            "For a child under {guardian_plus_specialist_age} a doctor of the relevant specialty is"
            " with the child when a medicine is prescribed.",
        ),
        instead=Text(
            "请转给儿科医师，或带孩子到医院就诊。",
            "Please hand the child to a paediatrician, or the child is seen at a hospital.",
        ),
        when=writes,
        check=_specialist,
    ),
    Rule(
        cites=prescriptions.R36,
        text=Text(
            "处方须写明患者的实足年龄：未满{age_in_months_under}周岁写月龄或日龄。",
            "A prescription states the true age: under {age_in_months_under} year in months or days.",
        ),
        instead=Text(
            "请核对出生日期，并改用月龄或日龄。",
            "Please check the birth date and write the age in months or days.",
        ),
        when=signs,
        check=lambda facts, here: None if _has_true_age(facts, here) else REFUSE,
    ),
)


def _has_true_age(facts: Prescribe, here: Context) -> bool:
    if facts.birth_date > here.on:
        return False
    is_infant = age_years(facts, here) < here.knobs["age_in_months_under"]
    return not is_infant or facts.age_written_in != "years"
