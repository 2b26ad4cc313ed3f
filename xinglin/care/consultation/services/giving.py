"""What a colleague is given of a visit to answer a question: a copy of this moment."""

import json
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.queries.guests import GUEST_NAME, LINK_NAME
from xinglin.care.consultation.queries.search import texts_of
from xinglin.care.people import queries as people
from xinglin.care.people.types import PatientCard
from xinglin.care.triage import queries as triage
from xinglin.foundation.accounts.queries import user_card
from xinglin.foundation.accounts.services import phones_in, unseal_text
from xinglin.foundation.database import services as database
from xinglin.kernel.masking import masked

_MOST_MESSAGES = 200
_GUESTS = """
    select l.name_sealed, g.name_sealed from consultation_join_link l
    left join consultation_guest g on g.link_id = l.id where l.consultation_id = %s
"""
_DRAFT = "select fields from consultation_record_draft where consultation_id = %s"

Say = Callable[[str], str]


def speech(row: Consultation, *, with_identity: bool) -> Say:
    """How a text of the visit is told to the colleague; the doctor's own question may hold the name too.

    Without identity no name, number, phone or address is left in it.
    """
    return _plain if with_identity else _masking(row, people.patient_card(row.patient_id))


def given(row: Consultation, say: Say) -> dict[str, Any]:
    """Complaint, allergies, interview, what was said (the last two hundred), and the draft of the record.

    No id is in it that leads back. The name is kept where names are sealed, and read from there.

    Args:
        say: of `speech`.
    """
    patient = people.patient_card(row.patient_id)
    intake = triage.intake_for_visit(row.intake_id)
    told = sorted(texts_of([row.pk]), key=lambda message: message.seq)[-_MOST_MESSAGES:]
    ((draft,),) = database.fetch(_DRAFT, [row.pk])
    return {
        "patient": {
            "sex": patient.sex,
            "age_text": patient.age_text.as_dict(),
        },
        "department": row.department,
        "kind": row.kind,
        "complaint": say(row.complaint),
        "allergies": None if row.allergies is None else say(row.allergies),
        "summary": [
            {
                "question": line["question"].as_dict(),
                "answer": {each: say(words) for each, words in line["answer"].as_dict().items()},
            }
            for line in intake.summary
        ],
        "messages": [
            {
                "sender": _sender(m.sender, m.body),
                "text": say(m.body["text"]),
                "at": m.at.isoformat(),
            }
            for m in told
        ],
        "record": _record(json.loads(draft), say),
    }


def _plain(words: str) -> str:
    return words


def _sender(sender: str, body: dict[str, Any]) -> str:
    by = body.get("by") or {}
    if "assistant" in by:
        return "assistant"
    return "guest" if by else sender


def _record(fields: dict[str, Any], say: Say) -> dict[str, Any]:
    texts = {name: say(str(fields.get(name) or "")) for name in rules.TEXT_FIELDS}
    return {**texts, "diagnoses": fields.get("diagnoses") or []}


def _masking(row: Consultation, patient: PatientCard) -> Say:
    names = set(_names(row, patient))

    def say(words: str) -> str:
        return masked(words, names=names, born=patient.birth_date, phones=phones_in)

    return say


def _names(row: Consultation, patient: PatientCard) -> Iterable[str]:
    """Everybody of the account, the account itself, and whoever was invited."""
    everybody: set[UUID] = {patient.id, *people.patient_ids(row.holder_id)}
    yield from (card.name for card in people.patient_cards(everybody).values())
    yield user_card(row.holder_id).display_name
    for link, guest in database.fetch(_GUESTS, [row.pk]):
        yield unseal_text(link, LINK_NAME)
        if guest is not None:
            yield unseal_text(guest, GUEST_NAME)
