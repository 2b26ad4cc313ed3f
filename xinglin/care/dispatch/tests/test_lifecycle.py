"""Every state, step and actor of an offer."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from xinglin.care.dispatch.lifecycle import ANSWER_WITHIN, LIVE, OFFER
from xinglin.kernel.errors import Forbidden, IllegalStep

ACTORS = ("doctor", "patient", "dispatcher", "clock", "system", "operator", "stranger")
STEPS = ("accept", "refuse", "lapse", "withdraw", "release", "reopen")
MAY = {
    ("offered", "accept", "doctor"): "accepted",
    ("offered", "refuse", "doctor"): "refused",
    ("offered", "lapse", "clock"): "lapsed",
    ("offered", "withdraw", "patient"): "withdrawn",
    ("offered", "withdraw", "dispatcher"): "withdrawn",
    ("offered", "withdraw", "clock"): "withdrawn",
    ("offered", "withdraw", "operator"): "withdrawn",
    ("accepted", "release", "system"): "released",
}


@pytest.mark.parametrize(
    ("state", "step", "who"), list(product(sorted(OFFER.states), STEPS, ACTORS))
)
def test_only_the_steps_of_the_table_can_be_taken(state, step, who):
    if (state, step, who) in MAY:
        assert OFFER.take(state, step, who) == MAY[state, step, who]
    else:
        with pytest.raises((IllegalStep, Forbidden)):
            OFFER.take(state, step, who)


def test_an_offer_that_is_over_stays_over():
    assert OFFER.finals == {"refused", "lapsed", "withdrawn", "released"}
    assert OFFER.states == OFFER.finals | LIVE


def test_a_doctor_has_thirty_seconds_to_answer():
    at = datetime(2026, 3, 2, tzinfo=UTC)
    assert timedelta(seconds=30) == ANSWER_WITHIN
    assert OFFER.due("offered", at) == (at + ANSWER_WITHIN, "lapse")
    assert OFFER.due("accepted", at) is None
