"""Deadlines of a review: a claim that runs out, a review that is late, a validity that ends."""

from datetime import timedelta

import pytest

from xinglin.care.consultation.tests import factories as make
from xinglin.care.people.models import Institution
from xinglin.care.prescribing import reactions, tasks
from xinglin.care.prescribing.lifecycle import CLAIM_HELD_FOR, REVIEW_WITHIN
from xinglin.care.prescribing.models import PrescriptionReview
from xinglin.care.prescribing.queries import reviews
from xinglin.care.prescribing.services import lawful, reviewing
from xinglin.care.prescribing.services.steps import ClockWentBackError
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.test_reviewing import BACK
from xinglin.care.prescribing.tests.test_writing import refused
from xinglin.foundation.notices.models import Notice
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, IllegalStep


def test_a_claim_past_its_deadline_is_back_in_the_pool(chain):
    """E04: and counts for nothing already before the sweeper has come by."""
    at = clock.now()
    done = rx.claimed(chain, at=at)
    late = at + CLAIM_HELD_FOR
    with pytest.raises(reviewing.NotYourClaimError):
        rx.approve(chain, done, at=late)
    with clock.frozen(late - timedelta(seconds=1)):
        assert tasks.sweep() == 0
    with clock.frozen(late):
        assert tasks.sweep() == 1
    assert (rx.state(done), rx.row(done).reviewer_id) == ("signed_by_doctor", None)
    with pytest.raises(IllegalStep):
        rx.approve(chain, done, at=late)


@pytest.mark.usefixtures("at_noon")
def test_what_nobody_reviews_in_time_is_escalated_and_never_passes(chain):
    """V14, E05: however far the clock is past the deadline."""
    at = clock.now()
    done = rx.signed(chain, at=at)
    late = at + REVIEW_WITHIN
    assert "R23" in refused(reviewing.claim, chain.pharmacist, done, at=late)
    with clock.frozen(late):
        assert tasks.sweep() == 1
    assert rx.state(done) == "escalated"
    with clock.frozen(rx.row(done).expires_at - timedelta(seconds=1)):
        assert tasks.sweep() == 0
    assert rx.state(done) == "escalated"
    assert not PrescriptionReview.objects.exists()
    reviewing.claim(chain.pharmacist, done, at=late)
    rx.approve(chain, done, at=late)
    assert rx.state(done) == "effective"


@pytest.mark.parametrize("place", ["cn", "cn_bj", "india", "uk"])
def test_how_long_a_review_may_take_is_policys_of_the_place(chain, monkeypatch, place):
    nation = "cn" if place == "cn_bj" else place
    at, house = clock.now(), rx.row(rx.begun(chain)).institution_id
    Institution.objects.filter(pk=house).update(jurisdiction=place)
    assert lawful.review_within(house, at) == REVIEW_WITHIN
    rx.with_knob(monkeypatch, "review_deadline_minutes", **{nation: 7})
    assert lawful.review_within(house, at) == timedelta(minutes=7)
    assert lawful.timed_out_by(house, at) == "escalate"


@pytest.mark.usefixtures("at_noon")
def test_the_deadline_is_the_one_that_held_when_it_was_signed(chain, monkeypatch):
    """V14: then the clock escalates, and passes nothing."""
    rx.with_knob(monkeypatch, "review_deadline_minutes", cn=7)
    at = clock.now()
    done = rx.signed(chain, at=at)
    rx.with_knob(monkeypatch, "review_deadline_minutes", cn=90)
    with clock.frozen(at + timedelta(minutes=7)):
        assert tasks.sweep() == 1
    assert rx.state(done) == "escalated"


@pytest.mark.usefixtures("at_noon")
@pytest.mark.parametrize(
    ("action", "ends"), [("refuse", "voided"), ("allow", "escalated"), ("queue", "escalated")]
)
def test_whatever_policy_makes_of_a_time_out_nothing_passes_by_it(chain, monkeypatch, action, ends):
    rx.with_knob(monkeypatch, "review_timeout_action", cn=action)
    at = clock.now()
    done = rx.signed(chain, at=at)
    with clock.frozen(at + REVIEW_WITHIN):
        assert tasks.sweep() == 1
    assert (rx.state(done), rx.row(done).effective_at) == (ends, None)
    is_told = make.cards(chain.visit)[-1] == "prescription_voided"
    assert is_told == (ends == "voided")


@pytest.mark.usefixtures("at_noon")
def test_a_claim_that_ran_out_late_is_escalated_at_once(chain):
    at = clock.now()
    done = rx.signed(chain, at=at)
    reviewing.claim(chain.pharmacist, done, at=at + REVIEW_WITHIN - timedelta(minutes=1))
    with clock.frozen(at + REVIEW_WITHIN + CLAIM_HELD_FOR):
        assert [tasks.sweep(), tasks.sweep(), tasks.sweep()] == [1, 1, 0]
    assert rx.state(done) == "escalated"


def test_what_is_past_its_validity_does_not_become_effective(chain):
    at = clock.now()
    done = rx.signed(chain, at=at, valid_days=3)
    late = rx.row(done).expires_at
    with clock.frozen(at + REVIEW_WITHIN):
        tasks.sweep()
    reviewing.claim(chain.pharmacist, done, at=late - timedelta(minutes=1))
    with pytest.raises(Conflict) as error:
        rx.approve(chain, done, at=late)
    assert error.value.code == "prescription_out_of_date"


def test_what_nobody_passed_within_its_validity_is_void_and_its_doctor_hears_of_it(chain):
    """Whether it was escalated before, or is given back after its last day."""
    at = clock.now()
    waiting, mine = (rx.signed(chain, at=at, valid_days=3) for _ in range(2))
    end = rx.row(waiting).expires_at
    with clock.frozen(at + REVIEW_WITHIN):
        assert tasks.sweep() == 2
    reviewing.claim(chain.pharmacist, mine, at=end - timedelta(minutes=1))
    with clock.frozen(end - timedelta(seconds=1)):
        assert tasks.sweep() == 0
    with clock.frozen(end):
        assert tasks.sweep() == 1
    assert (rx.state(waiting), rx.state(mine)) == ("voided", "claimed")
    assert make.cards(chain.visit)[-1] == "prescription_voided"
    with clock.frozen(end + CLAIM_HELD_FOR):
        assert [tasks.sweep(), tasks.sweep(), tasks.sweep()] == [1, 1, 0]
    assert rx.state(mine) == "voided"
    assert not PrescriptionReview.objects.exists()
    for who in (chain.pharmacist, chain.other_pharmacist):
        assert reviews.pool(who, after=None, limit=9, at=end)["items"] == []
    reactions.tell_voided(ids.new(), {"prescription_id": str(waiting)}, end)
    told = Notice.objects.filter(user_id=chain.cast.doctor.id)
    assert told.get().kind == "prescription_sent_back"


def test_a_clock_that_went_back_takes_no_step(chain):
    done, at = rx.claimed(chain), clock.now() - timedelta(hours=2)
    with pytest.raises(ClockWentBackError):
        rx.approve(chain, done, at=at)
    with pytest.raises(ClockWentBackError):
        reviewing.refuse(chain.pharmacist, done, **BACK, at=at)
    assert rx.state(done) == "claimed"
    assert not PrescriptionReview.objects.exists()
