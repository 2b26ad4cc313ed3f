"""Pharmacists of the house, and the licence that each reviews by."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from xinglin.care.people import queries as people
from xinglin.care.prescribing.models import Pharmacist
from xinglin.care.prescribing.permissions import works_at
from xinglin.foundation.accounts import queries as accounts
from xinglin.foundation.accounts.services import seal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import FieldError, Invalid, NotFound
from xinglin.kernel.identity import read_resident_id
from xinglin.kernel.text import Text
from xinglin.policy.rules import local_date

ID_NUMBER: Final = "pharmacist|id_number"
TITLES: Final = frozenset({"241", "242", "243", "244", "245"})
_LONGEST_NUMBER: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class PharmacistPaper:
    """`id_number`: of the resident identity card, by which two accounts of one person are seen as one
    (R23). `licence_until`: the first moment at which it no longer holds; None: no end.
    """

    name: Text
    id_number: str = field(repr=False)
    title_code: str
    licence_number: str
    licence_from: date
    licence_until: datetime | None = None
    is_suspended: bool = False


@outbox.in_one_transaction()
def note_pharmacist(viewer: Viewer, user_id: UUID, paper: PharmacistPaper, *, at: datetime) -> None:
    """Keep by which licence an account of the role reviews; whoever has none cannot.

    Raises:
        NotFound: no such account works at the viewer's institution as a pharmacist.
        Invalid: the title is none of a pharmacist, the licence has no number, or the identity number
            is missing or cannot be one.
    """
    institution_id = viewer.institution_id or people.default_institution().id
    if not works_at(viewer, institution_id) or user_id not in accounts.active_staff(
        "pharmacist", institution_id
    ):
        raise NotFound
    wrong = _faults(paper)
    try:
        today = local_date(at, people.institution(institution_id).place)
        id_number = read_resident_id(paper.id_number, on=today).number
    except Invalid as error:
        wrong += error.errors
    if wrong:
        raise Invalid(*wrong)
    row = Pharmacist.objects.filter(pk=user_id).first()
    since = row.suspended_at if row and row.suspended_at else at
    Pharmacist.objects.update_or_create(
        pk=user_id,
        defaults={
            "institution_id": institution_id,
            "name_zh": paper.name.zh,
            "name_en": paper.name.en,
            "title_code": paper.title_code,
            "id_number_sealed": seal_text(id_number, ID_NUMBER),
            "id_number_index": people.mark_of(id_number),
            "licence_number": paper.licence_number.strip(),
            "licence_from": paper.licence_from,
            "licence_until": paper.licence_until,
            "suspended_at": since if paper.is_suspended else None,
        },
    )
    audit.record(
        viewer,
        "prescribing.note_pharmacist",
        subject=None,
        thing="pharmacist",
        thing_id=user_id,
        purpose="credentials",
        detail={"suspended": paper.is_suspended},
    )


def _faults(paper: PharmacistPaper) -> list[FieldError]:
    found: list[FieldError] = []
    if paper.title_code not in TITLES:
        found.append(FieldError("title_code", _TITLE))
    if not 0 < len(paper.licence_number.strip()) <= _LONGEST_NUMBER:
        found.append(FieldError("licence_number", _NUMBER))
    return found


_TITLE = Text("请选择药师的职称。", "Please choose a title of a pharmacist.")
_NUMBER = Text("请填写执业证书编号。", "Please give the number of the licence.")
