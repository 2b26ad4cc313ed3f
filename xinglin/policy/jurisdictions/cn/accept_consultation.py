"""China: may this doctor take this visit now (R14-R17 for the doctor, R16 for the moment)."""

from dataclasses import replace
from datetime import timedelta

from xinglin.kernel.text import Text
from xinglin.policy.facts import AcceptConsultation, StaffEligibility
from xinglin.policy.jurisdictions.cn import law, staff_eligibility
from xinglin.policy.terms import Context, Finding, Rule


def _the_doctor(facts: AcceptConsultation) -> StaffEligibility:
    """Now, and for this visit alone: what else is open is not the question."""
    return replace(facts.doctor, now=facts.now, open_visits=0)


def _checked(facts: AcceptConsultation, here: Context) -> Finding | None:
    limit = timedelta(hours=here.knobs["doctor_check_hours"])
    if facts.identity_checked_at is not None and facts.now - facts.identity_checked_at <= limit:
        return None
    return Finding(kind="recheck")


RULES: tuple[Rule[AcceptConsultation], ...] = (
    *(rule.seen_through(_the_doctor) for rule in staff_eligibility.RULES),
    Rule(
        cites=law.R16,
        text=Text(
            "接诊前须核验医师本人身份；上次核验已超过{doctor_check_hours}小时（本院时限）。",
            "The doctor's identity is checked before patients are seen; the last check is more than"
            " {doctor_check_hours} hours old (our limit).",
        ),
        instead=Text("请重新核验身份后接诊。", "Please confirm your identity again, then accept."),
        check=_checked,
    ),
)
