"""Finding a doctor, and what is told of one."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from xinglin.care.dispatch import queries, rules
from xinglin.care.dispatch.types import DoctorCard
from xinglin.foundation.accounts.services import signed_in, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import Out

router = Router()
_LONGEST_QUERY, _LONGEST_PLACE = 60, 600


class SearchIn(Schema):
    """`q`: a name, pinyin, an illness, a word. `after`: the `next` of the page before.

    `language`: of BCP 47; those who have said that they speak it. That of the house asks nothing.
    """

    q: Annotated[str, Field(max_length=_LONGEST_QUERY)] = ""
    department: Annotated[str, Field(max_length=32)] = ""
    title: Annotated[str, Field(max_length=8)] = ""
    language: Annotated[str, Field(max_length=8)] = ""
    on_duty: bool = False
    after: Annotated[str, Field(max_length=_LONGEST_PLACE)] = ""
    limit: Annotated[int, Field(ge=1, le=50)] = 20


class ServedOut(Out):
    slug: str
    name: Text


class LanguageOut(Out):
    """`code`: of BCP 47."""

    code: str
    name: Text


class NextFreeOut(Out):
    state: str
    at: datetime | None
    text: Text


class DoctorCardOut(Out):
    """`score`: null below ten ratings. `accept_s`: a mean, null of none. `price_fen`: 0 is free.

    `languages`: as the doctor, or the house, has said; none: not said.
    """

    id: UUID
    name: Text
    title: Text
    title_code: str
    hospital: Text
    grade: Text | None
    departments: list[ServedOut]
    good_at: Text | None
    full_time: bool
    synthetic: bool
    score: float | None
    ratings: int
    patients: int
    visits: int
    accept_s: int | None
    accepts: int
    price_fen: int
    price: Text
    is_on_duty: bool
    is_online: bool
    named_a_day: int
    named_left: int
    next_free: NextFreeOut
    languages: list[LanguageOut]


class DoctorsOut(Out):
    """`department`: what the words point to. `order`: by what the list is sorted.

    `languages`: those that may be asked for.
    """

    items: list[DoctorCardOut]
    next: str | None
    department: ServedOut | None
    order: Text
    languages: list[LanguageOut]


class HowOut(Out):
    score: Text
    patients: Text
    accept: Text
    price: Text
    online: Text
    order: Text


class DoctorPageOut(DoctorCardOut):
    """`scores`: ratings of one star to five; null as long as there is no score."""

    scores: list[int] | None
    how: HowOut


@router.get(
    "/doctors",
    response=DoctorsOut,
    operation_id="list_doctors",
    summary="Doctors by name, pinyin, illness or department; on duty first, never paid for",
)
@signed_in
def list_doctors(request: HttpRequest, search: Query[SearchIn]) -> dict[str, Any]:
    asked = queries.Search(
        query=search.q,
        department=search.department,
        title=search.title,
        language=search.language,
        on_duty=search.on_duty,
        after=search.after,
        limit=search.limit,
    )
    found = queries.find_doctors(viewer_of(request), asked, clock.now())
    return {
        "items": found.items,
        "next": found.next,
        "department": found.department,
        "languages": found.languages,
        "order": rules.HOW_IT_IS_COUNTED["order"],
    }


@router.get(
    "/doctors/{practitioner_id}",
    response=DoctorPageOut,
    operation_id="read_doctor",
    summary="A doctor's public page, and how each number is counted",
)
@signed_in
def read_doctor(request: HttpRequest, practitioner_id: UUID) -> dict[str, Any]:
    found = queries.doctor_profile(viewer_of(request), practitioner_id, clock.now())
    return {**_fields(found.card), "scores": found.scores, "how": found.how}


def _fields(card: DoctorCard) -> dict[str, Any]:
    return {name: getattr(card, name) for name in DoctorCardOut.model_fields}
