"""Which department suits what somebody tells: a model of words, and who the patient is.

It opens a door in the hospital; it names no illness.
"""

from xinglin.care.triage.rules.department.lexicon import Lexicon, Term
from xinglin.care.triage.rules.department.patient import CHILD_UNTIL_YEARS
from xinglin.care.triage.rules.department.ranking import CHILDREN, FALLBACK, Ranking, rank
from xinglin.care.triage.rules.department.settings import settings as _settings

VERSION = _settings().version

__all__ = [
    "CHILDREN",
    "CHILD_UNTIL_YEARS",
    "FALLBACK",
    "VERSION",
    "Lexicon",
    "Ranking",
    "Term",
    "rank",
]
