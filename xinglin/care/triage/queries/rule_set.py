"""All that triage decides by, as the administrator reads it: source, year and status of each."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from xinglin.care.triage.models import Intake
from xinglin.care.triage.rules import department, shipped, urgency
from xinglin.care.triage.rules.interviews import shelf
from xinglin.kernel.text import Text

STOP_RATE_DAYS = 28
_DATA = Path(shipped.__file__).parents[1] / "data"
# By whom they may be there: figures of `./run triage evaluate`, the card of `./run triage train`.
_MEASURED, _CARD = _DATA / "measured.json", _DATA / "department" / "card.json"
_OURS = Text("本院自定", "ours")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRule:
    """`kind`: urgency, discriminator or interview. `leads_to`: a step of urgency, for a rule.

    `terms`: what it looks for; `parts`: the questions of an interview.
    """

    id: str
    kind: str
    text: Text
    leads_to: str | None
    source: str
    year: int | None
    status: str
    checked_on: str | None = None
    terms: Text | None = None
    parts: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRate:
    """Intakes that were opened in the last `days` days, and those that ended as an emergency."""

    days: int
    intakes: int
    stopped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    versions: dict[str, str]
    rules: tuple[ListedRule, ...]
    stop_rate: StopRate
    measured: dict[str, Any] = field(default_factory=dict)
    card: dict[str, Any] = field(default_factory=dict)


def rule_set(institution_id: UUID | None, at: datetime) -> RuleSet:
    """The shipped part is read once; the stop rate is counted now."""
    return RuleSet(
        versions=versions(),
        rules=_rules(),
        stop_rate=_stop_rate(institution_id, at),
        measured=_json(_MEASURED),
        card=_json(_CARD),
    )


def versions() -> dict[str, str]:
    """What is in force: of the rules, of the model, of the interviews."""
    return {
        "rules": urgency.version(),
        "departments": department.VERSION,
        "interview": shelf.general().version,
    }


@cache
def _rules() -> tuple[ListedRule, ...]:
    return (*_urgency(), *_discriminators(), *_interviews())


def _urgency() -> list[ListedRule]:
    return [
        ListedRule(
            id=each.id,
            kind="urgency",
            text=each.text,
            leads_to=each.urgency,
            source=each.source or _OURS.en,
            year=each.year,
            status=each.status,
            terms=each.terms,
        )
        for each in urgency.listed()
    ]


def _discriminators() -> list[ListedRule]:
    return [
        ListedRule(
            id=question.link_id,
            kind="discriminator",
            text=question.text,
            leads_to=None,
            source="",
            year=None,
            status="ours",
            parts=tuple(option.text for option in question.options),
        )
        for question in shelf.discriminators().values()
    ]


def _interviews() -> list[ListedRule]:
    return [
        ListedRule(
            id=each.name,
            kind="interview",
            text=each.title,
            leads_to=None,
            source=each.source,
            year=None,
            status="ours",
            checked_on=each.checked_on,
            parts=tuple(question.text for question in each.questions),
        )
        for each in (shelf.general(), *shelf.special())
    ]


def _stop_rate(institution_id: UUID | None, at: datetime) -> StopRate:
    if institution_id is None:
        return StopRate(days=STOP_RATE_DAYS, intakes=0, stopped=0)
    since = at - timedelta(days=STOP_RATE_DAYS)
    counted = Intake.objects.filter(
        patient__institution_id=institution_id, created_at__gte=since
    ).aggregate(all=Count("pk"), stopped=Count("pk", filter=Q(outcome="emergency")))
    return StopRate(days=STOP_RATE_DAYS, intakes=counted["all"], stopped=counted["stopped"])


@cache
def _json(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return found
