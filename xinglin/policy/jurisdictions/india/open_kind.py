"""India: which kind of visit may be opened (IN1, IN2, IN4)."""

from datetime import date
from typing import Protocol, TypeVar

from xinglin.kernel.dates import add_months
from xinglin.kernel.text import Text
from xinglin.policy.facts import OpenKind
from xinglin.policy.house import asker_named, consent_needed, is_minor, relative_agrees
from xinglin.policy.jurisdictions.india import law
from xinglin.policy.terms import REFUSE, Context, Finding, Rule, grant


class _Refill(Protocol):
    @property
    def refill(self) -> bool: ...
    @property
    def channel(self) -> str: ...
    @property
    def in_person_prescription_on(self) -> date | None: ...


R = TypeVar("R", bound=_Refill)


def refill_rules() -> tuple[Rule[R], ...]:
    """When the visit is opened, and again when the medicine is prescribed."""
    return (
        Rule(
            cites=law.IN2,
            text=Text(
                "慢性病续方须有最近{refill_in_person_months}个月内的面诊处方。",
                "A refill for a chronic disease needs a prescription from a visit in person within the"
                " last {refill_in_person_months} months.",
            ),
            instead=Text(
                "请先面诊，或上传该处方。",
                "Please see a doctor in person, or add that prescription.",
            ),
            when=lambda facts: facts.refill,
            check=_seen_in_person,
        ),
        Rule(
            cites=law.IN2,
            text=Text(
                "慢性病续方只能通过视频就诊。", "A refill for a chronic disease is by video only."
            ),
            instead=Text("请改为视频就诊。", "Please choose a video visit."),
            when=lambda facts: facts.refill,
            check=lambda facts, _here: None if facts.channel == "video" else REFUSE,
        ),
    )


def _seen_in_person(facts: _Refill, here: Context) -> Finding | None:
    seen = facts.in_person_prescription_on
    months = here.knobs["refill_in_person_months"]
    if seen is not None and seen <= here.on <= add_months(seen, months):
        return None
    return REFUSE


def _first_consultation(facts: OpenKind, _here: Context) -> Finding | None:
    if facts.wanted in {"advice", "campaign"} and not facts.wants_prescription:
        return grant("open_advice")
    if facts.wanted == "first_visit" or facts.proof is None:
        return grant("open_first_visit", "may_prescribe")
    return grant("open_follow_up", "may_prescribe")


def _with_an_adult(facts: OpenKind, here: Context) -> Finding | None:
    return REFUSE if is_minor(facts.age_years, here) and not facts.guardian_present else None


RULES: tuple[Rule[OpenKind], ...] = (
    Rule(
        cites=law.IN1,
        text=Text(
            "首次就诊可以通过远程医疗进行。", "A first consultation may be held by telemedicine."
        ),
        instead=Text("无需另行处理。", "Nothing else is needed."),
        check=_first_consultation,
    ),
    *refill_rules(),
    Rule(
        cites=law.IN4,
        text=Text("须确认患者的姓名和年龄。", "The patient's name and age must be known."),
        instead=Text("请先完成患者登记。", "Please complete the patient's registration."),
        check=lambda facts, _here: None if facts.identity_verified else REFUSE,
    ),
    Rule(
        cites=law.IN4,
        text=Text("未成年人就诊须有成年人陪同。", "A minor is seen only together with an adult."),
        instead=Text("请成年人到场后再开始。", "Please begin when an adult is with the patient."),
        check=_with_an_adult,
    ),
    consent_needed(),
    relative_agrees(),
    asker_named(),
)
