"""The interviews before the visit: data files that a doctor edits, chosen by what is told first."""

from xinglin.care.triage.rules.interviews.choosing import MOST_ASKED, choose, questions_for
from xinglin.care.triage.rules.interviews.shelf import (
    GENERAL,
    discriminators,
    every_question,
    general,
    named,
    special,
)
from xinglin.care.triage.rules.interviews.types import Interview

__all__ = [
    "GENERAL",
    "MOST_ASKED",
    "Interview",
    "choose",
    "discriminators",
    "every_question",
    "general",
    "named",
    "questions_for",
    "special",
]
