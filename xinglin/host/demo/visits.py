"""Finished visits of the demo families, so that histories, readers and the board are not empty."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.messages import services as messages
from xinglin.care.people import queries as people
from xinglin.care.triage import services as triage
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock

# What somebody says who is not in danger, to the questions that look for it.
_CALM = ("none", "no", "fine", "else")


def finish(
    visit: Mapping[str, Any], complaint: str, *, holder: Viewer, patient_id: UUID, doctor: Viewer
) -> None:
    """From complaint to rating, by the steps that a patient and a doctor take."""
    visit_id = consultation.open_consultation(
        holder,
        intake_id=_told(visit["told"], complaint, holder, patient_id),
        department=visit["department"],
        at=clock.now(),
    )
    practitioner = people.practitioner_by_user(doctor.user_id)
    assert practitioner is not None
    consultation.accept(visit_id, practitioner=practitioner, at=clock.now(), viewer=doctor)
    speakers = {"patient": holder.user_id, "doctor": doctor.user_id}
    for speaker, words in visit["talk"]:
        messages.post(visit_id, speakers[speaker], "text", {"text": words})
    _write(visit["record"], visit_id, doctor)
    consultation.close(doctor, visit_id, reason="advice_given", at=clock.now(), note=visit["note"])
    consultation.rate(holder, visit_id, **visit["rating"], at=clock.now())


def _told(answers: Mapping[str, Any], complaint: str, holder: Viewer, patient_id: UUID) -> UUID:
    intake = triage.open_intake(holder, patient_id=patient_id, complaint=complaint, at=clock.now())
    asked = {
        q.link_id: [o.code for o in q.options]
        for q in intake.questions
        if q.required and q.type == "choice" and q.link_id not in answers
    }
    calm = {
        link_id: next((code for code in _CALM if code in codes), codes[0])
        for link_id, codes in asked.items()
    }
    triage.answer_intake(holder, intake.id, answers={**calm, **answers}, at=clock.now())
    return intake.id


def _write(record: Mapping[str, Any], visit_id: UUID, doctor: Viewer) -> None:
    fields = {**record, "diagnoses": [{"code": code} for code in record["diagnoses"]]}
    consultation.save_draft(doctor, visit_id, fields=fields, revision=0, at=clock.now())
    consultation.sign(doctor, visit_id, revision=1, at=clock.now())
