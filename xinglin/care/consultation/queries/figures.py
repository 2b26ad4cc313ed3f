"""A doctor's own numbers, counted from the rows of the visits; nobody else's, and no patient's.

Access path: `consultation_of_doctor` (doctor, newest first), down to the first key of the time asked
for and what may have waited before it.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from xinglin.care.consultation.types import OwnFigures
from xinglin.foundation.database import services as database
from xinglin.kernel import ids

# A message left for the next shift waits a day at most, and a patient an hour.
_WAITED = timedelta(days=3)
_RATED = timedelta(days=60)
_VISITS: Final = """
    select count(*),
        count(*) filter (where state = 'ended'),
        count(*) filter (where ending = 'stopped'),
        count(*) filter (where state = 'active'),
        percentile_disc(0.5) within group (order by accepted_at - requested_at),
        percentile_disc(0.9) within group (order by accepted_at - requested_at),
        percentile_disc(0.5) within group (order by first_reply_at - accepted_at)
            filter (where first_reply_at >= accepted_at),
        percentile_disc(0.9) within group (order by first_reply_at - accepted_at)
            filter (where first_reply_at >= accepted_at)
    from consultation_consultation
    where doctor_user_id = %(doctor)s and id >= %(first)s
        and accepted_at >= %(since)s and accepted_at < %(until)s
"""
_ENDED_FOR: Final = """
    select ended_for, count(*)
    from consultation_consultation
    where doctor_user_id = %(doctor)s and id >= %(first)s
        and accepted_at >= %(since)s and accepted_at < %(until)s and ended_for <> ''
    group by 1 order by 1
"""
_RATINGS: Final = """
    select r.score, count(*)
    from consultation_consultation c join consultation_rating r on r.consultation_id = c.id
    where c.doctor_user_id = %(doctor)s and c.id >= %(first)s
        and r.rated_at >= %(since)s and r.rated_at < %(until)s
    group by 1
"""


def figures_of_doctor(user_id: UUID, *, since: datetime, until: datetime) -> OwnFigures:
    """Of the visits that this doctor accepted in the time and did not give away.

    A first reply counts when it was this doctor's: one from before a hand-over does not.
    """
    asked = {
        "doctor": user_id,
        "first": ids.first_at(since - _WAITED),
        "since": since,
        "until": until,
    }
    ((*counts, wait50, wait90, reply50, reply90),) = database.fetch(_VISITS, asked)
    visits, ended, stopped, active = counts
    return OwnFigures(
        visits=visits,
        ended=ended,
        stopped=stopped,
        active=active,
        wait_p50=wait50,
        wait_p90=wait90,
        reply_p50=reply50,
        reply_p90=reply90,
        ended_for=dict(database.fetch(_ENDED_FOR, asked)),
    )


def scores_of_doctor(user_id: UUID, *, since: datetime, until: datetime) -> tuple[int, ...]:
    """How many ratings of one star to five were given in the time."""
    asked = {
        "doctor": user_id,
        "first": ids.first_at(since - _RATED),
        "since": since,
        "until": until,
    }
    found: dict[int, int] = dict(database.fetch(_RATINGS, asked))
    return tuple(found.get(stars, 0) for stars in range(1, 6))
