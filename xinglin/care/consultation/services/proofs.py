"""The patient's side of a proof (R04): handed in, shown to the doctor of a visit, withdrawn."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.lifecycle import CONSULTATION
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import (
    Consultation,
    Proof,
    ProofFile,
    ProofJudgement,
    ShownProof,
)
from xinglin.care.consultation.permissions import check_holder
from xinglin.care.consultation.queries.diagnoses import chosen_diagnoses
from xinglin.care.consultation.services import kinds
from xinglin.care.consultation.services.locking import locked
from xinglin.care.consultation.services.steps import tell_parties
from xinglin.care.consultation.types import NewProof
from xinglin.care.people import queries as people
from xinglin.care.people.types import PatientCard
from xinglin.foundation.accounts.services import lock_account
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.media import queries as media
from xinglin.foundation.media.services import claim
from xinglin.foundation.media.types import FileCard
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid, NotFound
from xinglin.kernel.text import Text
from xinglin.policy.rules import local_date

SHORTEST = 2
_PROVES = frozenset({"picture", "document"})


@outbox.in_one_transaction()
def add_proof(viewer: Viewer, form: NewProof, *, at: datetime) -> UUID:
    """Keep a paper of an earlier diagnosis with the patient, for this and later visits.

    Raises:
        NotFound: the patient or a file is not the viewer's.
        Invalid: names every field that is wrong.
        RuleRefused: no visit could be opened either (consent among other things).
        Conflict: so many are kept already.
    Locks: the account, so that parallel requests count each other.
    """
    patient = people.patient_of(viewer, form.patient_id)
    if wrong := _faults(form, patient, at):
        raise Invalid(*wrong)
    who = people.asking_facts(people.asking_for(patient))
    kinds.ask(patient, "", at, **who).demand("advice_only")
    lock_account(viewer.user_id)
    _check_count(form.patient_id)
    files = _files(viewer, form.file_ids)
    prints = media.fingerprints(file.id for file in files)
    row = Proof.objects.create(
        patient_id=form.patient_id,
        holder_id=viewer.user_id,
        kind=form.kind,
        **_named(form.diagnosis_code, form.diagnosis.strip()),
        hospital=form.hospital.strip(),
        issued_on=form.issued_on,
        evidence=rules.evidence(prints[file.id] for file in files),
        added_at=at,
    )
    ProofFile.objects.bulk_create(
        ProofFile(proof=row, position=nth, file_id=file.id, kind=file.kind, sha256=prints[file.id])
        for nth, file in enumerate(files)
    )
    _audit(viewer, row, "proof.add", files=len(files))
    return row.pk


def _faults(form: NewProof, patient: PatientCard, at: datetime) -> list[FieldError]:
    diagnosis, hospital = form.diagnosis.strip(), form.hospital.strip()
    checks = (
        (
            "kind",
            form.kind in rules.PROOF_KINDS,
            *("请选择病历的种类。", "Please choose the kind of paper."),
        ),
        (
            "diagnosis",
            bool(form.diagnosis_code) or SHORTEST <= len(diagnosis) <= rules.LONGEST_DIAGNOSIS,
            f"请填写病历上的诊断（{SHORTEST}至{rules.LONGEST_DIAGNOSIS}字）。",
            f"Please write the diagnosis ({SHORTEST} to {rules.LONGEST_DIAGNOSIS} characters).",
        ),
        (
            "hospital",
            SHORTEST <= len(hospital) <= rules.LONGEST_HOSPITAL,
            f"请填写医院名称（{SHORTEST}至{rules.LONGEST_HOSPITAL}字）。",
            f"Please write the hospital ({SHORTEST} to {rules.LONGEST_HOSPITAL} characters).",
        ),
        (
            "issued_on",
            form.issued_on <= local_date(at, patient.place),
            *("日期不能晚于今天。", "The date cannot be later than today."),
        ),
        (
            "issued_on",
            form.issued_on >= patient.birth_date,
            *("日期早于就诊人的出生日期。", "The date is before the patient was born."),
        ),
        (
            "file_ids",
            1 <= len(set(form.file_ids)) <= rules.MOST_PROOF_FILES,
            f"请上传1至{rules.MOST_PROOF_FILES}个文件。",
            f"Please add 1 to {rules.MOST_PROOF_FILES} files.",
        ),
    )
    return [FieldError(name, Text(zh, en)) for name, holds, zh, en in checks if not holds]


def _check_count(patient_id: UUID) -> None:
    kept = Proof.objects.filter(patient_id=patient_id, withdrawn_at__isnull=True).count()
    if kept >= rules.MOST_PROOFS:
        raise Conflict(
            "too_many_proofs",
            Text(
                f"每位就诊人最多保存{rules.MOST_PROOFS}份既往诊断。",
                f"At most {rules.MOST_PROOFS} earlier diagnoses are kept for one patient.",
            ),
        )


def _files(viewer: Viewer, file_ids: Sequence[UUID]) -> list[FileCard]:
    found = claim(viewer, file_ids)
    if len(found) != len(set(file_ids)) or any(file.kind not in _PROVES for file in found):
        raise NotFound
    return found


def _named(code: str, words: str) -> dict[str, str]:
    """By the table's names, when there is a code."""
    if not code:
        return {"diagnosis_code": "", "diagnosis_zh": words, "diagnosis_en": ""}
    (found,) = chosen_diagnoses([code], field="diagnosis_code")
    return {
        "diagnosis_code": found["code"],
        "diagnosis_zh": found["name_zh"],
        "diagnosis_en": found["name_en"],
    }


