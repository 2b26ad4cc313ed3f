"""What a visit does when consent or an account ends, and whom it tells of its own steps; at least
once, so twice is as good as once.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.consultation import rules, services
from xinglin.care.consultation.services.telling import tell_holder


def cancel_what_waits(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsentWithdrawn: of the account. ProxyConsentWithdrawn: asked for that relative."""
    del event_id
    patient = payload.get("patient_id")
    services.cancel_without_consent(
        UUID(payload["holder_id"]), UUID(patient) if patient else None, at=at
    )


def erase_what_no_law_keeps(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """AccountClosed."""
    del event_id, at
    services.forget_account(UUID(payload["user_id"]))


def tell_accepted(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationAccepted."""
    _tell(event_id, payload, "doctor_accepted", at)


def tell_nobody(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationNobodyFound: the patient has to choose."""
    _tell(event_id, payload, "nobody_found", at)


def tell_cancelled(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationWithdrawn: by the clock or the hospital. Who cancelled it knows."""
    if payload["reason"] == "closed_by_house":
        _tell(event_id, payload, "closed_by_house", at)
    elif payload["reason"] in rules.GIVEN_UP.values():
        _tell(event_id, payload, "visit_cancelled", at)


def tell_ended(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationEnded."""
    by_house = payload["reason"] == "closed_by_house"
    _tell(event_id, payload, "closed_by_house" if by_house else "visit_ended", at)


def tell_call(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """CallRung: by the doctor; who has the page open hears it ring."""
    if payload["asked_by"] == "doctor" and services.still_rings(UUID(payload["call_id"])):
        _tell(event_id, payload, "doctor_calls", at)


def tell_missed_call(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """CallEnded: the doctor rang, and nobody answered."""
    if payload["reason"] == "missed" and services.rang_patient(UUID(payload["call_id"])):
        _tell(event_id, payload, "call_missed", at)


def end_recording(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """CallEnded."""
    del event_id, at
    services.end_recording(UUID(payload["call_id"]))


def tell_signed(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """RecordSigned."""
    _tell(event_id, payload, "summary_ready", at, page="/summary")


def tell_amended(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """RecordAmended."""
    _tell(event_id, payload, "summary_changed", at, page="/summary")


def cancel_left(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """WalkInMoved: the patient has left the site before a doctor came."""
    del event_id
    if payload["state"] == "left" and payload["consultation_id"]:
        services.cancel_left(UUID(payload["consultation_id"]), at=at)


def tell_stays(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """WalkInWishesChanged."""
    del at
    if payload["consultation_id"]:
        services.tell_stays(event_id, UUID(payload["consultation_id"]))


def tell_reading(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ReadingTaken: during a visit, whether or not there was one when it was measured."""
    services.tell_reading(event_id, UUID(payload["walk_in_id"]), UUID(payload["reading_id"]), at=at)


def add_pictures(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """PicturesAdded."""
    del at
    pictures = [UUID(each) for each in payload["picture_ids"]]
    services.add_pictures(event_id, UUID(payload["consultation_id"]), pictures)


def _tell(
    event_id: UUID, payload: dict[str, Any], kind: str, at: datetime, *, page: str = ""
) -> None:
    tell_holder(
        UUID(payload["consultation_id"]), kind, dedup=f"{kind}:{event_id}", at=at, page=page
    )


def spell_phrase(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """PhraseSaved."""
    del event_id, at
    services.spell_phrase(UUID(payload["phrase_id"]))
