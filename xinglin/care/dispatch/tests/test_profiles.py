"""Every number that a patient reads of a doctor, computed anew from the rows that it stands for."""

from collections import defaultdict
from datetime import timedelta
from statistics import mean

import pytest

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.models import Consultation, Rating
from xinglin.care.dispatch import queries, rules, services
from xinglin.care.dispatch.models import Offer, OfferStep, Profile
from xinglin.care.dispatch.services import profiles
from xinglin.care.dispatch.tests.cast import House, end_licence, offer_of
from xinglin.care.people.models import Institution, Practitioner
from xinglin.foundation.outbox.services import relay_pending
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound

pytestmark = pytest.mark.django_db


def worked(house: House, doctor, *, score: int | None, answer_s: int = 4, patient=None) -> None:
    """A visit from its offer to its end, and a rating."""
    more = {"patient_id": patient} if patient else {}
    visit = house.visit(**more)
    house.touch(doctor)
    house.dispatch()
    with house.later(seconds=answer_s):
        services.accept_offer(house.viewer(doctor), offer_of(visit).pk, at=house.at)
        Consultation.objects.filter(pk=visit).update(
            state="ended", ending="closed", ended_for="treated", ended_at=house.at, due_at=None
        )
        services.release(visit, practitioner_id=doctor, reason="closed", at=house.at)
        if score:
            consultation.rate(house.holder, visit, score=score, tags=[], comment="", at=house.at)


def follow() -> None:
    """What the worker does, until nothing is left to do."""
    while relay_pending() or profiles.follow():
        pass


def shown(house: House, doctor):
    return queries.doctor_profile(house.holder, doctor, house.at)


def test_every_number_that_is_shown_is_the_one_that_the_raw_rows_give(house):
    doctor, other = house.on_duty(capacity=1), house.doctor()
    same = house.patient()
    for n in range(12):
        worked(house, doctor, score=1 + n % 5, answer_s=2 + n, patient=same if n < 3 else None)
    worked(house, doctor, score=None, answer_s=11)
    follow()
    page = shown(house, doctor)
    card = page.card
    ended = Consultation.objects.filter(practitioner_id=doctor, state="ended")
    scores = list(
        Rating.objects.filter(consultation__practitioner_id=doctor).values_list("score", flat=True)
    )
    assert card.visits == ended.count() == 13
    assert card.patients == len(set(ended.values_list("patient_id", flat=True))) == 11
    assert card.ratings == len(scores) == 12
    assert card.score == round(mean(scores), 1)
    assert page.scores == tuple(scores.count(stars) for stars in range(1, 6))
    assert card.accept_s == round(mean(accept_times(doctor)))
    assert card.accepts == len(accept_times(doctor)) == 13
    assert shown(house, other).card.visits == 0


def accept_times(doctor) -> list[float]:
    """From the steps, which nobody can rewrite; the profile reads the offers."""
    made: dict = {}
    times = []
    for step in OfferStep.objects.filter(offer__practitioner_id=doctor).order_by("at", "pk"):
        if step.step == "make":
            made[step.offer_id] = step.at
        elif step.step == "accept":
            times.append((step.at - made[step.offer_id]).total_seconds())
    return times


def test_below_ten_ratings_no_score_is_shown_and_none_can_be_guessed(house):
    doctor = house.on_duty(capacity=1)
    for n in range(rules.FEWEST_RATINGS):
        follow()
        page = shown(house, doctor)
        assert (page.card.score, page.scores, page.card.ratings) == (None, None, n)
        worked(house, doctor, score=5)
    follow()
    page = shown(house, doctor)
    assert (page.card.score, page.scores) == (5.0, (0, 0, 0, 0, 10))


@pytest.mark.parametrize(
    ("scores", "score"),
    [
        ((0, 0, 0, 0, 9), None),
        ((0, 0, 0, 0, 10), 5.0),
        ((10, 0, 0, 0, 0), 1.0),
        ((1, 2, 3, 4, 5), 3.7),
    ],
)
def test_a_score_is_the_mean_with_one_decimal(scores, score):
    assert rules.score_of(scores) == score