def proofs_to_show(viewer: Viewer, patient_id: UUID, proof_ids: Sequence[UUID]) -> list[Proof]:
    """Of the patient of a visit, in the order asked.

    Raises:
        NotFound: one is somebody else's, or withdrawn.
        Invalid: more than a doctor can look at in one visit.
    """
    asked = list(dict.fromkeys(proof_ids))
    if len(asked) > rules.MOST_PROOFS_SHOWN:
        raise _too_many_shown()
    if not asked:
        return []
    found = Proof.objects.in_bulk(asked)
    ours = [found[i] for i in asked if i in found and _is_of(found[i], viewer, patient_id)]
    if len(ours) != len(asked):
        raise NotFound
    return ours


def _is_of(row: Proof, viewer: Viewer, patient_id: UUID) -> bool:
    mine = row.holder_id == viewer.user_id and row.patient_id == patient_id
    return mine and row.withdrawn_at is None


def _too_many_shown() -> Invalid:
    return Invalid(
        FieldError(
            "proof_ids",
            Text(
                f"一次问诊最多提供{rules.MOST_PROOFS_SHOWN}份既往诊断。",
                f"At most {rules.MOST_PROOFS_SHOWN} earlier diagnoses are shown in one visit.",
            ),
        )
    )


def show_all(viewer: Viewer, row: Consultation, proofs: Sequence[Proof], at: datetime) -> None:
    """To the doctor of the visit, whoever it will be. The row is locked, or new."""
    for proof in proofs:
        ShownProof.objects.create(consultation_id=row.pk, proof=proof, shown_at=at)
        _audit(viewer, proof, "proof.show", consultation_id=str(row.pk))
        messages.post_card(
            row.pk,
            "proof_shown",
            Text(
                "已提供一份既往诊断的病历，等待医生查看。",
                "A record of an earlier diagnosis was added; the doctor will look at it.",
            ),
            proof_id=str(proof.pk),
        )


@outbox.in_one_transaction()
def show_proof(viewer: Viewer, consultation_id: UUID, proof_id: UUID, *, at: datetime) -> None:
    """Add a proof to a visit that is not over; twice is once.

    Raises:
        NotFound: the visit or the proof is not the viewer's, or it is of another patient.
        IllegalStep: the visit is over.
        Invalid: so many are shown already.
    Emits: ProofShown.
    """
    row = locked(consultation_id)
    check_holder(viewer, row)
    if row.state in CONSULTATION.finals:
        raise IllegalStep
    proofs = proofs_to_show(viewer, row.patient_id, [proof_id])
    shown = set(
        ShownProof.objects.filter(consultation_id=row.pk).values_list("proof_id", flat=True)
    )
    if proof_id in shown:
        return
    if len(shown) >= rules.MOST_PROOFS_SHOWN:
        raise _too_many_shown()
    show_all(viewer, row, proofs, at)
    tell_parties(row, events.ProofShown, proof_id=proof_id)


@outbox.in_one_transaction()
def withdraw_proof(viewer: Viewer, proof_id: UUID, *, at: datetime) -> None:
    """Take a proof back that no doctor has judged; what was judged stays with the record (R04).

    Raises:
        NotFound: it is not the viewer's.
        Conflict: judged already.
    Locks: the open visits that it is shown in, then the proof, as a judgement does.
    Emits: ProofWithdrawn, in each of them.
    """
    if not Proof.objects.filter(pk=proof_id, holder_id=viewer.user_id).exists():
        raise NotFound
    shown_in = [locked(visit) for visit in _open_visits_with(proof_id)]
    row = Proof.objects.select_for_update().get(pk=proof_id)
    if row.withdrawn_at is not None:
        return
    if ProofJudgement.objects.filter(proof_id=proof_id).exists():
        raise Conflict(
            "proof_judged",
            Text(
                "医生已经对这份病历作出判断，它是病历的一部分，不能再撤回。",
                "A doctor has judged this paper. It is part of the record now and cannot be"
                " withdrawn.",
            ),
        )
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    _audit(viewer, row, "proof.withdraw")
    for visit in shown_in:
        messages.post_card(
            visit.pk,
            "proof_withdrawn",
            Text("一份既往诊断的病历已被撤回。", "A record of an earlier diagnosis was withdrawn."),
            proof_id=str(proof_id),
        )
        tell_parties(visit, events.ProofWithdrawn, proof_id=proof_id)


def _open_visits_with(proof_id: UUID) -> list[UUID]:
    shown = ShownProof.objects.filter(proof_id=proof_id, consultation__ended_at__isnull=True)
    return list(shown.order_by("consultation_id").values_list("consultation_id", flat=True))


def _audit(viewer: Viewer, row: Proof, action: str, **detail: object) -> None:
    audit.record(
        viewer,
        action,
        subject=row.patient_id,
        thing="proof",
        thing_id=row.pk,
        purpose="own",
        detail=detail,
    )
