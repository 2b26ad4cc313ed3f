"""Quiet hours: our own rule, of no law. Pure.

22:00 to 08:00 by the clock of the person's time zone, unless the person has chosen otherwise.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from xinglin.foundation.notices.types import Settings, Urgency

FROM: Final = time(22)
TO: Final = time(8)


def before_any_choice(zone: str) -> Settings:
    return Settings(
        quiet=True, quiet_from=FROM, quiet_to=TO, zone=zone, awaited_passes=True, choices={}
    )


def held_until(urgency: Urgency, chosen: Settings, at: datetime) -> datetime | None:
    """When a notice of this urgency may go out, if not at once."""
    passes = urgency is Urgency.ALWAYS or (urgency is Urgency.AWAITED and chosen.awaited_passes)
    return None if passes or not chosen.quiet else _quiet_until(chosen, at)


def _quiet_until(chosen: Settings, at: datetime) -> datetime | None:
    """The end of the quiet time that `at` lies in. The clock of the place decides, summer time too."""
    zone = ZoneInfo(chosen.zone)
    local = at.astimezone(zone)
    clock, start, end = local.time(), chosen.quiet_from, chosen.quiet_to
    over_midnight = start > end
    quiet = (clock >= start or clock < end) if over_midnight else start <= clock < end
    if not quiet:
        return None
    days = 1 if over_midnight and clock >= start else 0
    until = datetime.combine(local.date() + timedelta(days=days), end, zone).astimezone(UTC)
    # In the hour that a clock repeats, the end may seem to be over: then nothing is held.
    return until if until > at else None
