"""What goes over the wire of phrases and templates."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from xinglin.care.consultation.api.record_schemas import RecordOut
from xinglin.care.consultation.api.schemas import DepartmentOut, Told, Word
from xinglin.care.consultation.services.phrases import MOST
from xinglin.kernel.wire import In, Out

Kind = Literal["reply", "template"]


class PartsIn(In):
    """A reply has a text; a template a name and elements of the record."""

    text: Told = ""
    name: Told = ""
    chief_complaint: Told = ""
    present_illness: Told = ""
    past_history: Told = ""
    allergy: Told = ""
    findings: Told = ""
    advice: Told = ""


class PhraseIn(In):
    """`department`: for all its doctors; null: for oneself."""

    kind: Kind
    department: Word | None = None
    zh: PartsIn = PartsIn()
    en: PartsIn = PartsIn()


class ChangeIn(In):
    zh: PartsIn = PartsIn()
    en: PartsIn = PartsIn()
    revision: Annotated[int, Field(ge=0, lt=2**31)]


class OrderIn(In):
    kind: Kind
    department: Word | None = None
    phrase_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST)]


class PhraseOut(Out):
    """`zh`, `en`: by part, empty where it is offered in the other language only.

    `spelt`: initials and pinyin of the Chinese; empty until the worker has come by.
    """

    id: UUID
    kind: Kind
    is_own: bool
    department: DepartmentOut | None
    zh: dict[str, str]
    en: dict[str, str]
    spelt: str
    revision: int
    used_at: datetime | None


class PhrasesOut(Out):
    items: list[PhraseOut]
    most: int


class UseTemplateIn(In):
    """`append`: elements with words, after which those of the template are put."""

    template_id: UUID
    language: Literal["zh", "en"]
    revision: Annotated[int, Field(ge=0, lt=2**31)]
    append: Annotated[list[Word], Field(max_length=10)] = []


class UsedTemplateOut(Out):
    """`wrote`: elements that the template wrote; `left`: those that had words already."""

    record: RecordOut
    wrote: list[str]
    left: list[str]
