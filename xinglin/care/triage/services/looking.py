"""Looking at what is told: how urgent, why, and which department; for opening and for answering."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xinglin.care.people import queries as people
from xinglin.care.people.types import PatientCard
from xinglin.care.triage import queries
from xinglin.care.triage.events import CrisisTold
from xinglin.care.triage.models import Intake
from xinglin.care.triage.rules import interview, interviews, urgency, vitals
from xinglin.care.triage.rules.case import Case, Sex
from xinglin.care.triage.rules.department import CHILD_UNTIL_YEARS, CHILDREN, FALLBACK, rank
from xinglin.care.triage.rules.findings import lexicon
from xinglin.care.triage.rules.red_flags import RedFlag
from xinglin.care.triage.rules.urgency import Judgement, Reason
from xinglin.care.triage.rules.urgency.unread import LANGUAGE as OTHER_LANGUAGE
from xinglin.care.triage.services import versions
from xinglin.care.triage.types import STEPS
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.text import Text, language_of

NOTHING_MEASURED: Mapping[str, float] = {}
_LONGEST_LOOKED_AT = 20_000
_EMERGENCY_ADVICE = Text(
    "请立即拨打{number}，或前往最近的急诊科。",
    "Call {number} now, or go to the nearest emergency department.",
)
_HARD_TO_BEAR = Reason(
    "hard_to_bear",
    Text("您说很影响生活、难以忍受。", "You said that it is hard to bear."),
    "Xinglin",
    None,
    "ours",
)
_UNNAMED = Reason(
    "unnamed",
    Text("您描述的情况可能很紧急。", "What you describe may be an emergency."),
    "Xinglin",
    None,
    "ours",
)
_MOST_FINDINGS = 40
_SEXES: Mapping[str, Sex] = {
    "male": "male",
    "female": "female",
}  # of an unknown one nothing is said
_ASKED_ANYHOW = frozenset({"d_pregnant"})  # by what everybody is asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """`flags`: as they are shown and kept. `ranked`: open departments with their probability."""

    case: Case
    level: str
    flags: tuple[dict[str, Any], ...]
    reasons: tuple[dict[str, Any], ...]
    findings: tuple[Any, ...]
    crisis: bool
    ranked: tuple[tuple[str, float], ...]
    sure: bool
    why: Text
    asks: tuple[str, ...]

    def write_on(self, row: Intake) -> None:
        row.level, row.urgency = self.level, STEPS[self.level]
        row.red_flags, row.reasons = list(self.flags), list(self.reasons)
        row.findings = [_as_kept(found) for found in self.findings[:_MOST_FINDINGS]]
        row.crisis = self.crisis
        row.suggested, row.sure, row.why = self.ranked[0][0], self.sure, self.why.as_dict()
        row.ranked = [{"department": d, "probability": round(p, 4)} for d, p in self.ranked]


def look(
    complaint: str,
    answers: Mapping[str, Any],
    patient: PatientCard,
    *,
    asked: Sequence[interview.Question] = (),
    measured: Mapping[str, float] = NOTHING_MEASURED,
    at: datetime,
) -> Seen:
    """Of the words and the choices together, whatever else is wrong with the answers.

    Args:
        measured: at a site; beside a told value the graver counts.
    """
    case = _case(complaint, answers, patient, asked, measured)
    judged = urgency.judge(case)
    number = queries.emergency_number(patient.place, at)
    flags = [f for f in queries.red_flags(patient.place, at) if f.id in judged.red_flags]
    ranked, sure, why, ask = _departments(case, patient)
    level, reasons = _level(judged, case)
    return Seen(
        case=case,
        level=level,
        flags=_shown(flags, judged, number) if level == "emergency" else (),
        reasons=tuple(_reason(each, number) for each in reasons),
        findings=judged.findings,
        crisis=judged.crisis,
        ranked=ranked,
        sure=sure,
        why=why,
        asks=(*judged.ask, *([ask] if ask else [])),
    )


def begin_interview(row: Intake, seen: Seen) -> None:
    """Which questions this intake asks; kept, since the lists of the house change later."""
    chosen = interviews.choose(seen.case, seen.findings)
    known = interviews.discriminators()
    row.interview = chosen.name
    row.asks = [each for each in dict.fromkeys(seen.asks) if each in known.keys() - _ASKED_ANYHOW]
    row.versions = versions.of(chosen)


def alarm(row: Intake, patient: PatientCard) -> None:
    """A person is paged. Emits: CrisisTold."""
    outbox.emit(
        CrisisTold(
            audience=(),
            intake_id=row.pk,
            institution_id=patient.institution_id,
            department=row.suggested,
        )
    )


def audit(viewer: Viewer, action: str, row: Intake) -> None:
    _record(viewer, action, row, {"outcome": row.outcome})


def audit_emergency(viewer: Viewer, row: Intake) -> None:
    detail = {"red_flags": [flag["id"] for flag in row.red_flags]}
    _record(viewer, "triage.emergency_shown", row, detail)


def _record(viewer: Viewer, action: str, row: Intake, detail: dict[str, Any]) -> None:
    record(
        viewer,
        action,
        subject=row.patient_id,
        thing="intake",
        thing_id=row.pk,
        purpose="triage",
        detail=detail,
    )


def _case(
    complaint: str,
    answers: Mapping[str, Any],
    patient: PatientCard,
    asked: Sequence[interview.Question],
    measured: Mapping[str, float],
) -> Case:
    """What was written and chosen about now is text like the complaint, so that one set of rules
    reads all of it.
    """
    good = interview.plausible(asked, answers)
    base = {q.link_id for q in interviews.general().questions}
    own = [q for q in asked if q.link_id not in base | set(interviews.discriminators())]
    language = language_of(complaint)
    passages = interview.passages(asked, answers)
    written = [p.text for p in passages if not p.of_the_past]
    chosen = [text.spoken(language) for text in interview.spoken_choices(own, good)]
    return Case(
        text="\n".join([complaint, *written, *chosen])[:_LONGEST_LOOKED_AT],
        earlier="\n".join(p.text for p in passages if p.of_the_past)[:_LONGEST_LOOKED_AT],
        age_years=patient.age_months / 12,
        sex=_SEXES.get(patient.sex),
        pregnant=_pregnant(good.get("pregnancy")),
        answers=interview.understood(asked, answers),
        vitals=_graver(
            {
                q.link_id: float(good[q.link_id])
                for q in asked
                if q.type == "number" and q.link_id in good
            },
            measured,
        ),
        locale=language,
    )


def _graver(told: Mapping[str, float], measured: Mapping[str, float]) -> dict[str, float]:
    """A told value that nobody can have takes no measured one away."""
    both = vitals.worse_of(vitals.cleaned(told), vitals.cleaned(measured)) if measured else {}
    return {**told, **both}


def _pregnant(answer: Any) -> bool | None:
    """Who may be pregnant is treated as if she were."""
    return None if answer is None else answer in {"yes", "maybe"}


def _level(judged: Judgement, case: Case) -> tuple[str, tuple[Reason, ...]]:
    if case.answers.get("severity") == "severe" and judged.urgency in {
        "online_routine",
        "self_care",
    }:
        return "online_soon", (_HARD_TO_BEAR, *judged.reasons)
    return judged.urgency, judged.reasons


def _shown(flags: Iterable[RedFlag], judged: Judgement, number: str) -> tuple[dict[str, Any], ...]:
    """As they are shown now, for good; a reason without a danger sign of the list is one too."""
    listed = [
        _card(flag.id, flag.text, flag.advice, _source(flag.source, flag.year)) for flag in flags
    ]
    reasons = judged.reasons or (_UNNAMED,)
    if listed:
        reasons = tuple(r for r in judged.reasons if r.rule.startswith(OTHER_LANGUAGE))
    advice = _EMERGENCY_ADVICE.filled(number=number)
    return (
        *(
            _card(r.rule, _numbered(r.text, number), advice, _source(r.source, r.year))
            for r in reasons
        ),
        *listed,
    )


def _numbered(text: Text, number: str) -> Text:
    return text.filled(emergency_number=number)


def _card(name: str, text: Text, advice: Text, source: str) -> dict[str, Any]:
    return {"id": name, "text": text.as_dict(), "advice": advice.as_dict(), "source": source}


def _source(source: str, year: int | None) -> str:
    return f"{source} ({year})" if year else source


def _reason(reason: Reason, number: str) -> dict[str, Any]:
    return {
        "rule": reason.rule,
        "text": _numbered(reason.text, number).as_dict(),
        "source": _source(reason.source, reason.year),
        "status": reason.status,
    }


def _as_kept(found: Any) -> dict[str, Any]:
    names = ("concept", "says", "whose", "when", "severity", "onset", "duration_h", "words")
    kept = {name: getattr(found, name) for name in names}
    return kept | {"name": lexicon().name_of(found.concept).as_dict()}


def _departments(
    case: Case, patient: PatientCard
) -> tuple[tuple[tuple[str, float], ...], bool, Text, str | None]:
    """Among the departments that are open; where nothing is sure, the door that is open to all."""
    open_here = {d.slug for d in people.departments()}
    found = rank(case)
    ranked = [(slug, share) for slug, share in found.top3 if slug in open_here]
    if not (found.sure and ranked and ranked[0][0] == found.best):
        door = CHILDREN if patient.age_years < CHILD_UNTIL_YEARS else FALLBACK
        led_to = next((s for s in (door, FALLBACK, CHILDREN) if s in open_here), door)
        share = dict(found.top3).get(led_to, 0.0)
        ranked = [(led_to, share), *(each for each in ranked if each[0] != led_to)]
    sure = found.sure and ranked[0][0] == found.best
    return tuple(ranked[:3]), sure, found.why, found.ask
