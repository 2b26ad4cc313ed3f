"""What goes over the wire between the house and its pharmacists: the pool, one review, the counter."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from xinglin.care.prescribing.api.prescription_schemas import (
    AllergyAnswerOut,
    DocumentOut,
    Number,
    ReviewOut,
    RowOut,
    Told,
    VersionOut,
    Word,
)
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out


class TakeIn(In):
    token: Annotated[str, Field(max_length=200)]


class TakenOut(Out):
    prescription_id: UUID


class PoolRowOut(RowOut):
    """`is_out_of_date`: it can be returned, and not passed. `reviews_needed`: by how many pharmacists it is
    passed; `reviews_made`: by how many it was. Of two the second is another person than the first.
    """

    review_due_at: datetime | None
    is_overdue: bool
    is_out_of_date: bool
    is_mine: bool
    claimed_until: datetime | None
    may_claim: bool
    reviews_needed: int
    reviews_made: int


class PoolOut(Out):
    """`next`: where the next page begins, to be given as `after`."""

    items: list[PoolRowOut]
    next: str | None


class ReviewedPatientOut(Out):
    """`facts`: as the doctor told them; what is not among them is not known. `allergies`: as told
    before the visit. `allergies_checked`: all that the signed report was made on.
    """

    name: str
    sex: str
    age_text: Text
    allergies: str | None
    allergies_checked: list[AllergyAnswerOut]
    facts: dict[str, str | bool]


class MatchOut(Out):
    code: str
    text: Text
    values: list[Text]


class CheckOut(Out):
    code: str
    text: Text
    matches: list[MatchOut]


class ReasonOut(Out):
    code: str
    text: Text


class ReviewScreenOut(PoolRowOut):
    """`returned`: what was sent back before. `recheck`: what the safety check says now: same as it was
    signed with, changed, failed (then nothing passes), or empty when nothing waits. `report_now`:
    where it has changed. `new_hits`: ids in it that the doctor has not seen. `allergies_later`: what
    the record of the visit has come to name since it was signed.
    """

    recheck: str
    report_now: dict[str, Any] | None
    new_hits: list[str]
    allergies_later: list[AllergyAnswerOut]
    signed: VersionOut
    first_review: ReviewOut | None
    review: ReviewOut | None
    document: DocumentOut | None
    patient: ReviewedPatientOut
    checks: list[CheckOut]
    reasons: list[ReasonOut]
    earlier: list[RowOut]
    returned: list[ReviewOut]


class ApproveIn(In):
    """`version`: the one that was seen. `checks`: the codes of all four, each confirmed. `seen`: of
    `new_hits`, each confirmed.
    """

    version: Number
    checks: Annotated[list[Word], Field(max_length=10)]
    seen: Annotated[
        list[Annotated[str, Field(max_length=400)]], Field(default_factory=list, max_length=200)
    ]


class JudgeIn(In):
    """`version`: the one that was seen. `reason`: of the list. `words`: to the doctor."""

    version: Number
    reason: Word
    words: Told


class PharmacistIn(In):
    """`id_number`: of the resident identity card: two accounts of one person are one reviewer (R23).
    `title_code`: of GB/T 8561, 241 to 245.
    """

    name_zh: Annotated[str, Field(min_length=1, max_length=60)]
    name_en: Annotated[str, Field(min_length=1, max_length=80)]
    id_number: Word
    title_code: Word
    licence_number: Word
    licence_from: date
    licence_until: AwareDatetime | None = None
    is_suspended: bool = False
