"""The visits of an account, for a copy: conversation, signed records, proofs, files."""

import base64
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from pathlib import Path
from typing import Any
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.messages.types import Message
from xinglin.care.consultation.models import Call, Consultation, Proof, RecordVersion
from xinglin.care.consultation.queries.sites import SITE_LABEL, site_line
from xinglin.care.people import queries as people
from xinglin.care.people.types import PatientCard, PractitionerCard
from xinglin.foundation.copies.types import Part, Section
from xinglin.foundation.media import services as media
from xinglin.foundation.media.types import Opened
from xinglin.kernel.text import Text
from xinglin.policy.places import layers

_FILES = ("picture", "voice", "document")
_SPEAKERS = {
    "patient": Text("患者一方", "Patient's side"),
    "doctor": Text("医生", "Doctor"),
    "system": Text("系统", "System"),
}
_GUEST, _ASSISTANT = Text("受邀人", "guest"), Text("助理", "assistant")
_WITHDRAWN = Text("（已撤回）", "(withdrawn)")


def export_part(holder_id: UUID) -> Part:
    """Every visit that the account asked for, newest first."""
    rows = list(
        Consultation.objects.filter(holder_id=holder_id)
        .select_related("rating", "referral")
        .prefetch_related("referral__answers")
        .order_by("-id")
    )
    persons = people.patient_cards({row.patient_id for row in rows})
    versions = _versions(rows)
    signers = {each.practitioner_id for found in versions.values() for each in found}
    doctors = people.practitioners(signers | {r.practitioner_id for r in rows if r.practitioner_id})
    calls = _calls(rows)
    told, sections, paths = [], [], dict[str, Path]()
    for row in rows:
        said = list(_thread(row.pk))
        files = _files(row.pk, said)
        paths |= {name: Path(found.path) for name, found in files.values()}
        signed = versions.get(row.pk, [])
        told.append(_visit(row, said, signed, files) | {"calls": calls.get(row.pk, [])})
        sections.append(_section(row, said, signed, files, persons[row.patient_id], doctors))
    proofs, proof_paths = _proofs(holder_id)
    return Part(
        name="visits",
        data={"visits": told, "proofs": proofs},
        sections=sections,
        files=paths | proof_paths,
    )


def _referral(row: Consultation) -> dict[str, Any] | None:
    told = getattr(row, "referral", None)
    if told is None:
        return None
    names = ("reason", "urgency", "hospital", "department", "booking_url", "advice", "clinical")
    return {
        **{name: getattr(told, name) for name in names},
        "issued_at": told.issued_at,
        "answers": [
            {"went": each.went, "words": each.words, "at": each.at} for each in told.answers.all()
        ],
    }


