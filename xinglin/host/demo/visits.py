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
    consultation.close(doctor, visit_id, at=clock.now(), note=visit["note"])
    consultation.rate(holder, visit_id, **visit["rating"], at=clock.now())


def _told(answers: Mapping[str, Any], complaint: str, holder: Viewer, patient_id: UUID) -> UUID:
    intake_id = triage.open_intake(
        holder, patient_id=patient_id, complaint=complaint, at=clock.now()
    ).id
    triage.answer_intake(holder, intake_id, answers=answers, at=clock.now())
    return intake_id


def _write(record: Mapping[str, Any], visit_id: UUID, doctor: Viewer) -> None:
    fields = {**record, "diagnoses": [{"code": code} for code in record["diagnoses"]]}
    consultation.save_draft(doctor, visit_id, fields=fields, revision=0, at=clock.now())
    consultation.sign(doctor, visit_id, revision=1, at=clock.now())
