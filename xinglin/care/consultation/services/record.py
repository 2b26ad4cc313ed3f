"""The medical record: drafted with autosave, signed, and afterwards changed only by a new version."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.permissions import check_doctor
from xinglin.care.consultation.queries.record import last_version
from xinglin.care.consultation.services.steps import locked, tell_parties
from xinglin.care.consultation.types import RecordFields
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.foundation.signing import services as signing
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid, NotFound
from xinglin.kernel.text import Text

_SAVE = """
    update consultation_record_draft set fields = %s, prefilled = %s, saved_at = %s,
        revision = revision + 1
    where consultation_id = %s and revision = %s
"""


_OPEN = """
    select c.id, c.patient_id, c.holder_id, c.state, c.doctor_user_id, d.fields, d.prefilled,
        exists (select from consultation_record_version v where v.consultation_id = c.id)
    from consultation_record_draft d join consultation_consultation c on c.id = d.consultation_id
    where d.consultation_id = %s
"""
_VISIT = ["id", "patient_id", "holder_id", "state", "doctor_user_id"]  # as the model has them
_LOCK = """
    select fields, revision from consultation_record_draft where consultation_id = %s for update
"""
# A save under way with the revision that is signed finds it gone.
_MOVE_ON = "update consultation_record_draft set revision = revision + 1 where consultation_id = %s"
_REVISION = "select revision from consultation_record_draft where consultation_id = %s"
_KEEP = """
    insert into consultation_record_version
        (id, consultation_id, version, fields, reason, practitioner_id, signed_by, signed_at,
         algorithm, key_id, signature, sha256)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_DIAGNOSES = "select code, name_zh, name_en from diagnosis_code where code = any(%s)"


class RecordChangedError(Conflict):
    """Somebody (another tab) has saved meanwhile; `extra` names the newer revision."""

    def __init__(self, revision: int) -> None:
        super().__init__(
            "record_changed",
            Text(
                "病历已在别处更新，请核对后再保存。",
                "The record was saved elsewhere meanwhile; please compare before saving.",
            ),
        )
        self.extra = {"revision": revision}


@outbox.in_one_transaction()
def save_draft(
    viewer: Viewer,
    consultation_id: UUID,
    *,
    fields: Mapping[str, Any],
    revision: int,
    at: datetime,
) -> None:
    """Keep what the doctor has written so far; it need not be complete.

    Args:
        fields: the whole form; what is left out is empty.
        revision: the one that the doctor saw.
    Raises:
        NotFound: the viewer is not the doctor of the visit.
        Invalid: a text is too long, or a diagnosis has no code of the table.
        RecordChangedError: the revision is old.
        Conflict: the record is signed.
    """
    found = database.fetch_one(_OPEN, [consultation_id])
    if found is None:
        raise NotFound
    *visit, kept, prefilled, is_signed = found
    row = Consultation.from_db(connection.alias, _VISIT, visit)
    _check_writable(viewer, row)
    _check_unsigned(is_signed=is_signed)
    written, before = _checked(fields), json.loads(kept)
    still = [name for name in json.loads(prefilled) if written[name] == before.get(name)]
    values: list[Any] = [Jsonb(written), Jsonb(still), at, consultation_id, revision]
    if not database.change(_SAVE, values):
        raise RecordChangedError(database.fetch(_REVISION, [consultation_id])[0][0])
    _audit(viewer, row, "record.save", {"revision": revision + 1})


@outbox.in_one_transaction()
def sign(
    viewer: Viewer, consultation_id: UUID, *, at: datetime, revision: int | None = None
) -> int:
    """Sign the draft: the first version of the record. Answers its number.

    Args:
        revision: the one that the doctor saw, so that nothing unseen is signed.
    Raises:
        NotFound: the viewer is not the doctor of the visit.
        Invalid: required elements are missing; each is named.
        RecordChangedError: the draft was saved meanwhile.
        Conflict: it is signed already.
    Locks: thread and visit, then the draft. Emits: RecordSigned.
    """
    row = locked(consultation_id)
    _check_writable(viewer, row)
    _check_unsigned(is_signed=last_version(row.pk) > 0)
    ((written, now_at),) = database.fetch(_LOCK, [consultation_id])
    if revision is not None and revision != now_at:
        raise RecordChangedError(now_at)
    fields = _complete(json.loads(written))
    database.later(_MOVE_ON, [consultation_id])
    _keep_version(viewer, row, version=1, fields=fields, reason="", at=at)
    _audit(viewer, row, "record.sign", {"version": 1})
    messages.post_card(
        row.pk,
        "record_signed",
        Text(
            "医生已签署本次病历小结，您可以随时查看。",
            "The doctor has signed the summary of this visit; you can read it at any time.",
        ),
        version=1,
    )
    tell_parties(row, events.RecordSigned, version=1)
    return 1


