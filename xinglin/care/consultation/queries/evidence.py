"""One visit with all that the house keeps of it, for a dispute package (K10).

Also what was withdrawn: chats are kept for three years (R22), and a dispute is what for. The caller
has checked who asks and why, and audits it.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Model

from xinglin.care.consultation import rules
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.messages.types import Message
from xinglin.care.consultation.models import (
    Consultation,
    ConsultationStep,
    Guest,
    JoinLink,
    Proof,
    ProofJudgement,
    Question,
    QuestionStep,
    RecordVersion,
    Referral,
    ReferralAnswer,
    ShownProof,
    Transfer,
)
from xinglin.care.consultation.queries.evidence_calls import calls_part
from xinglin.care.consultation.queries.evidence_recordings import recordings_part
from xinglin.care.consultation.queries.exports import file_of, record_lines, speaker
from xinglin.care.consultation.queries.guests import GUEST_NAME, LINK_NAME
from xinglin.care.consultation.queries.operating import reason_text, step_text
from xinglin.foundation.accounts.services import unseal_text
from xinglin.foundation.copies.types import Part, Section
from xinglin.foundation.media import services as media
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text

_WITHDRAWN = Text("（已撤回，原文：）", "(withdrawn; it said:)")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """What whoever makes a package has to know of the visit. `things`: on which audit lines stand."""

    id: UUID
    institution_id: UUID
    patient_id: UUID
    holder_id: UUID
    doctor_user_id: UUID | None
    practitioner_ids: tuple[UUID, ...]
    intake_id: UUID
    proxy_consent_id: UUID | None
    department: str
    state: str
    requested_at: datetime
    ended_at: datetime | None
    things: tuple[UUID, ...]


def visit_facts(consultation_id: UUID) -> VisitFacts:
    """Raises NotFound."""
    row = Consultation.objects.filter(pk=consultation_id).first()
    if row is None:
        raise NotFound
    return VisitFacts(
        id=row.pk,
        institution_id=row.institution_id,
        patient_id=row.patient_id,
        holder_id=row.holder_id,
        doctor_user_id=row.doctor_user_id,
        practitioner_ids=tuple(sorted(_doctors_of(row))),
        intake_id=row.intake_id,
        proxy_consent_id=row.proxy_consent_id,
        department=row.department,
        state=row.state,
        requested_at=row.requested_at,
        ended_at=row.ended_at,
        things=(
            row.pk,
            row.intake_id,
            *([row.walk_in_id] if row.walk_in_id else []),
            *_proof_ids(row.pk),
            *_question_ids(row.pk),
            *row.calls.order_by("pk").values_list("pk", flat=True),
        ),
    )


def _doctors_of(row: Consultation) -> set[UUID]:
    """Whoever had the visit, signed its record, or answered a question about it."""
    signed = RecordVersion.objects.filter(consultation=row)
    answered = Question.objects.filter(consultation=row, state="answered")
    # A step that takes a visit from its doctor names whose it was.
    left = row.steps.filter(from_state="active", detail__has_key="practitioner_id")
    return {
        *([row.practitioner_id] if row.practitioner_id else []),
        *signed.values_list("practitioner_id", flat=True),
        *answered.values_list("colleague_id", flat=True),
        *(UUID(whose) for whose in left.values_list("detail__practitioner_id", flat=True)),
    }


def _proof_ids(consultation_id: UUID) -> list[UUID]:
    shown = ShownProof.objects.filter(consultation_id=consultation_id)
    return list(shown.order_by("proof_id").values_list("proof_id", flat=True))


def _question_ids(consultation_id: UUID) -> list[UUID]:
    asked = Question.objects.filter(consultation_id=consultation_id)
    return list(asked.order_by("pk").values_list("pk", flat=True))


def visit_evidence(consultation_id: UUID, zone: tzinfo) -> list[Part]:
    """The visit, its chat, its records, what colleagues said, its papers, its referral, and what
    proves the recordings of its calls.
    """
    row = Consultation.objects.select_related("rating").get(pk=consultation_id)
    return [
        _visit(row, zone),
        _chat(row, zone),
        calls_part(row, zone),
        _records(row, zone),
        _colleagues(row, zone),
        _proofs(row, zone),
        _referral(row, zone),
        recordings_part(row.pk, zone),
    ]


def _visit(row: Consultation, zone: tzinfo) -> Part:
    steps = list(row.steps.order_by("id"))
    rating = getattr(row, "rating", None)
    links = list(JoinLink.objects.filter(consultation=row).order_by("id"))
    guests = list(Guest.objects.filter(consultation=row).order_by("id"))
    data = {
        "visit": _columns(row),
        "steps": [_columns(step) for step in steps],
        "rating": _columns(rating) if rating else None,
        "invitations": [
            _columns(link, "name_sealed", "token_hash")
            | {"name": unseal_text(link.name_sealed, LINK_NAME)}
            for link in links
        ],
        "guests": [
            _columns(guest, "name_sealed", "cookie_hash")
            | {"name": unseal_text(guest.name_sealed, GUEST_NAME)}
            for guest in guests
        ],
    }
    lines = [
        (Text("问诊编号", "Visit"), str(row.pk)),
        (Text("主诉", "Complaint"), row.complaint),
        (Text("状态", "State"), f"{row.state} {row.ending}".strip()),
    ]
    taken = [(_moment(step.at, zone), _step_words(step)) for step in steps]
    return Part(
        name="visit",
        data=data,
        sections=[
            Section(Text("问诊", "The visit"), lines),
            Section(Text("步骤", "Steps"), taken),
        ],
    )


def _step_words(step: ConsultationStep) -> Text:
    """With the reason, where it is of a list that people choose from."""
    told, why = step_text(step.step), reason_text(step.reason)
    way = f"{step.from_state}→{step.to_state}"
    if why is None:
        return Text(f"{told.zh}（{way}）", f"{told.en} ({way})")
    return Text(f"{told.zh}：{why.zh}（{way}）", f"{told.en}: {why.en} ({way})")


def _chat(row: Consultation, zone: tzinfo) -> Part:
    said = messages.read_kept(row.pk)
    files = _stored(
        {file_id: f"files/chat/{each.seq:04d}" for each in said if (file_id := file_of(each))}
    )
    told = [
        {
            "seq": each.seq,
            "at": each.at,
            "client_id": each.client_id,
            "sender": each.sender,
            "sender_id": each.sender_id,
            "kind": each.kind,
            "body": each.body,
            "withdrawn": each.withdrawn,
            "file": files[found][0] if (found := file_of(each)) in files else None,
        }
        for each in said
    ]
    lines = [(speaker(each, zone), _said(each, files)) for each in said]
    names = [name for name, _ in files.values()]
    return Part(
        name="chat",
        data={"messages": told},
        sections=[Section(Text("对话全文", "The whole conversation"), lines, names)],
        files=dict(files.values()),
    )


def _said(message: Message, files: dict[UUID | None, tuple[str, Path]]) -> Text:
    """The words as they were kept; a correction names the number that it corrects."""
    text = message.body.get("text") or ""
    both = Text(**text) if isinstance(text, dict) else Text(str(text) or "-", str(text) or "-")
    marks = f"#{message.seq}"
    if message.kind in {"edit", "withdrawal"}:
        marks += f" [{message.kind} #{message.body.get('of', '')}]"
    elif file_id := file_of(message):
        marks += f" [{message.kind} {files.get(file_id, ('-', None))[0]}]"
    both = Text(f"{marks} {both.zh}", f"{marks} {both.en}")
    if not message.withdrawn:
        return both
    return Text(f"{_WITHDRAWN.zh}{both.zh}", f"{_WITHDRAWN.en} {both.en}")


def _records(row: Consultation, zone: tzinfo) -> Part:
    """Each version with the very bytes that were signed, so that the signature can be checked."""
    versions = list(RecordVersion.objects.filter(consultation=row).order_by("version"))
    told, texts = [], {}
    for each in versions:
        name = f"records/{each.version:02d}.statement.json"
        texts[name] = _statement(row, each)
        told.append(
            _columns(each, "signature")
            | {
                "statement": name,
                "signature": base64.b64encode(bytes(each.signature)).decode(),
            }
        )
    sections = [
        Section(
            Text(f"病历第{each.version}版", f"Record, version {each.version}"),
            [
                *record_lines(each, zone),
                (Text("修改原因", "Why it was changed"), each.reason or "-"),
                (Text("签名", "Signature"), f"{each.algorithm} {each.key_id}"),
            ],
        )
        for each in versions
    ]
    return Part(name="records", data={"versions": told}, sections=sections, texts=texts)


def _statement(row: Consultation, each: RecordVersion) -> bytes:
    """Those of before who asked, who was consulted, or a site was kept have no such member."""
    return rules.canonical(
        consultation_id=row.pk,
        patient_id=row.patient_id,
        version=each.version,
        fields=each.fields,
        reason=each.reason,
        signed_by=each.signed_by,
        signed_at=each.signed_at,
        asked_by=each.asked_by,
        consulted=each.consulted,
        site=each.site,
    )


def _colleagues(row: Consultation, zone: tzinfo) -> Part:
    """Notes of transfers, and what the doctor asked colleagues."""
    transfers = list(Transfer.objects.filter(consultation=row).order_by("pk"))
    asked = list(Question.objects.filter(consultation=row).order_by("pk"))
    steps = QuestionStep.objects.filter(question__in=asked).order_by("pk")
    lines: list[tuple[Text, Text | str]] = [
        (_moment(each.at, zone), f"{each.from_department} → {each.to_department}: {each.note}")
        for each in transfers
    ]
    for each in asked:
        lines.append((_moment(each.asked_at, zone), f"? {each.words}"))
        if each.answered_at is not None:
            lines.append((_moment(each.answered_at, zone), f"→ {each.answer}"))
    return Part(
        name="colleagues",
        data={
            "transfers": [_columns(each) for each in transfers],
            "questions": [_columns(each) for each in asked],
            "steps": [_columns(each) for each in steps],
        },
        sections=[Section(Text("交接与同事意见", "Transfers and colleagues"), lines)],
    )


def _proofs(row: Consultation, zone: tzinfo) -> Part:
    papers = list(Proof.objects.filter(pk__in=_proof_ids(row.pk)).prefetch_related("files"))
    judged = list(ProofJudgement.objects.filter(consultation=row).order_by("judged_at"))
    files = _stored(
        {
            file.file_id: f"files/proofs/{paper.pk}/{file.position}"
            for paper in papers
            for file in paper.files.all()
        }
    )
    data = {
        "papers": [
            _columns(paper)
            | {
                "files": [
                    _columns(f) | {"file": files[f.file_id][0] if f.file_id in files else None}
                    for f in paper.files.all()
                ]
            }
            for paper in papers
        ],
        "judgements": [_columns(each) for each in judged],
    }
    lines: list[tuple[Text, Text | str]] = [
        (Text(f"{p.issued_on} 病历", f"Paper of {p.issued_on}"), f"{p.diagnosis_zh} {p.hospital}")
        for p in papers
    ]
    lines += [
        (_moment(j.judged_at, zone), f"{j.outcome} {j.reason} {j.words}".strip()) for j in judged
    ]
    heading = Text("既往诊断与判断", "Earlier diagnoses and how they were judged")
    names = [name for name, _ in files.values()]
    return Part(
        name="proofs",
        data=data,
        sections=[Section(heading, lines, names)],
        files=dict(files.values()),
    )


def _referral(row: Consultation, zone: tzinfo) -> Part:
    """The letter, and what the patient answered whether they went."""
    told = Referral.objects.filter(consultation=row).first()
    answers = list(told.answers.order_by("id")) if told else []
    lines: list[tuple[Text, Text | str]] = []
    if told:
        lines = [
            (_moment(told.issued_at, zone), f"{told.hospital} {told.department}".strip()),
            (Text("原因", "Reason"), rules.STOP_REASONS[told.reason]),
            (Text("紧急程度", "How soon"), rules.STOP_URGENCIES[told.urgency]),
            (Text("建议", "Advice"), told.advice),
        ]
    lines += [(_moment(each.at, zone), _went(each)) for each in answers]
    return Part(
        name="referral",
        data={
            "letter": _columns(told) if told else None,
            "answers": [_columns(each) for each in answers],
        },
        sections=[Section(Text("转诊与随访", "Referral and follow-up"), lines)],
    )


def _went(each: ReferralAnswer) -> Text:
    said = rules.WENT[each.went]
    return Text(f"{said.zh} {each.words}".strip(), f"{said.en} {each.words}".strip())


def _stored(wanted: dict[UUID, str]) -> dict[UUID | None, tuple[str, Path]]:
    """File -> its name in the package, and where it lies."""
    found = media.stored(wanted)
    return {
        file_id: (f"{wanted[file_id]}{Path(opened.path).suffix}", Path(opened.path))
        for file_id, opened in found.items()
    }


def _columns(row: Model, *without: str) -> dict[str, Any]:
    names: Iterable[str] = (field.attname for field in row._meta.concrete_fields)  # noqa: SLF001  # Django's public name for it
    return {name: getattr(row, name) for name in names if name not in without}


def _moment(at: datetime, zone: tzinfo) -> Text:
    told = f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return Text(told, told)
