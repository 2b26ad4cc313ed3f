"""A template goes into the draft of a record: into what is empty, or, when asked, after what is there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.queries.phrases import usable_template
from xinglin.care.consultation.services.blanks import blanks_in, filled
from xinglin.care.consultation.services.drafting import OpenDraft, keep_draft, open_draft
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict
from xinglin.kernel.text import Text
from xinglin.policy.rules import local_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """`wrote`: fields that the template wrote or added to; `left`: those that had words already."""

    wrote: tuple[str, ...]
    left: tuple[str, ...]


@outbox.in_one_transaction()
def apply_template(
    viewer: Viewer,
    consultation_id: UUID,
    *,
    template_id: UUID,
    language: str,
    revision: int,
    append: Collection[str],
    at: datetime,
) -> Applied:
    """Write the template's text into the draft; the diagnosis stays the doctor's own (R24).

    Args:
        language: of the template's words, zh or en.
        revision: the one that the doctor saw.
        append: fields with words after which the template's are put.
    Raises:
        NotFound: the viewer is not the doctor of the visit, or has no such template.
        Invalid: a field would be too long.
        RecordChangedError, Conflict, IllegalStep: as `save_draft`.
    """
    draft = open_draft(viewer, consultation_id)
    template = usable_template(viewer, template_id)
    words = template[language]
    told = {name: words[name] for name in rules.TEXT_FIELDS if name in words}
    if not told:
        raise Conflict(
            "template_not_in_language",
            Text("这个模板没有中文内容。", "This template has no text in English.")
            if language == "zh"
            else Text("这个模板没有英文内容。", "This template has no text in English."),
        )
    values = _values(viewer, draft, language, at)
    told = {name: filled(text, values) for name, text in told.items()}
    left = tuple(n for n in told if draft.fields.get(n, "").strip() and n not in append)
    wrote = tuple(name for name in told if name not in left)
    keep_draft(
        viewer,
        draft,
        fields=draft.fields | {n: _after(draft.fields.get(n, ""), told[n]) for n in wrote},
        templated={n: _mark(draft.templated.get(n), told[n]) for n in wrote},
        revision=revision,
        at=at,
        action="record.use_template",
        detail={"template": str(template_id), "fields": list(wrote)},
    )
    return Applied(wrote=wrote, left=left)


def _after(before: str, text: str) -> str:
    return f"{before.rstrip()}\n{text}" if before.strip() else text


def _mark(before: Mapping[str, Any] | None, text: str) -> dict[str, Any]:
    had = before["blanks"] if before else []
    return {"is_untouched": True, "blanks": list(dict.fromkeys([*had, *blanks_in(text)]))}


def _values(viewer: Viewer, draft: OpenDraft, language: str, at: datetime) -> dict[str, str]:
    """What `{patient}` and the other names stand for in this visit."""
    patient = people.patient_card(draft.row.patient_id)
    doctor = people.practitioner_by_user(viewer.user_id)
    department = people.department(draft.row.department).name
    return {
        "patient": patient.name,
        "doctor": doctor.name.spoken(language) if doctor else "",
        "department": department.spoken(language),
        "date": local_date(at, patient.place).isoformat(),
    }
