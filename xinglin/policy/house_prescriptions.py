"""Defaults of this house on writing prescriptions, for places whose law in hand is silent or only the frame.

Where a rule takes `cites`, the law of the place stands behind it; without, this house does.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Protocol, TypeVar

from xinglin.kernel.dates import age_on
from xinglin.kernel.text import Text
from xinglin.policy.facts import Prescribe, ProductClass, SafetyCheck, StaffEligibility
from xinglin.policy.house import DOCTORS, ours
from xinglin.policy.terms import REFUSE, Citation, Context, Finding, Knob, Rule

SUPPLIES: frozenset[ProductClass] = frozenset({"rx", "otc", "tcm_slices"})

# What a hit asks of the doctor: an end of it, a reason in the doctor's words, or only to be seen.
SAFETY_KNOBS = (
    Knob(
        name="safety_actions",
        value={"block": "refuse", "warn": "reason", "caution": "show", "info": "show"},
        unit="by level of a hit",
        rule="XL14",
        ours=True,
    ),
    Knob(
        name="review_deadline_minutes",
        value=30,
        unit="minutes",
        rule="XL17",
        ours=True,
        stricter=min,
    ),
    Knob(
        name="second_review_classes",
        value=frozenset(),
        unit="classes of medicines that two pharmacists pass; a hospital may add to them",
        rule="XL26",
        ours=True,
        stricter=frozenset.union,
    ),
    Knob(
        name="unknown_identity",
        value="note",
        unit="note or refuse, of a review",
        rule="XL27",
        ours=True,
    ),
)
# No source in hand names a number for any place: none may be written until one does.
SUPPLY_KNOBS = (
    Knob(name="rx_repeats_most", value=0, unit="times", rule="XL19", ours=True, stricter=min),
)
# For places without a line of their own on the same thing.
KNOBS = (
    *SAFETY_KNOBS,
    *SUPPLY_KNOBS,
    Knob(name="ai_in_prescription", value=False, rule="XL10", ours=True, stricter=min),
    Knob(name="signature_kind", value=frozenset({"certificate"}), rule="XL15", ours=True),
    Knob(name="self_prescribing", value="refuse", rule="XL16", ours=True),
    Knob(name="second_reviewer_role", value="pharmacist", rule="XL17", ours=True),
    Knob(name="review_timeout_action", value="escalate", rule="XL17", ours=True),
)


class _Checked(Protocol):
    @property
    def safety(self) -> SafetyCheck | None: ...


S = TypeVar("S", bound=_Checked)


def writes(facts: Prescribe) -> bool:
    """Something is put on the sheet, or the sheet is signed."""
    return facts.act != "search"


def signs(facts: Prescribe) -> bool:
    return facts.act == "sign"


def age_years(facts: Prescribe, here: Context) -> int:
    """On the local date; 0 for a birth in the future, so that the strictest rules for children hold."""
    return age_on(min(facts.birth_date, here.on), here.on)


def the_doctor(facts: Prescribe) -> StaffEligibility:
    """Now, and for this sheet alone."""
    return replace(facts.doctor, now=facts.now, open_visits=0)


def right_to_prescribe() -> Rule[Prescribe]:
    return Rule(
        cites=ours(9),
        text=Text(
            "该医师在本院还没有处方权。",
            "This doctor has not been given the right to prescribe at this hospital.",
        ),
        instead=Text(
            "请向医务部门申请处方权，或将患者转给有处方权的医师。",
            "Please apply to the medical office, or hand the patient to a doctor who has it.",
        ),
        check=lambda facts, _here: None if facts.right_to_prescribe else REFUSE,
    )


def opened_for_prescribing() -> Rule[Prescribe]:
    return Rule(
        cites=ours(20),
        text=Text(
            "本次就诊未按可开处方的类型开立。",
            "This visit was not opened as one in which medicines are prescribed.",
        ),
        instead=Text(
            "请患者申请可以开药的就诊。",
            "Please let the patient ask for a visit in which medicines can be prescribed.",
        ),
        check=lambda facts, _here: None if facts.may_prescribe else REFUSE,
    )


def by_the_doctors_hand(
    person: Citation | None = None, program: Citation | None = None
) -> tuple[Rule[Prescribe], ...]:
    """Nobody and nothing but the doctor of the visit writes."""
    return (
        Rule(
            cites=person or ours(10),
            text=Text(
                "处方只能由接诊医师本人开具。",
                "Only the doctor of the visit writes the prescription, in person.",
            ),
            instead=Text(
                "请由接诊医师本人登录后填写并签名。",
                "Please let the doctor of the visit sign in, enter and sign it.",
            ),
            check=_another_hand,
        ),
        Rule(
            cites=program or ours(10),
            text=Text(
                "人工智能和程序不得生成处方内容。",
                "No artificial intelligence and no program writes into a prescription.",
            ),
            instead=Text(
                "请医师自行逐项录入；助手和模板的建议只供参考。",
                "The doctor enters each item; what an assistant or a template proposes is only shown.",
            ),
            when=writes,
            check=_a_program,
        ),
    )


def _another_hand(facts: Prescribe, _here: Context) -> Finding | None:
    hands = {facts.author, *(item.entered_by for item in facts.items)} if writes(facts) else set()
    is_doctor = facts.doctor.role in DOCTORS
    return None if is_doctor and "other_person" not in hands else REFUSE


def _a_program(facts: Prescribe, here: Context) -> Finding | None:
    hands = {facts.author, *(item.entered_by for item in facts.items)}
    return REFUSE if "service" in hands and not here.knobs["ai_in_prescription"] else None


def product_known() -> Rule[Prescribe]:
    return Rule(
        cites=ours(11),
        text=Text(
            "该药品在目录中没有处方药或非处方药类别，不能开具。",
            "The catalogue does not say whether this product needs a prescription, so it is not"
            " prescribed.",
        ),
        instead=Text(
            "请选择其他药品，或请药学部补全目录。",
            "Please choose another product, or ask the pharmacy to complete the catalogue.",
        ),
        check=lambda facts, _here: (
            None if all(item.classes & SUPPLIES for item in facts.items) else REFUSE
        ),
    )


def diagnosis_named() -> Rule[Prescribe]:
    return Rule(
        cites=ours(12),
        text=Text("处方还没有写明诊断。", "The prescription does not name a diagnosis yet."),
        instead=Text("请选择本次用药所针对的诊断。", "Please choose the diagnosis that it is for."),
        when=signs,
        check=lambda facts, _here: (
            None if facts.diagnoses and all(code.strip() for code in facts.diagnoses) else REFUSE
        ),
    )


def supply_known() -> Rule[Prescribe]:
    return Rule(
        cites=ours(13),
        text=Text(
            "每种药品都须写明用药天数，且至少1天。",
            "Each medicine needs its days of supply, at least 1.",
        ),
        instead=Text("请填写或改正用药天数。", "Please enter or correct the days."),
        when=writes,
        check=lambda facts, _here: REFUSE if _supply_unknown(facts) else None,
    )


def _supply_unknown(facts: Prescribe) -> bool:
    days = [item.days for item in facts.items]
    return any(one is not None and one < 1 for one in days) or (signs(facts) and None in days)


def repeats_written() -> tuple[Rule[Prescribe], ...]:
    """So many repeats as the place allows, each after an interval that is written."""
    return (
        Rule(
            cites=ours(19),
            text=Text(
                "处方最多可重复取药{rx_repeats_most}次（本院规定：没有依据的，不设重复取药）。",
                "A prescription may be repeated at most {rx_repeats_most} times (a rule of this house: none"
                " where no source allows any).",
            ),
            instead=Text(
                "请一次开足允许的天数，或到期复诊后再开。",
                "Please write the days that are allowed at once, or see the patient again then.",
            ),
            when=writes,
            check=lambda facts, here: (
                None if 0 <= facts.repeats <= here.knobs["rx_repeats_most"] else REFUSE
            ),
        ),
        Rule(
            cites=ours(19),
            text=Text(
                "重复取药须写明间隔天数，且至少1天。",
                "Repeats need the days between them, at least 1.",
            ),
            instead=Text("请填写间隔天数。", "Please enter the days between them."),
            when=lambda facts: signs(facts) and facts.repeats > 0,
            check=lambda facts, _here: None if facts.repeat_after_days > 0 else REFUSE,
        ),
    )


def safety_checked(
    when: Callable[[S], bool], missing: Citation | None = None
) -> tuple[Rule[S], ...]:
    """The check has run to its end, and each hit is answered as its level asks (`safety_actions`)."""
    return (
        Rule(
            cites=missing or ours(14),
            text=Text(
                "用药安全审查没有完成，处方不能签名或生效。",
                "The safety check has not run to its end, so nothing is signed or takes effect.",
            ),
            instead=Text(
                "请重新审查；如仍失败，请联系药学部。",
                "Please run the check again; if it fails again, ask the pharmacy.",
            ),
            when=when,
            check=lambda facts, _here: (
                None if facts.safety is not None and facts.safety.complete else REFUSE
            ),
        ),
        Rule(
            cites=ours(14),
            text=Text(
                "用药安全审查发现了不能放行的问题。",
                "The safety check has found something that nobody may override.",
            ),
            instead=Text(
                "请换用其他药品或改正用法用量；确有需要时请患者到医院就诊。",
                "Please choose another medicine or correct the dose; if it is needed all the same,"
                " the patient should be seen at a hospital.",
            ),
            when=when,
            check=_must_go,
        ),
        Rule(
            cites=ours(14),
            text=Text(
                "用药安全审查的警示还没有写明理由。",
                "A warning of the safety check has no reason beside it yet.",
            ),
            instead=Text(
                "请改正处方，或由医师逐条写明坚持用药的理由。",
                "Please change the prescription, or let the doctor give a reason for each warning.",
            ),
            when=when,
            check=_unanswered,
        ),
    )


def _asks(level: str, action: str, here: Context) -> bool:
    """A level that nobody knows counts as the strictest."""
    return bool(here.knobs["safety_actions"].get(level, "refuse") == action)


def _must_go(facts: _Checked, here: Context) -> Finding | None:
    check = facts.safety
    levels = check.open_levels | check.overridden_levels if check else frozenset()
    return REFUSE if any(_asks(level, "refuse", here) for level in levels) else None


def _unanswered(facts: _Checked, here: Context) -> Finding | None:
    levels = facts.safety.open_levels if facts.safety else frozenset()
    return REFUSE if any(_asks(level, "reason", here) for level in levels) else None


def not_for_oneself(
    own: Citation | None = None, warning: Citation | None = None
) -> tuple[Rule[Prescribe], ...]:
    """Refused for oneself; for a declared relative a warning (`Verdict.notes`)."""
    return (
        Rule(
            cites=own or ours(16),
            text=Text("医师不得为自己开具处方。", "Doctors do not prescribe for themselves."),
            instead=Text("请向其他医师就诊。", "Please see another doctor."),
            check=lambda facts, here: (
                REFUSE
                if facts.patient_is == "self" and here.knobs["self_prescribing"] == "refuse"
                else None
            ),
        ),
        Rule(
            cites=warning or ours(16),
            text=Text(
                "患者是该医师申报的亲属；本次处方将记入质控（本院规定）。",
                "The patient is a declared relative of the doctor; quality control is told of this"
                " prescription (a rule of this house).",
            ),
            instead=Text(
                "建议请其他医师开具。", "Another doctor should rather write the prescription."
            ),
            check=lambda facts, _here: (
                Finding(kind="allow", noted=True) if facts.patient_is == "relative" else None
            ),
        ),
    )


def signature_offered(cites: Citation | None = None) -> Rule[Prescribe]:
    return Rule(
        cites=cites or ours(15),
        text=Text(
            "处方须用医师本人控制的数字证书签名。",
            "A prescription is signed with a certificate whose key only the doctor controls.",
        ),
        instead=Text(
            "请用本人的数字证书签名。", "Please sign with the certificate in your own name."
        ),
        when=signs,
        check=lambda facts, here: (
            None if facts.signature_kind in here.knobs["signature_kind"] else REFUSE
        ),
    )


def clock_is_right(since: date) -> Rule[Any]:
    """Law binds by date, so a clock that has jumped back would leave nobody bound.

    Args:
        since: the first day on which all rules of the decision bind.
    """
    return Rule(
        cites=ours(21),
        text=Text(
            "系统日期早于所依据的规定，可能是时钟有误；处方业务已暂停。",
            "The date lies before the rules that bind here, so the clock may be wrong; nothing is"
            " prescribed, reviewed or dispensed.",
        ),
        instead=Text(
            "请系统管理员校正时钟后重试。", "Please have the clock set right and try again."
        ),
        check=lambda _facts, here: REFUSE if here.on < since else None,
    )
