"""A small hospital and its people, made by the services that real people use."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from xinglin.care.consultation import services
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation, DiagnosisCode
from xinglin.care.consultation.queries.diagnoses import forget_diagnoses
from xinglin.care.consultation.types import NewReferral
from xinglin.care.people.queries import departments
from xinglin.care.people.tests import factories as people
from xinglin.care.people.types import PractitionerCard
from xinglin.care.triage.models import Intake
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.media.models import File
from xinglin.kernel import clock, ids

RECORD = {
    "chief_complaint": "咳嗽三天",
    "present_illness": "三天前受凉后咳嗽，无发热。",
    "past_history": "既往体健",
    "allergy": "青霉素过敏",
    "findings": "自述咽部发红",
    "diagnoses": [{"code": "J06.9"}],
    "advice": "多饮水，注意休息；三天不好转请到医院就诊。",
}
REFERRAL = {
    "reason": "emergency",
    "advice": "请立即到急诊检查心电图。",
    "hospital": "最近的医院",
    "department": "急诊科",
    "urgency": "now",
}
_CODES = (
    ("J06.9", "急性上呼吸道感染", "jxshxdgr", "Acute upper respiratory infection", 0),
    ("E11.9", "2型糖尿病不伴有并发症", "2xtnbbbybfz", "Type 2 diabetes mellitus", 0),
    ("I10.x", "特发性(原发性)高血压", "tfxyfxgxy", "Essential (primary) hypertension", 0),
    ("I10.x00", "高血压病", "gxyb", "", 1),
)


@dataclass(frozen=True)
class Person:
    """Somebody of the cast. `patient_id`: of the person's own registration."""

    viewer: Viewer
    patient_id: UUID | None = None
    card: PractitionerCard | None = None

    @property
    def id(self) -> UUID:
        return self.viewer.user_id


@dataclass(frozen=True)
class Cast:
    patient: Person
    other_patient: Person
    doctor: Person
    other_doctor: Person
    operator: Person


def now() -> datetime:
    return clock.now()


def cast() -> Cast:
    people.hospital()
    DiagnosisCode.objects.bulk_create(
        DiagnosisCode(code=c, name_zh=zh, initials=i, name_en=en, rank=r)
        for c, zh, i, en, r in _CODES
    )
    forget_diagnoses()
    return Cast(
        patient=patient(),
        other_patient=patient(),
        doctor=doctor(),
        other_doctor=doctor(),
        operator=Person(people.staff_viewer("operator")),
    )


def patient(*, agreed: bool = True) -> Person:
    """An adult who has registered."""
    viewer = people.patient_viewer(agreed=agreed)
    return Person(viewer, patient_id=people.register(viewer).id)


def doctor() -> Person:
    viewer, card = people.doctor(department())
    return Person(viewer, card=card)


def department(nth: int = 0) -> str:
    return departments()[nth].slug


def intake(person: Person, **told: Any) -> UUID:
    values = {
        "complaint": "咳嗽三天，晚上更重",
        "outcome": "ready",
        "suggested": department(),
        "created_at": now(),
        **told,
    }
    if values["outcome"] == "ready":
        values["answered_at"] = now()
    if values["outcome"] == "emergency":
        values |= {"red_flags": [{"id": "chest_pain"}], "level": "emergency"}
    return Intake.objects.create(
        id=ids.new(), patient_id=person.patient_id, holder_id=person.id, **values
    ).pk


def visit(person: Person, *, at: datetime | None = None, where: int = 0, **told: Any) -> UUID:
    """A visit that waits."""
    return services.open_consultation(
        person.viewer,
        intake_id=intake(person, **told),
        department=department(where),
        at=at or now(),
    )


def accept(visit_id: UUID, doctor: Person, *, at: datetime | None = None) -> None:
    assert doctor.card is not None
    services.accept(visit_id, practitioner=doctor.card, viewer=doctor.viewer, at=at or now())


def active(person: Person, doctor: Person, **told: Any) -> UUID:
    visit_id = visit(person, **told)
    accept(visit_id, doctor)
    return visit_id


def signed(person: Person, doctor: Person) -> UUID:
    """An active visit with a signed record."""
    visit_id = active(person, doctor)
    sign(visit_id, doctor)
    return visit_id


def sign(visit_id: UUID, doctor: Person, **changed: Any) -> None:
    services.save_draft(doctor.viewer, visit_id, fields={**RECORD, **changed}, revision=0, at=now())
    services.sign(doctor.viewer, visit_id, revision=1, at=now())


def ended(person: Person, doctor: Person) -> UUID:
    visit_id = signed(person, doctor)
    close(visit_id, doctor)
    return visit_id


def close(visit_id: UUID, doctor: Person, reason: str = "treated", **told: Any) -> None:
    services.close(doctor.viewer, visit_id, reason=reason, at=now(), **told)


def referral(**changed: Any) -> NewReferral:
    return NewReferral(**{**REFERRAL, **changed})


def stop(visit_id: UUID, doctor: Person, *, at: datetime | None = None, **changed: Any) -> None:
    services.stop(doctor.viewer, visit_id, referral=referral(**changed), at=at or now())


def picture(owner: Person) -> UUID:
    """Uploaded, and not sent yet."""
    return File.objects.create(
        id=ids.new(),
        owner_id=owner.id,
        width=4,
        height=3,
        bytes=10,
        sha256=b"x" * 32,
        uploaded_at=now(),
    ).pk


def nobody(person: Person, **told: Any) -> UUID:
    visit_id = visit(person, **told)
    services.find_nobody(visit_id, now())
    return visit_id


def row(visit_id: UUID) -> Consultation:
    return Consultation.objects.get(pk=visit_id)


def say(visit_id: UUID, person: Person, *, at: datetime | None = None, words: str = "在") -> None:
    """A message, as if it had been written at `at`: the database numbers and times it itself."""
    messages.post(visit_id, person.id, "text", {"text": words})
    if at is not None:
        column = "last_doctor_at" if person.card else "last_patient_at"
        with connection.cursor() as cursor:
            cursor.execute(
                f"update consultation_thread set {column} = %s where consultation_id = %s",
                [at, visit_id],
            )


def cards(visit_id: UUID) -> list[str]:
    """The names of the cards in the thread, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select body ->> 'card' from consultation_message"
            " where consultation_id = %s and kind = 'card' order by seq",
            [visit_id],
        )
        return [name for (name,) in cursor.fetchall()]


def events(visit_id: UUID) -> list[tuple[str, set[str]]]:
    """Kind and audience of what was announced, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, audience from outbox_outboxevent"
            " where payload ->> 'consultation_id' = %s order by seq",
            [str(visit_id)],
        )
        return [(kind, set(audience)) for kind, audience in cursor.fetchall()]


def audited(visit_id: UUID) -> list[tuple[str, UUID]]:
    """Action and actor of every line about the visit, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select action, actor_id from audit_line where thing_id = %s order by id", [visit_id]
        )
        return list(cursor.fetchall())


class Browser(people.Browser):
    """Somebody's requests to the API, answered as they come; None is a stranger to the house."""

    def __init__(self, person: Person | None) -> None:
        super().__init__(person.viewer if person else None)

    def get(self, path: str, **query: Any) -> Any:
        return self._client.get(f"/api/v1{path}", query)

    def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return self._client.post(
            f"/api/v1{path}", json.dumps(body or {}), "application/json", headers=headers
        )

    def put(self, path: str, body: Any) -> Any:
        return self._client.put(f"/api/v1{path}", json.dumps(body), "application/json")

    def delete(self, path: str) -> Any:
        return self._client.delete(f"/api/v1{path}")


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)
