"""Proofs of earlier diagnoses: a patient's own, those of a visit, and on what a follow-up rests."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.lifecycle import CONSULTATION
from xinglin.care.consultation.models import (
    Consultation,
    Proof,
    ProofFile,
    ProofJudgement,
    ShownProof,
)
from xinglin.care.consultation.queries.faces import doctor_json
from xinglin.care.consultation.queries.visits import Visit, purpose_of, visit_of_party
from xinglin.care.consultation.types import AcceptedProof, FollowUpBasis
from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound
from xinglin.policy import facts
from xinglin.policy import rules as law

PAGE = 50


def own_proofs(
    viewer: Viewer, patient_id: UUID, *, after: UUID | None, limit: int
) -> dict[str, Any]:
    """The patient's earlier diagnoses, newest first, paged by key; the reading is audited.

    Raises:
        NotFound: the patient is not the viewer's.
    """
    patient = people.patient_of(viewer, patient_id)
    limit = min(max(limit, 1), PAGE)
    rows = Proof.objects.filter(patient_id=patient_id, withdrawn_at__isnull=True)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: limit + 1])
    shown = found[:limit]
    audit.record_each(
        viewer,
        "proof.list",
        {row.pk: row.patient_id for row in shown},
        thing="proof",
        purpose="own",
    )
    return {
        "items": _items(shown, place=patient.place),
        "next": shown[-1].pk if len(found) > limit else None,
    }


def own_proof(viewer: Viewer, proof_id: UUID) -> dict[str, Any]:
    """One of the viewer's, also when it is withdrawn; the reading is audited.

    Raises:
        NotFound: it is somebody else's.
    """
    row = _own(viewer, proof_id)
    patient = people.patient_of(viewer, row.patient_id)
    _audit(viewer, row, "proof.read", "own")
    return _items([row], place=patient.place)[0]


def own_proof_file(viewer: Viewer, proof_id: UUID, file_id: UUID) -> UUID:
    """A file of the viewer's proof; the reading is audited.

    Raises:
        NotFound: the proof is somebody else's, or the file is not of it.
    """
    row = _own(viewer, proof_id)
    _check_file(proof_id, file_id)
    _audit(viewer, row, "proof.read_file", "own", file_id=str(file_id))
    return file_id


def _own(viewer: Viewer, proof_id: UUID) -> Proof:
    row = Proof.objects.filter(pk=proof_id, holder_id=viewer.user_id).first()
    if row is None:
        raise NotFound
    return row


def proofs_of_visit(viewer: Viewer, consultation_id: UUID) -> list[dict[str, Any]]:
    """What was shown in a visit, with every judgement made there; the reading is audited.

    Raises:
        NotFound: for everybody but holder and doctor.
    """
    seen = visit_of_party(viewer, consultation_id)
    shown = ShownProof.objects.filter(consultation_id=consultation_id).order_by("pk")
    rows = [each.proof for each in shown.select_related("proof")]
    audit.record_each(
        viewer,
        "proof.list",
        {row.pk: row.patient_id for row in rows},
        thing="proof",
        purpose=purpose_of(seen, viewer),
    )
    if not rows:
        return []
    place = people.patient_card(seen.patient_id).place
    made = list(
        ProofJudgement.objects.filter(consultation_id=consultation_id).order_by("-number", "-pk")
    )
    doctors = people.practitioners({each.practitioner_id for each in made})
    return [
        {
            **item,
            "files": [] if _is_hidden(row, seen, viewer) else item["files"],
            "judgements": [
                _judgement_json(each, doctors) for each in made if each.proof_id == row.pk
            ],
            "may": _may(row, seen, viewer),
        }
        for row, item in zip(rows, _items(rows, place=place), strict=True)
    ]


def _is_hidden(row: Proof, seen: Visit, viewer: Viewer) -> bool:
    """What the patient withdrew is still the patient's to see, and nobody else's."""
    return row.withdrawn_at is not None and seen.who(viewer) != "patient"


def _may(row: Proof, seen: Visit, viewer: Viewer) -> list[str]:
    judges = CONSULTATION.allows(seen.state, "become_follow_up", seen.who(viewer))
    return ["judge"] if judges and row.withdrawn_at is None else []


def file_of_visit(viewer: Viewer, consultation_id: UUID, proof_id: UUID, file_id: UUID) -> UUID:
    """A file of a proof shown in the visit; the reading is audited.

    Raises:
        NotFound: for everybody but holder and doctor; it is not of the visit, or was withdrawn.
    """
    seen = visit_of_party(viewer, consultation_id)
    row = Proof.objects.filter(pk=proof_id, shown__consultation_id=consultation_id).first()
    if row is None or _is_hidden(row, seen, viewer):
        raise NotFound
    _check_file(proof_id, file_id)
    _audit(viewer, row, "proof.read_file", purpose_of(seen, viewer), file_id=str(file_id))
    return file_id


def _check_file(proof_id: UUID, file_id: UUID) -> None:
    if not ProofFile.objects.filter(proof_id=proof_id, file_id=file_id).exists():
        raise NotFound


def standing_judgements(consultation_id: UUID) -> dict[UUID, ProofJudgement]:
    """Proof -> the judgement that holds in the visit: the newest, with its proof at hand."""
    made = ProofJudgement.objects.filter(consultation_id=consultation_id).order_by("number")
    return {each.proof_id: each for each in made.select_related("proof")}


def follow_up_basis(consultation_id: UUID) -> FollowUpBasis:
    """For callers that have checked who asks: what may be prescribed for, and who said so.

    Raises:
        NotFound: there is no such visit.
    """
    may = Consultation.objects.filter(pk=consultation_id).values_list("may_prescribe", flat=True)
    found = may.first()
    if found is None:
        raise NotFound
    standing = standing_judgements(consultation_id).values()
    return FollowUpBasis(
        consultation_id=consultation_id,
        may_prescribe=found,
        proofs=tuple(
            AcceptedProof(
                codes=tuple(one["code"] for one in each.diagnoses),
                proof_id=each.proof_id,
                judgement_id=each.pk,
                practitioner_id=each.practitioner_id,
                judged_at=each.judged_at,
                evidence=each.evidence,
            )
            for each in standing
            if each.outcome == "accepted"
        ),
    )


def may_delete_proof(proof_id: UUID, *, at: datetime, asked: bool) -> law.Verdict:
    """What policy `retain` says to deleting it now: shown in a visit, it is a part of the record.

    Args:
        asked: because the patient asks, not because time is up.
    Raises:
        NotFound: there is no such proof.
    """
    row = Proof.objects.filter(pk=proof_id).first()
    if row is None:
        raise NotFound
    shown = ShownProof.objects.filter(proof_id=proof_id).select_related("consultation")
    last = max((each.consultation.ended_at or at for each in shown), default=row.added_at)
    place = people.patient_card(row.patient_id).place
    return law.decide(
        "retain",
        facts.Retain(thing="record", made_at=last, wants_delete=asked, now=at),
        place=place,
        on=law.local_date(at, place),
    )


def _items(rows: list[Proof], *, place: str) -> list[dict[str, Any]]:
    """In four statements, however many."""
    asked = [row.pk for row in rows]
    files = ProofFile.objects.filter(proof_id__in=asked).order_by("position")
    last = _last_judgements(asked)
    waiting = set(
        ShownProof.objects.filter(
            proof_id__in=asked, consultation__ended_at__isnull=True
        ).values_list("proof_id", flat=True)
    )
    doctors = people.practitioners({each.practitioner_id for each in last.values()})
    by_proof: dict[UUID, list[dict[str, Any]]] = {row.pk: [] for row in rows}
    for file in files:
        by_proof[file.proof_id].append({"id": file.file_id, "kind": file.kind})
    today = law.local_date(clock.now(), place)
    oldest = _reminded_after(place, today)
    return [
        {
            "id": row.pk,
            "patient_id": row.patient_id,
            "kind": row.kind,
            "kind_text": rules.PROOF_KINDS[row.kind],
            "diagnosis": {
                "code": row.diagnosis_code,
                "name_zh": row.diagnosis_zh,
                "name_en": row.diagnosis_en,
            },
            "hospital": row.hospital,
            "issued_on": row.issued_on,
            "is_old": oldest is not None and (today - row.issued_on).days > oldest,
            "files": by_proof[row.pk],
            "added_at": row.added_at,
            "withdrawn_at": row.withdrawn_at,
            "state": _state(row, last.get(row.pk), row.pk in waiting),
            "last": _judgement_json(last[row.pk], doctors) if row.pk in last else None,
        }
        for row in rows
    ]


def _state(row: Proof, last: ProofJudgement | None, is_waiting: bool) -> str:  # noqa: FBT001
    if row.withdrawn_at is not None:
        return "withdrawn"
    if last is not None:
        return last.outcome
    return "waiting" if is_waiting else "kept"


def _last_judgements(proof_ids: Iterable[UUID]) -> dict[UUID, ProofJudgement]:
    """Of whatever visit."""
    made = ProofJudgement.objects.filter(proof_id__in=proof_ids)
    newest = made.order_by("proof_id", "-judged_at", "-pk").distinct("proof_id")
    return {each.proof_id: each for each in newest}


def _reminded_after(place: str, today: date) -> int | None:
    """In days; our own reminder, where the place has one."""
    try:
        days: int = law.knob("follow_up_proof_max_age", place=place, on=today)
    except KeyError:
        return None
    return days


def _judgement_json(
    made: ProofJudgement, doctors: Mapping[UUID, PractitionerCard]
) -> dict[str, Any]:
    return {
        "id": made.pk,
        "consultation_id": made.consultation_id,
        "number": made.number,
        "outcome": made.outcome,
        "diagnoses": made.diagnoses,
        "reason": made.reason,
        "reason_text": rules.PROOF_REASONS.get(made.reason),
        "words": made.words,
        "doctor": doctor_json(doctors[made.practitioner_id]),
        "judged_at": made.judged_at,
        "evidence": made.evidence,
        "kind": made.kind,
        "may_prescribe": made.may_prescribe,
        "rule_ids": made.rule_ids,
    }


def _audit(viewer: Viewer, row: Proof, action: str, purpose: str, **detail: object) -> None:
    audit.record(
        viewer,
        action,
        subject=row.patient_id,
        thing="proof",
        thing_id=row.pk,
        purpose=purpose,
        detail=detail,
    )
