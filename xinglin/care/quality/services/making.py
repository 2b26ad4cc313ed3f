"""Making dispute packages: the worker's part."""

import base64
import json
import time
from collections.abc import Iterable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from xinglin.care.consultation import queries as consultation
from xinglin.care.dispatch import queries as dispatch
from xinglin.care.people import queries as people
from xinglin.care.quality.models import Package
from xinglin.care.quality.queries.lines import faces_of
from xinglin.care.quality.queries.packages import package_path
from xinglin.care.quality.rules import KEPT, REASONS
from xinglin.care.quality.services.sealing import Archive, seal
from xinglin.care.triage import queries as triage
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import queries as audit
from xinglin.foundation.audit import services as auditing
from xinglin.foundation.audit.types import Access, Sealed
from xinglin.foundation.copies import services as copies
from xinglin.foundation.copies.types import Part, Section
from xinglin.foundation.notices import queries as notice_queries
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.policy.places import layers

SCRIPT: Final = Path(__file__).parents[1] / "data" / "verify_package.py"
_HOUSE = Viewer.system("worker")
_SEAL_TRIES, _SEAL_PAUSE_S = 30, 0.1


def make_next_package() -> bool:
    """Make one that waits; whether there was one."""
    row = copies.taken(Package, clock.now())
    if row is None:
        return False
    try:
        lines = _write(row)
    except Exception as error:  # noqa: BLE001  # one package fails alone
        copies.failed(row, error)
        return True
    _ready(row, lines, clock.now())
    return True


def drop_expired() -> int:
    """Files of packages that are over; how many went."""
    return copies.drop_expired(Package, package_path)


def _write(row: Package) -> int:
    """Complete or absent; how many audit lines are in it."""
    visit = consultation.visit_facts(row.consultation_id)
    zone = layers(people.institution(visit.institution_id).place)[-1].zone
    parts = _parts(visit, zone)
    things = (*visit.things, *dispatch.offer_ids(visit.id))
    lines = _sealed(things)
    path = package_path(row.pk)
    with copies.written_whole(path) as (copy, _):
        archive = Archive(copy)
        for part in parts:
            archive.add_part(part)
        _add_audit(archive, lines)
        archive.add("verify.py", SCRIPT.read_bytes())
        sections = [
            _about(row, zone),
            *(section for part in parts for section in part.sections),
            _lines_section(lines, zone),
        ]
        archive.add("index.html", _page(sections, archive.left_out).encode())
        archive.sign(
            {
                "package": row.pk,
                "visit": row.consultation_id,
                "institution": row.institution_id,
                "asked_by": row.asked_by,
                "asked_at": row.asked_at,
                "reason": row.reason,
                "reference": row.reference,
                "made_at": clock.now(),
            }
        )
    seal(path)
    row.bytes, row.sha256 = path.stat().st_size, copies.sha256_of(path)
    row.files, row.left_out = len(archive.files), len(archive.left_out)
    return len(lines)


def _parts(visit: consultation.VisitFacts, zone: tzinfo) -> list[Part]:
    told = [visit.holder_id, *([visit.doctor_user_id] if visit.doctor_user_id else [])]
    return [
        people.party_evidence(
            patient_id=visit.patient_id,
            holder_id=visit.holder_id,
            practitioner_ids=visit.practitioner_ids,
            proxy_consent_id=visit.proxy_consent_id,
            zone=zone,
        ),
        triage.intake_evidence(visit.intake_id),
        *consultation.visit_evidence(visit.id, zone),
        dispatch.offer_evidence(visit.id, zone),
        notice_queries.notice_evidence(
            told, [f"/visits/{visit.id}", f"/staff/workbench/{visit.id}"], zone
        ),
    ]


def _sealed(things: Iterable[UUID]) -> list[Sealed]:
    """The lines of the visit, linked and anchored: what is under way at this moment is waited for."""
    for _ in range(_SEAL_TRIES):
        auditing.seal()
        if all(line.position for line in audit.sealed_lines(things)):
            break
        time.sleep(_SEAL_PAUSE_S)
    auditing.anchor()
    return audit.sealed_lines(things)


