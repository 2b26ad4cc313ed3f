"""What somebody said and what they chose, where the two do not go together; for the doctor's eye.

Nothing is corrected: of two answers the more dangerous one counts in triage.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from xinglin.care.triage.rules import measures, wording
from xinglin.kernel.text import Text

_PREGNANT = ("怀孕", "孕妇", "孕周", "怀了", "pregnant", "weeks pregnant")
_LONG_AGO = ("个月", "半年", "一年", "两年", "几年", "months", "a year", "years")
_FEVER_FROM = 38.0
_NO_FEVER_BELOW = 37.0


def between(complaint: str, answers: Mapping[str, Any]) -> tuple[Text, ...]:
    """In the order in which they were looked for; empty: nothing was noticed."""
    text = wording.normalised(complaint)
    return tuple(_found(text, list(wording.clauses(text)), answers))


def _found(text: str, clauses: list[wording.Clause], answers: Mapping[str, Any]) -> Iterator[Text]:
    def says(words: tuple[str, ...]) -> bool:
        return any(
            wording.is_said(word, clause) and not wording.is_past(clause)
            for clause in clauses
            for word in words
        )

    if answers.get("pregnancy") == "no" and says(_PREGNANT):
        yield Text(
            "描述中提到怀孕，回答是没有怀孕。",
            "The words speak of a pregnancy; the answer is: not pregnant.",
        )
    if answers.get("duration") == "today" and says(_LONG_AGO):
        yield Text(
            "描述中的时间较长，回答是今天才开始。",
            "The words tell of a long time; the answer is: since today.",
        )
    measured = answers.get("temperature")
    if isinstance(measured, int | float) and not isinstance(measured, bool):
        told = max(measures.temperatures(text), default=0.0)
        if told >= _FEVER_FROM and measured < _NO_FEVER_BELOW:
            yield Text(
                f"描述中的体温是{told:.1f}℃，填写的是{measured:g}℃。",
                f"The words tell of {told:.1f} °C; the value given is {measured:g} °C.",
            )
