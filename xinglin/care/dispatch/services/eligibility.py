"""Asks policy whether a doctor may work and may take a visit."""

from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard
from xinglin.kernel.errors import Refusal, RuleRefused
from xinglin.kernel.text import Text
from xinglin.policy.facts import AcceptConsultation
from xinglin.policy.rules import Verdict, decide, local_date

_CHECK_AGAIN = Text(
    "请点“核验身份”，用通行密钥或验证器上的六位动态码确认，再继续。",
    "Please choose “Check identity”, confirm with a passkey or the six digits of your authenticator,"
    " then go on.",
)


def staff_verdict(
    doctor: PractitionerCard, *, at: datetime, institution_id: UUID | None = None
) -> Verdict:
    """May this doctor work here now? `hand_over` when open visits must go to others.

    Args:
        institution_id: None: the doctor's own.
    """
    open_visits = len(visits.open_visits_of(doctor.id))
    facts = people.staff_facts(doctor.id, at, open_visits, institution_id=institution_id)
    return decide("staff_eligibility", facts, place=doctor.place, on=local_date(at, doctor.place))


def check_may_accept(
    doctor: PractitionerCard, *, at: datetime, institution_id: UUID | None = None
) -> None:
    """Asked at the start of duty and at every accept; by the licence at the visit's institution.

    Raises:
        RuleRefused: carries every refusal; `recheck` tells how to be checked.
    """
    facts = AcceptConsultation(
        doctor=people.staff_facts(doctor.id, at, 0, institution_id=institution_id),
        identity_checked_at=people.identity_checked_at(doctor.id),
        now=at,
    )
    verdict = decide(
        "accept_consultation", facts, place=doctor.place, on=local_date(at, doctor.place)
    )
    if verdict.kind == "recheck":
        raise RuleRefused([_checked_how(r) for r in verdict.refusals], verdict=verdict.kind)
    verdict.demand()


def _checked_how(refusal: Refusal) -> Refusal:
    return Refusal(refusal.rule_id, refusal.source, refusal.text, _CHECK_AGAIN)


def is_fit(practitioner_id: UUID, *, at: datetime, institution_id: UUID | None = None) -> bool:
    doctor = people.practitioner(practitioner_id)
    return staff_verdict(doctor, at=at, institution_id=institution_id).allowed
