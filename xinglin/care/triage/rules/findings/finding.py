"""Everything a text tells, one finding for each concept and place."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from xinglin.care.triage.rules.findings import manner, timing
from xinglin.care.triage.rules.findings.composing import composed
from xinglin.care.triage.rules.findings.denial import denied
from xinglin.care.triage.rules.findings.folding import Folded, clauses, cut, folded, sentences
from xinglin.care.triage.rules.findings.lexicon import lexicon, renames
from xinglin.care.triage.rules.findings.matching import matches
from xinglin.care.triage.rules.findings.types import Finding, Match, Span
from xinglin.care.triage.rules.findings.whose import Story, is_of_old

_OF_LIFE = frozenset({"suicidal", "self_harm", "harm_others", "psychosis"})
_ILLNESSES = frozenset(
    {
        "diabetes",
        "hypertension",
        "heart_disease",
        "stroke",
        "asthma",
        "copd",
        "cancer",
        "chemotherapy",
        "anticoagulant",
        "epilepsy",
        "liver_disease",
        "kidney_disease",
        "kidney_stone",
        "gallstones",
        "ulcer_disease",
        "bowel_disease",
        "hernia",
        "gout",
        "glaucoma",
        "cataract",
        "allergy",
        "hay_fever",
        "clot_history",
        "hormones",
        "smoker",
        "alcohol",
        "platelets_low",
        "ovarian_cyst",
        "antithyroid",
        "addison",
        "antipsychotic",
        "postpartum",
        "pregnancy",
        "immobility",
        "recent_surgery",
        "travel",
        "vaccination",
        "sexual_exposure",
        "gradual_onset",
        "first_time",
        "named_disease",
    }
)
_BARE = frozenset({"part", "source", "noise"})


@lru_cache(maxsize=8)
def find(text: str) -> tuple[Finding, ...]:
    """In the order of the text; what is too long is cut (its beginning and end are read)."""
    source = folded(cut(text))
    story = Story(source.text)
    standing = matches(source.text, lexicon())
    found: list[Finding] = []
    before: Span | None = None
    for sentence in sentences(source.text):
        inside = [m for m in standing if sentence.start <= m.start < sentence.end]
        if inside:
            found += _Sentence(source, story, sentence, before, inside).findings()
        before = sentence
    return tuple(found)


class _Sentence:
    """One sentence with its matches, read once; each finding takes from it what is its own."""

    def __init__(
        self,
        source: Folded,
        story: Story,
        span: Span,
        before: Span | None,
        inside: Sequence[Match],
    ) -> None:
        self._source, self._story = source, story
        self._span, self._before, self._inside = span, before, inside
        self._clauses = list(clauses(span))
        self._denied = denied(span, source.text, inside)
        self._lasting = list(timing.durations(span.text))
        self._of_complaints = [each for each in self._lasting if not self._is_of_illness(each[0])]
        self._onset = manner.onset(span.text)

    def findings(self) -> list[Finding]:
        built = list(composed(self._clauses, self._inside, renames()))
        used = {wrong for each in built for wrong in each.of if wrong.kind == "sensation"}
        told = [m for m in self._inside if m.kind not in _BARE and m not in used] + built
        return [self._finding(each) for each in sorted(told, key=lambda m: m.start)]

    def _finding(self, match: Match) -> Finding:
        text = self._source.text
        clause = next((c for c in self._clauses if c.start <= match.start < c.end), self._span)
        past = timing.is_past(clause.text) or timing.is_resolved(text, match.end)
        start, end = self._source.back(match.start, match.end)
        return Finding(
            concept=match.concept,
            says="no" if self._is_denied(match) else "yes",
            whose=self._whose(match, clause),
            when="past" if past else "now",
            severity=manner.severity(text, match, clause, self._inside),
            onset=self._onset,
            duration_h=self._lasted(match),
            span=(start, end),
            words=self._source.typed[start:end],
        )

    def _is_denied(self, match: Match) -> bool:
        return match in self._denied or any(
            m in self._denied for m in match.of if m.kind == "sensation"
        )

    def _whose(self, match: Match, clause: Span) -> Literal["patient", "other"]:
        """A danger to life is the patient's unless told of old: "believes the baby is possessed"."""
        if not self._story.is_others(clause, match.start, self._before):
            return "patient"
        return "patient" if match.concept in _OF_LIFE and not is_of_old(clause.text) else "other"

    def _is_of_illness(self, place: int) -> bool:
        """Since when an illness is known, which says nothing of what is complained of now."""
        at = self._span.start + place
        clause = next((c for c in self._clauses if c.start <= at < c.end), self._span)
        beside = [m for m in self._inside if clause.start <= m.start < clause.end] or self._inside
        nearest = min(beside, key=lambda m: abs(m.start - at))
        return nearest.concept in _ILLNESSES

    def _lasted(self, match: Match) -> float | None:
        """The duration that stands nearest."""
        lasting = self._lasting if match.kind == "condition" else self._of_complaints
        place = match.start - self._span.start
        return min(lasting, key=lambda each: abs(each[0] - place))[1] if lasting else None
