"""The medical record: signed, and afterwards changed only by a new version."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.queries.record import last_version
from xinglin.care.consultation.queries.sites import told_of_site
from xinglin.care.consultation.services.asking import consulted
from xinglin.care.consultation.services.drafting import (
    RecordChangedError,
    audit_record,
    check_unsigned,
    check_writable,
    checked_fields,
)
from xinglin.care.consultation.services.locking import locked
from xinglin.care.consultation.services.steps import tell_parties
from xinglin.care.consultation.types import RecordFields
from xinglin.care.sites import services as sites
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.foundation.signing import services as signing
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, FieldError, Invalid
from xinglin.kernel.text import Text

_LOCK = """
    select fields, revision, templated from consultation_record_draft where consultation_id = %s for update
"""
# A save under way with the revision that is signed finds it gone.
_MOVE_ON = "update consultation_record_draft set revision = revision + 1 where consultation_id = %s"
_REVISION = "select revision from consultation_record_draft where consultation_id = %s"
_KEEP = """
    insert into consultation_record_version
        (id, consultation_id, version, fields, asked_by, consulted, site, reason, practitioner_id,
         signed_by, signed_at, algorithm, key_id, signature, sha256)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@outbox.in_one_transaction()
def sign(
    viewer: Viewer, consultation_id: UUID, *, at: datetime, revision: int | None = None
) -> int:
    """Sign the draft: the first version of the record. Answers its number.

    Args:
        revision: the one that the doctor saw, so that nothing unseen is signed.
    Raises:
        NotFound: the viewer is not the doctor of the visit.
        Invalid: required elements are missing, or a template left something to fill in; each is named.
        RecordChangedError: the draft was saved meanwhile.
        Conflict: it is signed already.
    Locks: thread and visit, then the draft. Emits: RecordSigned.
    """
    row = locked(consultation_id)
    check_writable(viewer, row)
    check_unsigned(is_signed=last_version(row.pk) > 0)
    ((written, now_at, templated),) = database.fetch(_LOCK, [consultation_id])
    if revision is not None and revision != now_at:
        raise RecordChangedError(now_at)
    fields = _complete(json.loads(written))
    _check_no_blanks(fields, json.loads(templated))
    database.later(_MOVE_ON, [consultation_id])
    _keep_version(viewer, row, version=1, fields=fields, reason="", at=at)
    if row.walk_in_id is not None:
        sites.note_signed(row.walk_in_id, at=at)
    audit_record(viewer, row, "record.sign", {"version": 1})
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
    check_writable(viewer, row)
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
    complete = _complete(checked_fields(fields))
    _keep_version(viewer, row, version=last + 1, fields=complete, reason=reason, at=at)
    audit_record(viewer, row, "record.amend", {"version": last + 1})
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


def _check_no_blanks(fields: RecordFields, templated: Mapping[str, Any]) -> None:
    """Raises Invalid naming every element where a template left something to fill in."""
    left = {
        name: [blank for blank in templated[name]["blanks"] if blank in fields[name]]
        for name in rules.TEXT_FIELDS
        if name in templated
    }
    errors = [
        FieldError(
            f"fields.{name}",
            Text(
                f"{rules.RECORD_FIELDS[name].zh}里还有没填的内容：{'、'.join(blanks)}",
                f"{rules.RECORD_FIELDS[name].en}: still to fill in: {', '.join(blanks)}",
            ),
        )
        for name, blanks in left.items()
        if blanks
    ]
    if errors:
        raise Invalid(
            *errors,
            code="record_has_blanks",
            text=Text(
                "模板里还有没填的内容，填好或删去后才能签署。",
                "A template left something to fill in; fill it in or delete it before signing.",
            ),
        )


def _keep_version(
    viewer: Viewer,
    row: Consultation,
    *,
    version: int,
    fields: RecordFields,
    reason: str,
    at: datetime,
) -> None:
    asked_by = {
        "role": row.asked_by,
        "relation": row.relation,
        "person_id": str(row.asker_id) if row.asker_id else None,
    }
    told, site = consulted(row.pk), told_of_site(row.walk_in_id)
    statement = rules.canonical(
        consultation_id=row.pk,
        patient_id=row.patient_id,
        version=version,
        fields=fields,
        reason=reason,
        signed_by=viewer.user_id,
        signed_at=at,
        asked_by=asked_by,
        consulted=told,
        site=site,
    )
    signature = signing.sign(viewer.user_id, statement, at)
    assert row.practitioner_id is not None  # `_check_writable`
    values: list[Any] = [ids.new(), row.pk, version, Jsonb(fields), Jsonb(asked_by)]
    values += [Jsonb(told) if told else None, Jsonb(site) if site else None, reason]
    values += [row.practitioner_id, viewer.user_id, at, signature.algorithm, signature.key_id]
    values += [signature.value, signature.sha256]
    database.later(_KEEP, values)
