"""A doctor's own figures for today, a week, a month: sums of raw rows, never kept.

Of ratings there is no more than how many stars: not by whom (K11), none of today, and none while
there are few, since a doctor who sees a sum move after one visit has seen who moved it.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.dispatch import rules
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel import ids
from xinglin.kernel.errors import NotFound
from xinglin.policy.rules import day_begins, local_date

_OFFERS = """
    select state, reason, count(*) from dispatch_offer
    where practitioner_id = %(practitioner)s and id >= %(first)s
        and made_at >= %(since)s and made_at < %(until)s
    group by 1, 2
"""
_A_MOMENT = timedelta(minutes=5)


def own_figures(viewer: Viewer, *, days: int, at: datetime) -> dict[str, Any]:
    """Of the last `days` days of the doctor's place, today the last of them.

    Raises:
        NotFound: the viewer is no doctor.
    """
    doctor = people.practitioner_by_user(viewer.user_id)
    if doctor is None:
        raise NotFound
    today = day_begins(local_date(at, doctor.place), doctor.place)
    since = today - timedelta(days=days - 1)
    found = visits.figures_of_doctor(viewer.user_id, since=since, until=at)
    return {
        "days": days,
        "since": since,
        "at": at,
        "visits": found.visits,
        "ended": found.ended,
        "stopped": found.stopped,
        "active": found.active,
        "endings": [
            {"reason": code, "text": visits.reason_text(code), "count": count}
            for code, count in found.ended_for.items()
            if visits.reason_text(code)
        ],
        "wait_p50_s": rules.in_seconds(found.wait_p50),
        "wait_p90_s": rules.in_seconds(found.wait_p90),
        "reply_p50_s": rules.in_seconds(found.reply_p50),
        "reply_p90_s": rules.in_seconds(found.reply_p90),
        **_offers(doctor.id, since, at),
        "ratings": _ratings(viewer, since, today),
    }


def _offers(practitioner_id: UUID, since: datetime, until: datetime) -> dict[str, Any]:
    asked = {
        "practitioner": practitioner_id,
        "first": ids.first_at(since - _A_MOMENT),
        "since": since,
        "until": until,
    }
    by_state: dict[str, int] = {}
    refusals: dict[str, int] = {}
    for state, reason, count in database.fetch(_OFFERS, asked):
        by_state[state] = by_state.get(state, 0) + count
        if state == "refused":
            refusals[reason] = refusals.get(reason, 0) + count
    return {
        "offers": sum(by_state.values()),
        "accepted": by_state.get("accepted", 0) + by_state.get("released", 0),
        "refused": by_state.get("refused", 0),
        "lapsed": by_state.get("lapsed", 0),
        "refusals": [{"reason": r, "count": n} for r, n in sorted(refusals.items())],
    }


def _ratings(viewer: Viewer, since: datetime, today: datetime) -> dict[str, Any]:
    scores = visits.scores_of_doctor(viewer.user_id, since=since, until=today)
    mean = rules.score_of(scores)
    return {
        "fewest": rules.FEWEST_RATINGS,
        "count": sum(scores),
        "mean": mean,
        "scores": None if mean is None else list(scores),
    }
