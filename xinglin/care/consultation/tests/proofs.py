"""Earlier diagnoses for tests, made by the services that real people use."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests.factories import Person
from xinglin.care.consultation.types import NewProof, ProofFinding
from xinglin.policy.rules import local_date

HYPERTENSION = "I10.x00"
ACCEPTED = ProofFinding(outcome="accepted", codes=(HYPERTENSION,))


def refused(reason: str = "unreadable", words: str = "") -> ProofFinding:
    return ProofFinding(outcome="not_accepted", reason=reason, words=words)


def form(person: Person, **changed: Any) -> NewProof:
    """V02: a discharge summary of three months ago."""
    values: dict[str, Any] = {
        "patient_id": person.patient_id,
        "kind": "discharge_summary",
        "diagnosis_code": HYPERTENSION,
        "diagnosis": "",
        "hospital": "杏林市第一医院",
        "issued_on": local_date(make.now()) - timedelta(days=90),
        **changed,
    }
    if "file_ids" not in changed:
        values["file_ids"] = (make.picture(person),)
    return NewProof(**values)


def proof(person: Person, **changed: Any) -> UUID:
    return services.add_proof(person.viewer, form(person, **changed), at=make.now())


def waiting(person: Person, *proofs: UUID, where: int = 0, **told: Any) -> UUID:
    """A visit that was asked for with these proofs."""
    return services.open_consultation(
        person.viewer,
        intake_id=make.intake(person, **told),
        department=make.department(where),
        proof_ids=proofs,
        at=make.now(),
    )


def to_judge(
    person: Person, doctor: Person, *, where: int = 0, **changed: Any
) -> tuple[UUID, UUID]:
    """An active visit, and the proof shown in it."""
    paper = proof(person, **changed)
    visit = waiting(person, paper, where=where)
    make.accept(visit, doctor)
    return visit, paper


def judge(
    doctor: Person, visit: UUID, paper: UUID, finding: ProofFinding = ACCEPTED, *, after: int = 0
) -> UUID:
    return services.judge_proof(doctor.viewer, visit, paper, finding, after=after, at=make.now())


def follow_up(person: Person, doctor: Person, *, where: int = 0) -> tuple[UUID, UUID]:
    visit, paper = to_judge(person, doctor, where=where)
    judge(doctor, visit, paper)
    return visit, paper


def state(person: Person, paper: UUID) -> str:
    found: str = queries.own_proof(person.viewer, paper)["state"]
    return found