def _add_audit(archive: Archive, lines: list[Sealed]) -> None:
    parts = audit.segments(lines)
    numbers = {part.anchor for part in parts if part.anchor is not None}
    archive.add_json(
        "audit/lines.json",
        [
            {
                "line": json.loads(auditing.canonical(each.line)),
                "position": each.position,
                "previous": each.previous.hex(),
                "hash": each.hash.hex(),
            }
            for each in lines
        ],
    )
    archive.add_json(
        "audit/segments.json",
        [
            {
                "chain": part.chain,
                "first": part.first,
                "previous": part.previous,
                "links": part.links,
                "tip": part.tip,
                "anchor": part.anchor,
            }
            for part in parts
        ],
    )
    archive.add_json(
        "audit/anchors.json",
        [
            {
                "number": each.number,
                "statement": each.statement.decode(),
                "key_id": each.key_id,
                "signature": base64.b64encode(each.signature).decode(),
            }
            for each in audit.anchors(numbers)
        ],
    )


def _about(row: Package, zone: tzinfo) -> Section:
    reason = REASONS[row.reason]
    return Section(
        Text("这个材料包", "This package"),
        [
            (Text("申请时间", "Asked for"), f"{row.asked_at.astimezone(zone):%Y-%m-%d %H:%M}"),
            (Text("理由", "Reason"), reason),
            (Text("案号", "Case number"), row.reference or "-"),
        ],
    )


def _lines_section(lines: list[Sealed], zone: tzinfo) -> Section:
    seen = [_access(line) for line in lines]
    actors, actions = faces_of(_HOUSE, seen), people.action_names()
    told: list[tuple[Text, Text | str]] = []
    for line, sealed in zip(seen, lines, strict=True):
        actor = actors[line.actor_id, line.actor_roles]
        name = actions.get(line.action) or Text(line.action, line.action)
        who = f"{actor.name} ({', '.join(actor.roles)})".strip()
        at = f"{line.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        place = f"[{sealed.chain}:{sealed.position or '-'}]"
        told.append(
            (Text(at, at), Text(f"{who} {name.zh} {place}", f"{who} {name.en} {place}")),
        )
    return Section(Text("谁看过、做过什么", "Who saw and did what"), told)


def _access(sealed: Sealed) -> Access:
    line: dict[str, Any] = {key: value for key, value in sealed.line.items() if key != "chain"}
    line["actor_roles"] = tuple(line["actor_roles"])
    return Access(**line, sealed=sealed.position is not None)


def _page(sections: Iterable[Section], left_out: list[str]) -> str:
    notes = [_HOW_TO]
    if left_out:
        names = ", ".join(left_out)
        notes.append(Text(f"未能放入：{names}", f"Could not be put in: {names}"))
    return copies.page(
        sections, copies.Words(title=_TITLE, intro=_INTRO, notes=notes), locale="both"
    )


@outbox.in_one_transaction()
def _ready(row: Package, lines: int, at: datetime) -> None:
    changed = Package.objects.filter(pk=row.pk, state="asked").update(
        state="ready",
        ready_at=at,
        expires_at=at + KEPT,
        retry_at=None,
        bytes=row.bytes,
        sha256=row.sha256,
        files=row.files,
        left_out=row.left_out,
        lines=lines,
    )
    if not changed:
        package_path(row.pk).unlink(missing_ok=True)
        return
    auditing.record(
        _HOUSE,
        "quality.make_package",
        subject=row.patient_id,
        thing="package",
        thing_id=row.pk,
        purpose="dispute",
        detail={"visit": str(row.consultation_id), "bytes": row.bytes, "sha256": row.sha256},
    )
    notices.tell(
        row.asked_by,
        "package_ready",
        link="/staff/packages",
        dedup=f"package_ready:{row.pk}",
        at=at,
    )


_TITLE = Text("杏林争议材料包", "Xinglin dispute package")
_INTRO = Text(
    "一次问诊的全部材料：对话（含更正与撤回）、病历各版本及签名、同意书、步骤、派单、通知，以及谁看过、"
    "做过什么。其中有健康信息，只能用于所申请的事由。",
    "All of one visit: the conversation with corrections and what was withdrawn, every version of the"
    " record with its signature, consents, steps, offers, notices, and who saw and did what. It holds"
    " health data and is for the stated reason only.",
)
_COMMAND = "python3 verify.py PACKAGE.zip --key KEY"
_HOW_TO = Text(
    "核验：解压其中的核验脚本（或向本院索取），运行 {command}，密钥以本院公布的为准。"
    "无需联网，也无需安装本系统。",
    "To check it: take the script out of it (or ask the hospital for it) and run {command}, with the"
    " key that the hospital publishes. Neither a network nor Xinglin is needed.",
).filled(command=_COMMAND)