def test_what_was_never_done_is_no_number(house):
    doctor = house.doctor()
    follow()
    card = shown(house, doctor).card
    assert (card.accept_s, card.score, card.visits, card.patients) == (None, None, 0, 0)
    assert (card.price_fen, card.price) == (0, rules.PRICE)


def test_profiles_made_again_from_nothing_are_the_same(house):
    doctor = house.on_duty(capacity=1)
    for n in range(4):
        worked(house, doctor, score=1 + n)
    follow()
    before = defaultdict(dict)
    for row in Profile.objects.values():
        before[row["practitioner_id"]] = {k: v for k, v in row.items() if k != "judged_at"}
    Profile.objects.all().delete()
    assert profiles.make_again() == Practitioner.objects.count()
    Profile.objects.update(is_stale=False)
    after = {
        row["practitioner_id"]: {k: v for k, v in row.items() if k != "judged_at"}
        for row in Profile.objects.values()
    }
    assert after == before


def test_events_that_come_twice_count_once(house):
    doctor = house.on_duty(capacity=1)
    worked(house, doctor, score=4)
    follow()
    first = shown(house, doctor)
    from xinglin.foundation.outbox.models import OutboxEvent

    OutboxEvent.objects.update(relayed_at=None)
    follow()
    assert shown(house, doctor) == first


def test_a_doctor_whose_licence_has_ended_disappears_at_that_moment(house):
    doctor = house.doctor()
    Profile.objects.all().delete()
    end_licence(doctor, house.at + timedelta(hours=1))
    profiles.make_again()
    assert found(house) == [doctor]
    assert shown(house, doctor)
    with house.later(hours=1):
        assert found(house) == []
        with pytest.raises(NotFound):
            shown(house, doctor)


@pytest.mark.parametrize("change", [{"institution_consented": False}, {"independent_since": None}])
def test_a_doctor_who_is_not_approved_is_not_shown(house, change):
    doctor = house.doctor()
    follow()
    Practitioner.objects.filter(pk=doctor).update(**change)
    with pytest.raises(NotFound):
        shown(house, doctor)
    with clock.frozen(clock.now() + profiles.JUDGE_EVERY + timedelta(minutes=1)):
        profiles.follow()
    assert found(house) == []


def found(house: House) -> list:
    page = queries.find_doctors(house.holder, queries.Search(), house.at)
    return [card.id for card in page.items]


def test_a_doctor_of_another_institution_is_not_here(house):
    doctor = house.doctor()
    follow()
    other = Institution.objects.create(code="other", name_zh="别院", name_en="Elsewhere")
    Practitioner.objects.filter(pk=doctor).update(institution=other)
    with pytest.raises(NotFound):
        shown(house, doctor)


def test_next_free_says_what_is_true(house):
    doctor = house.doctor()
    follow()

    def state():
        return shown(house, doctor).card.next_free

    assert (state().state, state().at) == ("off", None)
    back = house.at + timedelta(hours=5)
    services.set_named(house.viewer(doctor), named_a_day=1, back_at=back, at=house.at)
    assert (state().state, state().at) == ("off", back)
    house.start(doctor)
    assert (state().state, state().at) == ("now", house.at)
    assert Offer.objects.count() == 0
    house.visit()
    house.dispatch()
    assert (state().state, state().at) == ("busy", None)
    house.visit(named_practitioner_id=doctor, named_on=rules_day(house))
    assert state().state == "full"
    assert state().at > house.at
    services.set_named(house.viewer(doctor), named_a_day=0, back_at=None, at=house.at)
    assert state().state == "never"


def rules_day(house: House):
    from xinglin.policy.rules import local_date

    return local_date(house.at, "cn")


def test_on_line_is_on_duty_with_a_live_line(house):
    doctor = house.on_duty()
    follow()
    assert shown(house, doctor).card.is_online
    with house.later(minutes=2):
        card = shown(house, doctor).card
        assert (card.is_on_duty, card.is_online) == (True, False)
