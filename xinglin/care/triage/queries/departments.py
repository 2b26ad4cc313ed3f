"""Which department a word leads to, before anybody is a patient."""

from xinglin.care.people import queries as people
from xinglin.care.triage.rules.case import Case
from xinglin.care.triage.rules.department import rank

_ADULT_YEARS = 30


def department_for(words: str) -> str | None:
    """The open department that the words surely point to; None when they do not."""
    open_here = {d.slug for d in people.departments()}
    found = rank(Case(text=words, age_years=_ADULT_YEARS))
    return found.best if found.sure and found.best in open_here else None
