"""Whom a prescription's steps are told to who does not look; at least once, so twice is as good as once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.prescribing.queries.prescriptions import is_doctors_act, people_of
from xinglin.care.prescribing.queries.sampling import doctors_of_sample
from xinglin.care.prescribing.services import discarding, documents
from xinglin.foundation.accounts.queries import active_staff
from xinglin.foundation.notices import services as notices


def tell_effective(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """PrescriptionApproved: to the patient."""
    _tell_holder(event_id, payload, "prescription_effective", at)


def ask_document(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """PrescriptionApproved: its PDF is made by the worker."""
    del event_id
    documents.ask(UUID(payload["prescription_id"]), at=at)


def tell_refused(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """PrescriptionRefused: to the patient and to the doctor."""
    _tell_holder(event_id, payload, "prescription_not_passed", at)
    _tell_doctor(event_id, payload, "prescription_sent_back", at)


def tell_voided(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """PrescriptionVoided: to the patient; to the doctor as well, where it was not the doctor's act."""
    _tell_holder(event_id, payload, "prescription_not_passed", at)
    if not is_doctors_act(UUID(payload["prescription_id"])):
        _tell_doctor(event_id, payload, "prescription_sent_back", at)


def tell_consent_asked(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """PatientConsentAsked: to the patient, straight to what is to be read."""
    found = people_of(UUID(payload["prescription_id"]))
    notices.tell(
        found.holder_id,
        "prescription_to_agree",
        link=f"/prescriptions/{payload['prescription_id']}/consent",
        dedup=f"prescription_to_agree:{event_id}",
        at=at,
    )


def tell_returned(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """PrescriptionReturned: to the doctor."""
    _tell_doctor(event_id, payload, "prescription_sent_back", at)


def tell_escalated(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """PrescriptionEscalated: to every pharmacist of the house."""
    found = people_of(UUID(payload["prescription_id"]))
    for pharmacist in active_staff("pharmacist", found.institution_id):
        notices.tell(
            pharmacist,
            "prescription_waits",
            link="/staff",
            dedup=f"prescription_waits:{event_id}:{pharmacist}",
            at=at,
        )


def tell_findings(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """SampleAnnounced: to every doctor of whom something was drawn."""
    for doctor in doctors_of_sample(UUID(payload["sample_id"])):
        notices.tell(
            doctor,
            "prescriptions_sampled",
            link="/staff/my-reviews",
            dedup=f"prescriptions_sampled:{event_id}:{doctor}",
            at=at,
        )


def discard_drafts(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationEnded: what nobody can sign any more is no draft, and what nobody may pass is void."""
    del event_id
    discarding.discard_drafts(UUID(payload["consultation_id"]), at=at)
    discarding.void_unreviewed(UUID(payload["consultation_id"]), at=at)


def _tell_holder(event_id: UUID, payload: dict[str, Any], kind: str, at: datetime) -> None:
    found = people_of(UUID(payload["prescription_id"]))
    notices.tell(
        found.holder_id,
        kind,
        link=f"/visits/{found.consultation_id}",
        dedup=f"{kind}:{event_id}",
        at=at,
    )


def _tell_doctor(event_id: UUID, payload: dict[str, Any], kind: str, at: datetime) -> None:
    found = people_of(UUID(payload["prescription_id"]))
    notices.tell(
        found.prescriber_id,
        kind,
        link="/staff",
        dedup=f"{kind}:{event_id}:doctor",
        at=at,
    )
