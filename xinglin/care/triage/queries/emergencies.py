"""The danger signs, and where to call."""

from dataclasses import replace
from datetime import datetime
from functools import cache

from xinglin.care.triage.rules import shipped
from xinglin.care.triage.rules.red_flags import RedFlag
from xinglin.policy.rules import knob, local_date


def emergency_number(place: str, at: datetime) -> str:
    """By the law of the place."""
    return str(knob("emergency_number", place=place, on=local_date(at, place)))


def red_flags(place: str, at: datetime) -> tuple[RedFlag, ...]:
    """All of the list; the advice names the number of the place."""
    return _naming(emergency_number(place, at))


@cache
def _naming(number: str) -> tuple[RedFlag, ...]:
    return tuple(
        replace(flag, advice=flag.advice.filled(emergency_number=number))
        for flag in shipped.red_flags()
    )