def _calls(rows: Iterable[Consultation]) -> dict[UUID, list[dict[str, Any]]]:
    """What the visits' own cards say too, with every answer about recordings and stills."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    calls = Call.objects.filter(consultation__in=[row.pk for row in rows])
    for each in calls.prefetch_related("consents").order_by("id"):
        found.setdefault(each.consultation_id, []).append(
            {
                "id": each.pk,
                "channel": each.channel,
                "asked_by": each.asked_by,
                "asked_at": each.asked_at,
                "answered_at": each.answered_at,
                "ended_at": each.ended_at,
                "ending": each.ending,
                "clock_ms": each.clock_ms,
                "consents": [
                    {
                        "kind": said.kind,
                        "side": said.side,
                        "answer": said.answer,
                        "version": said.version,
                        "at": said.at,
                    }
                    for said in each.consents.all()
                ],
            }
        )
    return found


def _versions(rows: Iterable[Consultation]) -> dict[UUID, list[RecordVersion]]:
    found: dict[UUID, list[RecordVersion]] = {}
    ids = [row.pk for row in rows]
    for each in RecordVersion.objects.filter(consultation_id__in=ids).order_by("version"):
        found.setdefault(each.consultation_id, []).append(each)
    return found


def _thread(visit_id: UUID) -> Iterator[Message]:
    since = 0
    while page := messages.read(visit_id, since):
        yield from page
        since = page[-1].seq


def file_of(message: Message) -> UUID | None:
    told = message.body.get(f"{message.kind}_id") if message.kind in _FILES else None
    return UUID(str(told)) if told else None


def _files(visit_id: UUID, said: Iterable[Message]) -> dict[UUID, tuple[str, Opened]]:
    """File -> its name in the copy, and where it lies."""
    wanted = {found: message.seq for message in said if (found := file_of(message))}
    return {
        file_id: (
            f"files/{visit_id}/{wanted[file_id]:04d}{Path(found.path).suffix}",
            found,
        )
        for file_id, found in media.stored(wanted).items()
    }


def _visit(
    row: Consultation,
    said: list[Message],
    signed: list[RecordVersion],
    files: dict[UUID, tuple[str, Opened]],
) -> dict[str, Any]:
    rating = getattr(row, "rating", None)
    return {
        "id": row.pk,
        "patient": row.patient_id,
        "asked_by": {"role": row.asked_by, "relation": row.relation, "person": row.asker_id},
        "intake": row.intake_id,
        "department": row.department,
        "kind": row.kind,
        "kind_rules": row.kind_rules,
        "complaint": row.complaint,
        "allergies": row.allergies,
        "state": row.state,
        "ending": row.ending,
        "ended_for": row.ended_for,
        "referral": _referral(row),
        "requested_at": row.requested_at,
        "accepted_at": row.accepted_at,
        "ended_at": row.ended_at,
        "doctor": row.practitioner_id,
        "records": [_record(each) for each in signed],
        "rating": {"score": rating.score, "tags": rating.tags, "comment": rating.comment}
        if rating
        else None,
        "messages": [
            {
                "seq": each.seq,
                "at": each.at,
                "sender": each.sender,
                "kind": each.kind,
                "body": each.body,
                "withdrawn": each.withdrawn,
                "file": files[file_id][0] if (file_id := file_of(each)) in files else None,
            }
            for each in said
        ],
    }


def _record(signed: RecordVersion) -> dict[str, Any]:
    return {
        "version": signed.version,
        "fields": signed.fields,
        "asked_by": signed.asked_by,
        "consulted": signed.consulted,
        "site": signed.site,
        "reason": signed.reason,
        "signed_at": signed.signed_at,
        "signed_by": signed.signed_by,
        "algorithm": signed.algorithm,
        "key_id": signed.key_id,
        "sha256": signed.sha256,
        "signature": base64.b64encode(bytes(signed.signature)).decode(),
    }


def _section(  # what one visit consists of
    row: Consultation,
    said: list[Message],
    signed: list[RecordVersion],
    files: dict[UUID, tuple[str, Opened]],
    patient: PatientCard,
    doctors: dict[UUID, PractitionerCard],
) -> Section:
    zone = layers(patient.place)[-1].zone
    department = people.department(row.department).name
    lines: list[tuple[Text, Text | str]] = [
        (Text("就诊人", "Patient"), patient.name),
        (Text("提问人", "Asked by"), people.askers()[row.relation]),
    ]
    if row.practitioner_id:
        lines.append((Text("医生", "Doctor"), doctors[row.practitioner_id].name))
    for each in signed[-1:]:
        lines += record_lines(each, zone)
    lines += [(speaker(each, zone), words_of(each)) for each in said if each.kind not in _FILES]
    day = f"{row.requested_at.astimezone(zone):%Y-%m-%d}"
    return Section(
        Text(f"{day} {department.zh}", f"{day} {department.en}"),
        lines,
        [name for name, _ in files.values()],
    )


def record_lines(signed: RecordVersion, zone: tzinfo) -> list[tuple[Text, Text | str]]:
    at = f"{signed.signed_at.astimezone(zone):%Y-%m-%d %H:%M}"
    lines: list[tuple[Text, Text | str]] = [
        (
            Text("病历签署", "Record signed"),
            Text(f"{at} 第{signed.version}版", f"{at} version {signed.version}"),
        )
    ]
    for name, label in rules.RECORD_FIELDS.items():
        found = signed.fields.get(name)
        if name == "diagnoses":
            lines.append((label, _diagnoses(found or [])))
        elif found:
            lines.append((label, str(found)))
    if signed.site:
        lines.append((SITE_LABEL, site_line(signed.site)))
    return lines


def _diagnoses(found: list[dict[str, str]]) -> Text:
    return Text(
        "；".join(f"{d['code']} {d['name_zh']}" for d in found) or "无",
        "; ".join(f"{d['code']} {d.get('name_en') or d['name_zh']}" for d in found) or "none",
    )


def speaker(message: Message, zone: tzinfo) -> Text:
    """When, and which side; a guest and a doctor's assistant by their own names."""
    at = f"{message.at.astimezone(zone):%m-%d %H:%M}"
    side = _SPEAKERS[message.sender]
    told = message.body.get("by")
    if not told:
        return Text(f"{at} {side.zh}", f"{at} {side.en}")
    who = _ASSISTANT if "assistant" in told else _GUEST
    return Text(
        f"{at} {side.zh}（{who.zh}{told['name']}）", f"{at} {side.en} ({who.en} {told['name']})"
    )


def words_of(message: Message) -> Text | str:
    if message.withdrawn:
        return _WITHDRAWN
    text = message.body.get("text", "")
    return Text(**text) if isinstance(text, dict) else str(text)


def _proofs(holder_id: UUID) -> tuple[list[dict[str, Any]], dict[str, Path]]:
    """Papers of earlier diagnoses that the account handed in, with their files."""
    rows = list(Proof.objects.filter(holder_id=holder_id).prefetch_related("files").order_by("-id"))
    lie = media.stored({file.file_id for row in rows for file in row.files.all()})
    told: list[dict[str, Any]] = []
    paths: dict[str, Path] = {}
    for row in rows:
        names = {
            f"files/proofs/{row.pk}/{file.position}{Path(lie[file.file_id].path).suffix}": Path(
                lie[file.file_id].path
            )
            for file in row.files.all()
            if file.file_id in lie
        }
        paths |= names
        told.append(_proof(row, sorted(names)))
    return told, paths


def _proof(row: Proof, files: list[str]) -> dict[str, Any]:
    return {
        "id": row.pk,
        "patient": row.patient_id,
        "kind": row.kind,
        "diagnosis_code": row.diagnosis_code,
        "diagnosis": row.diagnosis_zh,
        "hospital": row.hospital,
        "issued_on": row.issued_on,
        "added_at": row.added_at,
        "withdrawn_at": row.withdrawn_at,
        "files": files,
    }
