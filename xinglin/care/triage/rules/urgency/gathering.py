"""A case made into facts: words, answers and measured values together."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from xinglin.care.triage.rules import vitals
from xinglin.care.triage.rules.case import Case
from xinglin.care.triage.rules.findings import Finding, find, lexicon, person
from xinglin.care.triage.rules.findings.folding import cut, folded
from xinglin.care.triage.rules.findings.measured import told
from xinglin.care.triage.rules.urgency.facts import Facts, arranged
from xinglin.care.triage.rules.urgency.ruleset import discriminators, ruleset

_LASTED = {"today": 8.0, "d2_7": 96.0, "w1_4": 400.0, "m1_6": 2200.0, "over_6m": 6000.0}
_ILLNESS = {
    "hypertension": "hypertension", "diabetes": "diabetes", "heart": "heart_disease", "stroke": "stroke",
    "lung": "copd", "liver": "liver_disease", "kidney": "kidney_disease", "cancer": "cancer",
}  # fmt: skip
_WEEKS = re.compile(
    r"孕(?:期|了|已经|大概|\s)?(\d{1,2})\+?\d?周|\b(\d{1,2}) ?(?:weeks?|wks?) (?:pregnant|gestation|"
    r"of gestation|of pregnancy|along)"
)
_LATE_WEEKS = 20
_MEASURED = re.compile(r"(?:has a |running a |a )?temp(?:erature)?\.?(?: of| is| was)?|体温")
_SLIGHT_FROM, _FEVER_FROM = 37.5, 38.0
_LITTLE, _GROWN_UP = 3.0, 12.0
_LONGEST_ANSWER = 500


def gathered(case: Case) -> Facts:
    read = cut(case.text)
    text = folded(read).text
    self_told = person(read)
    given = _known(case.age_years)
    age = self_told.age_years if given is None else given
    sex = case.sex or self_told.sex
    worse = vitals.worse_of(vitals.cleaned(told(text)), vitals.cleaned(case.vitals))
    findings = tuple(_by_thermometer(_all_findings(case, read, sex), worse.get("temperature")))
    present, ever, denied = arranged(findings)
    numbers = _numbers(worse, age)
    duration = _LASTED.get(str(case.answers.get("duration"))) or _lasted(findings)
    return Facts(
        findings=findings,
        present=present,
        ever=ever,
        denied=denied,
        numbers=numbers,
        age_years=age,
        sex=sex,
        pregnant=case.pregnant
        if case.pregnant is not None
        else ("pregnancy" in present and sex != "male"),
        duration_h=duration,
        groups=ruleset().groups,
    )


def readings(case: Case) -> tuple[Case, ...]:
    """The case; and, where the words are of a small child and the age is of an adult, as the child's too:
    one may ask for the child, or speak of it beside an own complaint.
    """
    said, given = person(cut(case.text)).age_years, _known(case.age_years)
    if said is None or said >= _LITTLE or given is None or given < _GROWN_UP:
        return (case,)
    return case, replace(case, age_years=said)


def _known(age: float | None) -> float | None:
    return None if age is None or age < 0 else age


def _lasted(findings: Iterable[Finding]) -> float | None:
    """Of the first complaint that says how long; how long an illness is known is none."""
    concepts = lexicon().concepts
    return next(
        (
            f.duration_h
            for f in findings
            if f.duration_h
            and (f.says, f.whose, f.when) == ("yes", "patient", "now")
            and f.concept in concepts
            and concepts[f.concept].kind != "condition"
        ),
        None,
    )


def codes(answers: Mapping[str, Any]) -> frozenset[str]:
    """`link_id=code` of every choice."""
    return frozenset(f"{link}={each}" for link, answer in answers.items() for each in _each(answer))


def _all_findings(case: Case, read: str, sex: str | None) -> Iterator[Finding]:
    words = [*find(read), *_of_weeks(read), *_free_answers(case.answers)]
    if sex == "male":
        words = [f for f in words if f.concept not in _WOMENS]
    if case.answers.get("severity") == "severe":
        words = list(_graver(words))
    yield from words
    yield from _chosen(case.answers)


_WOMENS = frozenset(
    {
        "pregnancy",
        "pregnancy_early",
        "pregnancy_late",
        "vaginal_bleeding",
        "missed_period",
        "heavy_periods",
        "vaginal_discharge",
        "postpartum",
        "period_pain",
    }
)


def _of_weeks(read: str) -> Iterator[Finding]:
    """How far a pregnancy is, when it is told in weeks."""
    for found in _WEEKS.finditer(folded(read).text):
        weeks = int(found[1] or found[2])
        late = weeks >= _LATE_WEEKS
        yield Finding(concept="pregnancy_late" if late else "pregnancy_early", words=found[0])


def _by_thermometer(words: Iterable[Finding], measured: float | None) -> Iterator[Finding]:
    """A temperature of 37.2 is no fever, and one of 37.8 a slight one."""
    for each in words:
        if (
            measured is None
            or each.concept != "fever"
            or not _MEASURED.fullmatch(each.words.lower())
        ):
            yield each
        elif measured < _SLIGHT_FROM:
            yield replace(each, says="no")
        else:
            yield replace(each, concept="low_fever" if measured < _FEVER_FROM else "fever")


def _graver(words: list[Finding]) -> Iterator[Finding]:
    """The first complaint is as bad as was answered."""
    first = next((f for f in words if f.says == "yes" and f.whose == "patient"), None)
    for each in words:
        yield replace(each, severity="severe") if each is first and each.severity is None else each


def _free_answers(answers: Mapping[str, Any]) -> Iterator[Finding]:
    """Words and yes-or-no answers to questions that are none of ours."""
    ours = {q.id for q in discriminators()} | {
        "duration",
        "severity",
        "past_illness",
        "allergies",
        "medicines",
    }
    known = lexicon().concepts
    for link, answer in answers.items():
        if link in ours or link.endswith("_which"):
            continue
        if isinstance(answer, bool):
            about = [link] if link in known else [f.concept for f in find(link.replace("_", " "))]
            for concept in about:
                yield Finding(concept=concept, says="yes" if answer else "no", words=link)
        elif isinstance(answer, str) and (" " in answer.strip() or not answer.isascii()):
            yield from find(answer[:_LONGEST_ANSWER])


def _chosen(answers: Mapping[str, Any]) -> Iterator[Finding]:
    for code in _each(answers.get("past_illness")):
        if code in _ILLNESS:
            yield Finding(concept=_ILLNESS[code])
    for question in discriminators():
        given = set(_each(answers.get(question.id)))
        for option in question.options:
            if option.code in given:
                yield from option.gives


def _each(answer: Any) -> Iterable[str]:
    many = answer if isinstance(answer, list | tuple | set | frozenset) else [answer]
    for each in many:
        if isinstance(each, bool):
            yield "yes" if each else "no"
        elif isinstance(each, str):
            yield each


def _numbers(kept: Mapping[str, float], age: float | None) -> dict[str, float]:
    grown = age is None or age >= vitals.ADULT_FROM_YEARS
    if grown and kept:
        score = vitals.news2(kept)
        return {**kept, "news2": float(score.total), "news2_single": float(score.single_three)}
    if age is not None and kept:
        outside = vitals.outside_band(kept, age)
        far = [name for name in outside if name.startswith("far:")]
        return {**kept, "outside_band": float(len(outside)), "far_outside_band": float(len(far))}
    return dict(kept)
