"""Who chose another department than triage had suggested, for those who look after triage."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from xinglin.care.people import queries as people
from xinglin.care.triage.models import Override
from xinglin.foundation.accounts.services import phones_in
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.masking import masked
from xinglin.kernel.text import Text
from xinglin.policy.places import layers

MOST_EXPORTED = 10_000
WHO: dict[str, Text] = {
    "patient": Text("患者", "Patient"),
    "doctor": Text("医生", "Doctor"),
    "operator": Text("运营", "Operator"),
}
_HEADS = (
    Text("时间", "Time"),
    Text("谁改的", "Changed by"),
    Text("分诊建议", "Suggested"),
    Text("把握", "Sure"),
    Text("原科室", "From"),
    Text("改为", "To"),
    Text("主诉（已隐去身份）", "Complaint (identity blotted)"),
    Text("规则版本", "Version of the rules"),
    Text("模型版本", "Version of the model"),
    Text("问诊编号", "Visit"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoughtOverrides:
    """Empty or None: whatever. Days are of the institution's place, both included."""

    who: str = ""
    suggested: str = ""
    chosen: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    slug: str
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideLine:
    """`words`: the complaint without whom it is about. `confidence`: 0..1, None when not kept."""

    id: UUID
    at: datetime
    who: str
    suggested: Department
    former: Department
    chosen: Department
    sure: bool
    confidence: float | None
    versions: dict[str, Any]
    words: str = field(repr=False)
    intake_id: UUID
    consultation_id: UUID
    patient_id: UUID


def overrides(
    viewer: Viewer, sought: SoughtOverrides, *, before: UUID | None = None, limit: int
) -> tuple[list[OverrideLine], UUID | None]:
    """Newest first, of the viewer's institution; and where the next page begins."""
    rows = _sought(viewer, sought)
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows[: limit + 1])
    shown = found[:limit]
    return _lines(shown), shown[-1].pk if len(found) > limit else None


def override_sheet(
    viewer: Viewer, sought: SoughtOverrides, locale: str
) -> tuple[list[list[str]], list[OverrideLine]]:
    """Rows with their head, in the language asked for; and the lines they were made of."""
    lines = _lines(list(_sought(viewer, sought)[:MOST_EXPORTED]))
    zone = layers(people.default_institution().place)[-1].zone
    rows = [
        [
            f"{line.at.astimezone(zone):%Y-%m-%d %H:%M}",
            WHO[line.who].spoken(locale),
            line.suggested.name.spoken(locale),
            _how_sure(line, locale),
            line.former.name.spoken(locale),
            line.chosen.name.spoken(locale),
            line.words,
            str(line.versions.get("rules", "")),
            str(line.versions.get("departments", "")),
            str(line.consultation_id),
        ]
        for line in lines
    ]
    return [[head.spoken(locale) for head in _HEADS], *rows], lines


def _how_sure(line: OverrideLine, locale: str) -> str:
    said = Text("有把握", "sure") if line.sure else Text("没有把握", "not sure")
    share = "" if line.confidence is None else f" {line.confidence:.0%}"
    return f"{said.spoken(locale)}{share}"


def _sought(viewer: Viewer, sought: SoughtOverrides) -> QuerySet[Override]:
    rows = Override.objects.select_related("intake").order_by("-id")
    if viewer.institution_id is None:
        return rows.none()
    rows = rows.filter(institution_id=viewer.institution_id)
    wanted = {"who": sought.who, "suggested": sought.suggested, "chosen": sought.chosen}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    zone = layers(people.default_institution().place)[-1].zone
    if sought.since is not None:
        rows = rows.filter(at__gte=datetime.combine(sought.since, time.min, zone))
    if sought.until is not None:
        rows = rows.filter(
            at__lt=datetime.combine(sought.until + timedelta(days=1), time.min, zone)
        )
    return rows


def _lines(rows: Iterable[Override]) -> list[OverrideLine]:
    shown = list(rows)
    cards = people.patient_cards({row.intake.patient_id for row in shown}) if shown else {}
    lines = []
    for row in shown:
        card = cards.get(row.intake.patient_id)
        words = masked(
            row.intake.complaint,
            names=[card.name] if card else [],
            born=card.birth_date if card else None,
            phones=phones_in,
        )
        lines.append(
            OverrideLine(
                id=row.pk,
                at=row.at,
                who=row.who,
                suggested=_department(row.suggested),
                former=_department(row.former),
                chosen=_department(row.chosen),
                sure=row.sure,
                confidence=row.confidence,
                versions=row.versions,
                words=words,
                intake_id=row.intake_id,
                consultation_id=row.consultation_id,
                patient_id=row.intake.patient_id,
            )
        )
    return lines


def _department(slug: str) -> Department:
    return Department(slug=slug, name=people.department(slug).name)
