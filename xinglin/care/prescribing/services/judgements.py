"""What a review leaves behind: the pharmacist's judgement of a version, and the ticket of what is effective."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from xinglin.care.prescribing.models import Prescription, PrescriptionVersion
from xinglin.care.prescribing.services import lawful
from xinglin.foundation.accounts.services import index_text, seal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.signing.types import Signature
from xinglin.kernel import ids

TOKEN: Final = "prescription_ticket|token"  # noqa: S105  # what the sealed token and its index are bound to
TOKEN_BYTES: Final = 20
_KEEP = """
    insert into prescription_review
        (id, version_id, outcome, reason, words, checks, reviewed_by, reviewer_marks, reviewed_at,
         algorithm, key_id, signature, sha256, certificates)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_KEEP_FIRST = """
    insert into prescription_first_review
        (id, version_id, checks, reviewed_by, reviewer_marks, reviewed_at,
         algorithm, key_id, signature, sha256, certificates)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_TICKET = """
    insert into prescription_ticket (prescription_id, token_sealed, token_index, made_at)
    values (%s, %s, %s, %s)
"""
_UNSIGNED: Final = Signature(algorithm="", key_id="", value=b"", sha256="")


def keep(
    viewer: Viewer,
    signed: PrescriptionVersion,
    *,
    outcome: str,
    at: datetime,
    reason: str = "",
    words: str = "",
    checks: Sequence[str] = (),
    made: Signature = _UNSIGNED,
) -> None:
    values: list[Any] = [ids.new(), signed.pk, outcome, reason, words, list(checks)]
    database.later(_KEEP, [*values, *_by(viewer, at, made)])


def keep_first(
    viewer: Viewer,
    signed: PrescriptionVersion,
    *,
    checks: Sequence[str],
    made: Signature,
    at: datetime,
) -> None:
    """Of the first of two pharmacists, who has passed it."""
    database.later(_KEEP_FIRST, [ids.new(), signed.pk, list(checks), *_by(viewer, at, made)])


def issue_ticket(row: Prescription, at: datetime) -> None:
    """Told to nobody but its patient, who asks for it (`validity.ticket`)."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    values: list[Any] = [row.pk, seal_text(token, TOKEN), index_text(token, TOKEN), at]
    database.later(_TICKET, values)


def _by(viewer: Viewer, at: datetime, made: Signature) -> list[Any]:
    """Whose act it was, and the signature."""
    marks = sorted(lawful.marks_of(viewer.user_id))
    signature = [made.algorithm, made.key_id, made.value, made.sha256, list(made.certificates)]
    return [viewer.user_id, marks, at, *signature]