@outbox.in_one_transaction()
def amend(
    viewer: Viewer,
    consultation_id: UUID,
    *,
    fields: Mapping[str, Any],
    reason: str,
    at: datetime,
) -> int:
    """Sign a new version with a reason; the older ones stay readable. Answers its number.

    Raises:
        NotFound: the viewer is not the doctor of the visit.
        Invalid: the reason is too short, or required elements are missing.
        Conflict: nothing has been signed yet.
    Locks: thread and visit. Emits: RecordAmended.
    """
    row = locked(consultation_id)
    _check_writable(viewer, row)
    reason = reason.strip()
    if not rules.SHORTEST_REASON <= len(reason) <= rules.LONGEST_REASON:
        raise Invalid(
            FieldError(
                "reason",
                Text(
                    f"请写明修改原因（{rules.SHORTEST_REASON}至{rules.LONGEST_REASON}字）。",
                    "Please say why it is changed"
                    f" ({rules.SHORTEST_REASON} to {rules.LONGEST_REASON} characters).",
                ),
            )
        )
    last = last_version(row.pk)
    if not last:
        raise Conflict(
            "record_not_signed",
            Text("病历尚未签署，可直接修改。", "It is not signed yet; just edit the draft."),
        )
    complete = _complete(_checked(fields))
    _keep_version(viewer, row, version=last + 1, fields=complete, reason=reason, at=at)
    _audit(viewer, row, "record.amend", {"version": last + 1})
    messages.post_card(
        row.pk,
        "record_amended",
        Text(
            f"医生更新了病历小结（第{last + 1}版）。",
            f"The doctor has updated the summary of this visit (version {last + 1}).",
        ),
        version=last + 1,
    )
    tell_parties(row, events.RecordAmended, version=last + 1)
    return last + 1


def _check_writable(viewer: Viewer, row: Consultation) -> None:
    """While the visit is active, and after its end: a record may not stay unwritten."""
    check_doctor(viewer, row)
    if row.state not in {"active", "ended"}:
        raise IllegalStep


def _check_unsigned(*, is_signed: bool) -> None:
    if is_signed:
        raise Conflict(
            "record_signed",
            Text(
                "病历已签署，只能注明原因后修改为新版本。",
                "The record is signed; it changes only by a new version with a reason.",
            ),
        )


def _checked(fields: Mapping[str, Any]) -> RecordFields:
    """The whole form, trimmed to its known elements; diagnoses get the names of the table."""
    too_long = [
        FieldError(
            f"fields.{name}",
            Text(
                f"不能超过{rules.LONGEST_FIELD}字。",
                f"At most {rules.LONGEST_FIELD} characters.",
            ),
        )
        for name in rules.TEXT_FIELDS
        if len(str(fields.get(name) or "")) > rules.LONGEST_FIELD
    ]
    if too_long:
        raise Invalid(*too_long)
    written: dict[str, Any] = {name: str(fields.get(name) or "") for name in rules.TEXT_FIELDS}
    written["diagnoses"] = _diagnoses(fields.get("diagnoses") or [])
    return {name: written[name] for name in rules.RECORD_FIELDS}


def _diagnoses(given: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """In the order given, each once, with the table's names.

    Raises:
        Invalid: a code is not of the table, or there are too many.
    """
    codes = list(dict.fromkeys(str(each["code"]) for each in given))
    if not codes:
        return []
    if len(codes) > rules.MOST_DIAGNOSES:
        raise Invalid(
            FieldError(
                "fields.diagnoses",
                Text(
                    f"最多填写{rules.MOST_DIAGNOSES}个诊断。",
                    f"At most {rules.MOST_DIAGNOSES} diagnoses.",
                ),
            )
        )
    known = {
        code: (name_zh, name_en) for code, name_zh, name_en in database.fetch(_DIAGNOSES, [codes])
    }
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise Invalid(
            FieldError(
                "fields.diagnoses",
                Text(
                    f"诊断编码不存在：{'、'.join(unknown)}。请从列表中选择。",
                    f"No such diagnosis code: {', '.join(unknown)}. Please choose from the list.",
                ),
            )
        )
    return [{"code": code, "name_zh": known[code][0], "name_en": known[code][1]} for code in codes]


def _complete(fields: Mapping[str, Any]) -> RecordFields:
    """Raises Invalid naming every required element that is missing."""
    absent = rules.missing(fields)
    if absent:
        raise Invalid(
            *(
                FieldError(
                    f"fields.{name}",
                    Text(
                        f"请填写{rules.RECORD_FIELDS[name].zh}。",
                        f"Please fill in: {rules.RECORD_FIELDS[name].en}.",
                    ),
                )
                for name in absent
            ),
            code="record_incomplete",
            text=Text(
                "病历还有必填内容没有填写，不能签署。",
                "Required elements of the record are missing, so it cannot be signed.",
            ),
        )
    return {name: fields[name] for name in rules.RECORD_FIELDS}


def _keep_version(
    viewer: Viewer,
    row: Consultation,
    *,
    version: int,
    fields: RecordFields,
    reason: str,
    at: datetime,
) -> None:
    statement = rules.canonical(
        consultation_id=row.pk,
        patient_id=row.patient_id,
        version=version,
        fields=fields,
        reason=reason,
        signed_by=viewer.user_id,
        signed_at=at,
    )
    signature = signing.sign(viewer.user_id, statement, at)
    assert row.practitioner_id is not None  # `_check_writable`
    values: list[Any] = [ids.new(), row.pk, version, Jsonb(fields), reason, row.practitioner_id]
    values += [viewer.user_id, at, signature.algorithm, signature.key_id]
    values += [signature.value, signature.sha256]
    database.later(_KEEP, values)


def _audit(viewer: Viewer, row: Consultation, action: str, detail: dict[str, Any]) -> None:
    audit.record(
        viewer,
        action,
        subject=row.patient_id,
        thing="record",
        thing_id=row.pk,
        purpose="care",
        detail=detail,
    )
