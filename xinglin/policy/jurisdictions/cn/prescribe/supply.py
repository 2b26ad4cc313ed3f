"""For how many days, on which grounds, and with which checks behind the signature."""

from xinglin.kernel.text import Text
from xinglin.policy.facts import Prescribe
from xinglin.policy.house_prescriptions import (
    repeats_written,
    safety_checked,
    signature_offered,
    signs,
    supply_known,
    writes,
)
from xinglin.policy.jurisdictions.cn.law import prescriptions as law
from xinglin.policy.terms import REFUSE, Context, Finding, Rule, grant


def _longest(facts: Prescribe) -> int:
    """With all its repeats: what is given in parts is one supply."""
    return (1 + facts.repeats) * max(
        (item.days for item in facts.items if item.days is not None), default=0
    )


def _has_reason(facts: Prescribe) -> bool:
    return bool(facts.longer_for and facts.longer_reason.strip())


def _usual(facts: Prescribe, here: Context) -> Finding | None:
    """A long-term prescription is bound by its own rule (R41) instead."""
    if facts.long_term or facts.emergency or _longest(facts) <= here.knobs["rx_max_days"]:
        return None
    return None if _has_reason(facts) else REFUSE


def _emergency(facts: Prescribe, here: Context) -> Finding | None:
    if not facts.emergency or _longest(facts) <= here.knobs["rx_max_days_emergency"]:
        return None
    return None if _has_reason(facts) else REFUSE


def _is_over_four_weeks(facts: Prescribe, here: Context) -> bool:
    return bool(_longest(facts) > here.knobs["rx_evaluation_required_over_days"])


def _is_long(facts: Prescribe, here: Context) -> bool:
    """By its name, or by its length: no reason makes twelve weeks an ordinary supply."""
    return facts.long_term or _is_over_four_weeks(facts, here)


def _within_twelve_weeks(facts: Prescribe, here: Context) -> Finding | None:
    if not _is_long(facts, here):
        return None
    return grant() if _longest(facts) <= here.knobs["rx_max_days_chronic"] else REFUSE


def _excluded(facts: Prescribe, here: Context) -> Finding | None:
    never = here.knobs["long_term_excluded_classes"]
    is_among = any(item.classes & never for item in facts.items)
    return REFUSE if is_among and _is_long(facts, here) else None


def _stable(facts: Prescribe, here: Context) -> Finding | None:
    return REFUSE if _is_long(facts, here) and not facts.stable else None


def _first_offline(facts: Prescribe, here: Context) -> Finding | None:
    return REFUSE if _is_long(facts, here) and not facts.first_issued_offline else None


def _evaluated(facts: Prescribe, here: Context) -> Finding | None:
    return REFUSE if _is_over_four_weeks(facts, here) and not facts.evaluated else None


def _patient_signed(facts: Prescribe, here: Context) -> Finding | None:
    return REFUSE if _is_over_four_weeks(facts, here) and not facts.patient_signed else None


def _valid_days(facts: Prescribe, here: Context) -> Finding | None:
    return None if 1 <= facts.valid_days <= here.knobs["rx_valid_days_longest"] else REFUSE


RULES: tuple[Rule[Prescribe], ...] = (
    supply_known(),
    *repeats_written(),
    Rule(
        cites=law.R33,
        text=Text(
            "处方当日有效；医师延长的，最长{rx_valid_days_longest}天。",
            "A prescription is valid on its day; a doctor extends it to at most"
            " {rx_valid_days_longest} days.",
        ),
        instead=Text(
            "请将有效期改为1至{rx_valid_days_longest}天。",
            "Please choose 1 to {rx_valid_days_longest} days.",
        ),
        when=signs,
        check=_valid_days,
    ),
    Rule(
        cites=law.R34,
        text=Text(
            "处方一般不超过{rx_max_days}日用量；延长须注明理由。",
            "A prescription covers at most {rx_max_days} days; longer needs a written reason.",
        ),
        instead=Text(
            "请减少天数，或写明慢性病、老年病或特殊情况的理由。",
            "Please shorten it, or write why: chronic disease, old age or a special need.",
        ),
        when=signs,
        check=_usual,
    ),
    Rule(
        cites=law.R34,
        text=Text(
            "急诊处方一般不超过{rx_max_days_emergency}日用量；延长须注明理由。",
            "An emergency prescription covers at most {rx_max_days_emergency} days; longer needs a"
            " written reason.",
        ),
        instead=Text(
            "请减少天数，或写明延长的理由。", "Please shorten it, or write why it is longer."
        ),
        when=signs,
        check=_emergency,
    ),
    Rule(
        cites=law.R41,
        text=Text(
            "长期处方最长{rx_max_days_chronic}天。",
            "A long-term prescription covers at most {rx_max_days_chronic} days.",
        ),
        instead=Text(
            "请减少到{rx_max_days_chronic}天以内，到期复诊。",
            "Please keep to {rx_max_days_chronic} days and see the patient again then.",
        ),
        when=writes,
        check=_within_twelve_weeks,
    ),
    Rule(
        cites=law.R41,
        text=Text(
            "抗菌药物、麻醉药品、精神药品和有特殊储存要求的药品不得开具长期处方。",
            "Antibacterials, narcotics, psychotropics and medicines with special storage are never on"
            " a long-term prescription.",
        ),
        instead=Text(
            "请从长期处方中去掉该药品，需要时另开普通处方。",
            "Please take it off; where it is needed, write an ordinary prescription.",
        ),
        when=writes,
        check=_excluded,
    ),
    Rule(
        cites=law.R41_MEMORY,
        text=Text(
            "长期处方须病情稳定、需长期用药。",
            "A long-term prescription is for a stable disease that needs its medicine for long.",
        ),
        instead=Text(
            "请确认病情稳定；否则按普通处方开具。",
            "Please confirm that it is stable, or write an ordinary prescription.",
        ),
        when=signs,
        check=_stable,
    ),
    Rule(
        cites=law.R41_MEMORY,
        text=Text(
            "首次长期处方应在线下医院开具。",
            "The first long-term prescription is issued offline, at a hospital.",
        ),
        instead=Text(
            "请患者到医院开具首次长期处方，或补充其凭证。",
            "The patient gets the first one at a hospital, or adds the proof of it.",
        ),
        when=signs,
        check=_first_offline,
    ),
    Rule(
        cites=law.R41_MEMORY,
        text=Text(
            "超过{rx_evaluation_required_over_days}天的处方须经严格评估并记入病历。",
            "Over {rx_evaluation_required_over_days} days needs a strict evaluation, in the record.",
        ),
        instead=Text(
            "请完成评估并记入病历，或减少天数。",
            "Please evaluate and record it, or shorten the supply.",
        ),
        when=signs,
        check=_evaluated,
    ),
    Rule(
        cites=law.R41_MEMORY,
        text=Text(
            "超过{rx_evaluation_required_over_days}天的处方须有患者签名确认。",
            "Over {rx_evaluation_required_over_days} days needs the patient's signature.",
        ),
        instead=Text(
            "请患者签名确认，或减少天数。",
            "Please ask the patient to sign, or shorten the supply.",
        ),
        when=signs,
        check=_patient_signed,
    ),
    *safety_checked(signs),
    signature_offered(law.R58),
)
