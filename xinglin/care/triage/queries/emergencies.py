"""The danger signs, and where to call."""

from dataclasses import replace
from datetime import datetime
from functools import cache

from xinglin.care.triage.rules import shipped
from xinglin.care.triage.rules.red_flags import RedFlag
from xinglin.policy.rules import emergency_number, knob, local_date
from xinglin.policy.terms import HelpLine

__all__ = ["crisis_lines", "emergency_number", "red_flags"]


def crisis_lines(place: str, at: datetime) -> tuple[HelpLine, ...]:
    """Beside the emergency number, for who does not want to live; none where none is known."""
    try:
        lines: tuple[HelpLine, ...] = knob("crisis_lines", place=place, on=local_date(at, place))
    except KeyError:
        return ()
    return lines


def red_flags(place: str, at: datetime) -> tuple[RedFlag, ...]:
    """All of the list; the advice names the number of the place."""
    return _naming(emergency_number(place, at))


@cache
def _naming(number: str) -> tuple[RedFlag, ...]:
    return tuple(
        replace(flag, advice=flag.advice.filled(emergency_number=number))
        for flag in shipped.red_flags()
    )
