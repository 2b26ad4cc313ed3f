"""China: may it be sold, handed out, sent (R25, R27, R28, R30, R31, R33, R37)."""

from datetime import timedelta

from xinglin.kernel.text import Text
from xinglin.policy.facts import Dispense
from xinglin.policy.house_pharmacy import (
    needs_prescription,
    prescription_stands,
    rests_on_prescription,
    used_as_often_as_written,
)
from xinglin.policy.house_prescriptions import clock_is_right
from xinglin.policy.jurisdictions.cn.law import prescriptions as law
from xinglin.policy.jurisdictions.cn.law.sources import Y2022
from xinglin.policy.terms import REFUSE, Context, Finding, Rule


def _hands_out(facts: Dispense) -> bool:
    return facts.act == "hand_out"


def _banned(facts: Dispense, here: Context) -> Finding | None:
    classes = frozenset[str]().union(*facts.items)
    return REFUSE if classes & here.knobs["banned_drug_classes"] else None


def _within_its_days(facts: Dispense, here: Context) -> Finding | None:
    """The day of writing is day 1; of a repeat, the day from which it may be fetched."""
    is_repeat = facts.times_taken > 0 and facts.not_before is not None
    first = facts.not_before if is_repeat and facts.written_on else facts.written_on
    if first is None or facts.valid_days < 1:
        return REFUSE
    last = first + timedelta(days=facts.valid_days - 1)
    return None if first <= here.on <= last else REFUSE


def _extended_too_far(facts: Dispense, here: Context) -> Finding | None:
    return REFUSE if facts.valid_days > here.knobs["rx_valid_days_longest"] else None


RULES: tuple[Rule[Dispense], ...] = (
    *prescription_stands(law.R25),
    *used_as_often_as_written(),
    Rule(
        cites=law.R27,
        text=Text(
            "麻醉药品、精神药品等特殊管理的药品不能凭互联网处方销售或配送。",
            "Narcotic, psychotropic and other specially managed medicines are not given on an online"
            " prescription.",
        ),
        instead=Text(
            "请到医院就诊，由医师当面开具。", "Please see a doctor in person at a hospital."
        ),
        check=_banned,
    ),
    Rule(
        cites=law.R30,
        text=Text(
            "第三方配送须有协议，且处方流转可追溯并向监管平台开放。",
            "A third party delivers only under an agreement, with a flow that can be traced and is"
            " open to the supervision platform.",
        ),
        instead=Text(
            "请选择已签约的配送方，或到店自取。",
            "Please choose a carrier under agreement, or collect it at the pharmacy.",
        ),
        when=lambda facts: _hands_out(facts) and facts.by_third_party,
        check=lambda facts, _here: None if facts.agreement and facts.flow_traced else REFUSE,
    ),
    Rule(
        cites=law.R31,
        text=Text("不得指定药房；药房由患者选择。", "No pharmacy is imposed: the patient chooses."),
        instead=Text(
            "请患者从可选的药房中自行选择。",
            "Please let the patient choose among all pharmacies that can serve it.",
        ),
        check=lambda facts, _here: None if facts.chosen_by_patient else REFUSE,
    ),
    Rule(
        cites=law.R33,
        text=Text(
            "处方已过有效期或尚未到日期：处方当日有效。",
            "The prescription is not valid today: it holds on its day, or as long as the doctor wrote.",
        ),
        instead=Text("请联系开方医师重新开具。", "Please ask the doctor for a new prescription."),
        when=rests_on_prescription,
        check=_within_its_days,
    ),
    Rule(
        cites=law.R33,
        text=Text(
            "处方有效期最长不得超过{rx_valid_days_longest}天。",
            "A prescription is valid for at most {rx_valid_days_longest} days.",
        ),
        instead=Text("请联系开方医师改正有效期。", "Please ask the doctor to correct the days."),
        when=rests_on_prescription,
        check=_extended_too_far,
    ),
    Rule(
        cites=law.R37,
        text=Text(
            "发药前须由药师完成“四查十对”。",
            'Before it is handed out a pharmacist makes the "four checks, ten matches".',
        ),
        instead=Text("请药师核对后发药。", "Please let a pharmacist check it first."),
        when=lambda facts: _hands_out(facts) and needs_prescription(facts),
        check=lambda facts, _here: None if facts.checked else REFUSE,
    ),
    clock_is_right(Y2022),
)
