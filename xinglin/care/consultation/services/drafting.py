"""The draft of a record: saved by its doctor over the revision that was seen."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from xinglin.care.consultation import rules
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.permissions import check_doctor
from xinglin.care.consultation.queries.diagnoses import chosen_diagnoses
from xinglin.care.consultation.types import RecordFields
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid, NotFound
from xinglin.kernel.text import Text

_SAVE = """
    update consultation_record_draft set fields = %s, prefilled = %s, templated = %s,
        saved_at = %s, revision = revision + 1
    where consultation_id = %s and revision = %s
"""
_OPEN = """
    select c.id, c.patient_id, c.holder_id, c.department, c.state, c.doctor_user_id,
        d.fields, d.prefilled, d.templated,
        exists (select from consultation_record_version v where v.consultation_id = c.id)
    from consultation_record_draft d join consultation_consultation c on c.id = d.consultation_id
    where d.consultation_id = %s
"""
# In the order of the model.
_VISIT = ["id", "patient_id", "holder_id", "department", "state", "doctor_user_id"]
_REVISION = "select revision from consultation_record_draft where consultation_id = %s"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDraft:
    """What is there of a draft that may be written. `templated`: as in the model."""

    row: Consultation
    fields: RecordFields
    prefilled: list[str]
    templated: dict[str, Any]


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
    draft = open_draft(viewer, consultation_id)
    keep_draft(
        viewer, draft, fields=fields, templated={}, revision=revision, at=at, action="record.save"
    )


def open_draft(viewer: Viewer, consultation_id: UUID) -> OpenDraft:
    """Raises NotFound, IllegalStep and Conflict as `save_draft`."""
    found = database.fetch_one(_OPEN, [consultation_id])
    if found is None:
        raise NotFound
    *visit, fields, prefilled, templated, is_signed = found
    row = Consultation.from_db(connection.alias, _VISIT, visit)
    check_writable(viewer, row)
    check_unsigned(is_signed=is_signed)
    return OpenDraft(
        row=row,
        fields=json.loads(fields),
        prefilled=json.loads(prefilled),
        templated=json.loads(templated),
    )


def keep_draft(
    viewer: Viewer,
    draft: OpenDraft,
    *,
    fields: Mapping[str, Any],
    templated: Mapping[str, Any],
    revision: int,
    at: datetime,
    action: str,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write over `draft`; marks of fields that were changed by hand go, blanks go when they are filled.

    Args:
        templated: of the fields that a template has just written.
    Raises:
        Invalid, RecordChangedError: as `save_draft`.
    """
    written = checked_fields(fields)
    still = [name for name in draft.prefilled if written[name] == draft.fields.get(name)]
    marks = {
        name: mark
        for name, had in (_touched(draft, written) | dict(templated)).items()
        if (mark := _standing(had, written[name]))
    }
    row = draft.row
    values: list[Any] = [Jsonb(written), Jsonb(still), Jsonb(marks), at, row.pk, revision]
    if not database.change(_SAVE, values):
        raise RecordChangedError(database.fetch(_REVISION, [row.pk])[0][0])
    audit_record(viewer, row, action, {"revision": revision + 1, **(detail or {})})


def _touched(draft: OpenDraft, written: RecordFields) -> dict[str, Any]:
    return {
        name: had
        | {"is_untouched": had["is_untouched"] and written[name] == draft.fields.get(name)}
        for name, had in draft.templated.items()
    }


def _standing(mark: Mapping[str, Any], text: str) -> dict[str, Any] | None:
    blanks = [blank for blank in mark["blanks"] if blank in text]
    if not blanks and not mark["is_untouched"]:
        return None
    return {"is_untouched": mark["is_untouched"], "blanks": blanks}


def check_writable(viewer: Viewer, row: Consultation) -> None:
    """While the visit is active, and after its end: a record may not stay unwritten."""
    check_doctor(viewer, row)
    if row.state not in {"active", "ended"}:
        raise IllegalStep


def check_unsigned(*, is_signed: bool) -> None:
    if is_signed:
        raise Conflict(
            "record_signed",
            Text(
                "病历已签署，只能注明原因后修改为新版本。",
                "The record is signed; it changes only by a new version with a reason.",
            ),
        )


def checked_fields(fields: Mapping[str, Any]) -> RecordFields:
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
    written["diagnoses"] = chosen_diagnoses(
        (str(each["code"]) for each in fields.get("diagnoses") or []), field="fields.diagnoses"
    )
    return {name: written[name] for name in rules.RECORD_FIELDS}


def audit_record(viewer: Viewer, row: Consultation, action: str, detail: dict[str, Any]) -> None:
    audit.record(
        viewer,
        action,
        subject=row.patient_id,
        thing="record",
        thing_id=row.pk,
        purpose="care",
        detail=detail,
    )
