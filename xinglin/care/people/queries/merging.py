"""Proposals to merge a registration, for those of the house who decide."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from xinglin.care.people.models import MergeProposal
from xinglin.care.people.queries.patients import ID_NUMBER, NAME
from xinglin.care.people.rules import masked, masked_name
from xinglin.foundation.accounts.services import unseal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record_each

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLine:
    """Names and numbers are masked; empty once erased. `names_agree`: both gave the same name."""

    id: UUID
    asked_at: datetime
    name: str
    id_number: str
    birth_date: date
    registered_at: datetime
    relation_before: str
    relation_claimed: str
    names_agree: bool
    answer: str
    reason: str
    answered_at: datetime | None


def merge_page(
    viewer: Viewer, *, waiting: bool, before: UUID | None, limit: int
) -> tuple[list[MergeLine], UUID | None]:
    """Newest first, of the viewer's institution; the reading is audited.

    Args:
        before: the last line already shown.
    """
    rows = MergeProposal.objects.select_related("patient").order_by("-id")
    rows = rows.filter(answer="") if waiting else rows.exclude(answer="")
    if viewer.institution_id is not None:
        rows = rows.filter(patient__institution_id=viewer.institution_id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows[: limit + 1])
    shown = found[:limit]
    record_each(
        viewer,
        "people.list_merges",
        {row.pk: row.patient_id for row in shown},
        thing="merge_proposal",
        purpose="registration",
    )
    return [_line(row) for row in shown], shown[-1].pk if len(found) > limit else None


def _line(row: MergeProposal) -> MergeLine:
    name = _opened(row.patient.name_sealed, NAME)
    return MergeLine(
        id=row.pk,
        asked_at=row.asked_at,
        name=masked_name(name),
        id_number=masked(_opened(row.patient.id_number_sealed, ID_NUMBER)),
        birth_date=row.patient.birth_date,
        registered_at=row.patient.registered_at,
        relation_before=row.patient.relation,
        relation_claimed=row.relation,
        names_agree=bool(name) and name == _opened(row.name_sealed, NAME),
        answer=row.answer,
        reason=row.reason,
        answered_at=row.answered_at,
    )


def _opened(sealed: bytes | memoryview, context: str) -> str:
    """Empty when the account has closed and the value is erased."""
    return unseal_text(sealed, context) if sealed else ""
