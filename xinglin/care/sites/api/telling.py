"""How walk-ins are told to the pages of a site."""

from typing import Any

from xinglin.care.people.queries import patient_card, patient_cards
from xinglin.care.people.types import PatientCard
from xinglin.care.sites.queries import ahead, readings
from xinglin.care.sites.types import STATES, WalkInCard


def walk_in_told(card: WalkInCard) -> dict[str, Any]:
    """With the patient and what was measured."""
    told = _line(card, patient_card(card.patient_id))
    return told | {"readings": readings(card.id), "ahead": ahead(card)}


def walk_in_lines(cards: list[WalkInCard]) -> list[dict[str, Any]]:
    """With patients, and no readings, in one statement."""
    patients = patient_cards({card.patient_id for card in cards})
    waiting = sorted(
        (c.asked_at, c.number) for c in cards if c.state == "asked" and c.asked_at is not None
    )
    return [
        _line(card, patients[card.patient_id]) | {"ahead": _ahead(card, waiting)} for card in cards
    ]


def _ahead(card: WalkInCard, waiting: list[tuple[Any, int]]) -> int | None:
    if card.state != "asked":
        return None
    return waiting.index((card.asked_at, card.number))


def _line(card: WalkInCard, patient: PatientCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "number": card.number,
        "state": card.state,
        "state_text": STATES[card.state],
        "patient": patient_told(patient),
        "patient_id": card.patient_id,
        "complaint": card.complaint,
        "picture_ids": list(card.picture_ids),
        "intake_id": card.intake_id,
        "consultation_id": card.consultation_id,
        "stays": card.stays,
        "chat_shared": card.chat_shared,
        "registered_at": card.registered_at,
        "captured_at": card.captured_at,
        "asked_at": card.asked_at,
        "seen_at": card.seen_at,
        "ended_at": card.ended_at,
        "ending": card.ending or None,
        "papers_ready": card.signed_at is not None,
        "alarmed_at": card.alarmed_at,
    }


def patient_told(patient: PatientCard) -> dict[str, Any]:
    return {
        "id": patient.id,
        "name": patient.name,
        "age": patient.age_years,
        "sex": patient.sex,
    }
