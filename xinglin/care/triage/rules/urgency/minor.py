"""A minor complaint that no rule names: nothing alarming was found, and it reads like one.

The only place where a statistical reading lowers an urgency: from online in routine to self-care, of
an otherwise healthy person, where no rule fits.
"""

import re
from typing import Final

from xinglin.care.triage.rules.urgency.facts import Facts
from xinglin.care.triage.rules.urgency.reader import doubts, reads_minor
from xinglin.care.triage.rules.urgency.types import Reason
from xinglin.kernel.text import Text

READS_MINOR: Final = Reason(
    "reads_minor",
    Text(
        "整段描述读起来像会自行好转的小毛病，也没有发现警示征象（统计模型的判断）。如果加重请随时再来。",
        "As a whole this reads like something minor that passes by itself, and no danger sign was found "
        "(a statistical reading). Come back if it gets worse.",
    ),
    "Xinglin: trained on test cases of our own",
    2026,
    "ours",
)
_YOUNGEST, _OLDEST = 1.0, 75.0
_LONGEST_HOURS = 21 * 24.0
ALARMING = "alarm"
# Said apart from the complaint: "It has been so for two months."
_LONG_AGO = re.compile(
    r"\b(?:for|over|past|last|these)(?: \S+){0,3} (?:months|years)\b|\bfor (?:a|one) (?:month|year)\b"
    r"|[两三四五六七八九十\d几]个?(?:多月|月|年)"
)


def is_minor(facts: Facts, text: str) -> bool:
    """No rule fits the facts; is it a matter of self-care all the same?"""
    age, lasted = facts.age_years, facts.duration_h
    return (
        any(each.says == "yes" and each.whose == "patient" for each in facts.findings)
        and (age is None or _YOUNGEST <= age < _OLDEST)
        and (lasted is None or lasted < _LONGEST_HOURS)
        and not facts.pregnant
        and not _LONG_AGO.search(text.lower())
        and not facts.any_of(facts.groups[ALARMING])
        and reads_minor(text)
        and not doubts(text)
    )
