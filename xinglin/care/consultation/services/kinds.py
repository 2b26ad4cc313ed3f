"""Asking policy `open_kind` about a visit, and keeping what it said."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from xinglin.care.consultation.models import Proof
from xinglin.care.people import queries as people
from xinglin.care.people.types import PatientCard
from xinglin.policy import facts
from xinglin.policy import rules as law


def ask(
    patient: PatientCard, official_code: str, at: datetime, *, wanted: str = "advice", **also: Any
) -> law.Verdict:
    """What the law of the patient's institution says now.

    Args:
        also: further facts of `facts.OpenKind`: of the proof, its judgement, who asks.
    """
    institution = people.institution(patient.institution_id)
    consent = people.consent_status(patient.holder_id)
    asked = facts.OpenKind(
        wanted=wanted,  # type: ignore[arg-type]  # the callers' own words
        age_years=patient.age_years,
        specialty=official_code,
        institution=institution.code,
        institution_licensed=institution.licensed,
        identity_verified=True,  # no patient is registered without it
        consent_required_version=consent.required_version,
        consent_given_version=consent.given_version,
        consent_withdrawn=consent.withdrawn,
        **also,
    )
    on = law.local_date(at, institution.place)
    return law.decide("open_kind", asked, place=institution.place, on=on)


def wish(proofs: Iterable[Proof], *, wants_follow_up: bool) -> dict[str, Any]:
    """The facts of somebody who asks for care on an earlier diagnosis; none of a wish for advice."""
    newest = max(proofs, key=lambda proof: proof.issued_on, default=None)
    if newest is None and not wants_follow_up:
        return {}
    return {
        "wanted": "follow_up",
        "wants_prescription": True,
        "proof": as_fact(newest) if newest else None,
    }


def as_fact(proof: Proof, code: str = "") -> facts.FollowUpProof:
    """`code`: as the doctor reads it; before that, as the patient told it, in words if need be."""
    return facts.FollowUpProof(
        kind=proof.kind,
        diagnosis_code=code or proof.diagnosis_code or proof.diagnosis_zh,
        issued_on=proof.issued_on,
    )


def told(verdict: law.Verdict) -> list[dict[str, Any]]:
    """What policy said on the kind of visit, word for word, for both sides to read."""
    said = {refusal.text: refusal for refusal in (*verdict.refusals, *verdict.notes)}
    return [
        {
            "rule_id": refusal.rule_id,
            "source": refusal.source,
            "text": refusal.text.as_dict(),
            "instead": refusal.instead.as_dict(),
        }
        for refusal in said.values()
    ]
