"""Repeats with their interval (E06), in a place that allows them: none of the places in hand does."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from xinglin.care.consultation.tests import factories as make
from xinglin.care.people.models import Institution
from xinglin.care.people.queries import default_institution
from xinglin.care.prescribing import tasks
from xinglin.care.prescribing.models import PrescriptionRepeat
from xinglin.care.prescribing.queries import prescriptions
from xinglin.care.prescribing.services import checking, validity
from xinglin.care.prescribing.sheet import Told
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.test_validity import code_of
from xinglin.care.prescribing.tests.test_writing import refused
from xinglin.kernel import clock, ids
from xinglin.policy import places
from xinglin.policy import rules as law
from xinglin.policy.house_pharmacy import house_dispensing
from xinglin.policy.jurisdictions.cn.law.sources import Y2022

TOLD = Told(long_term=True, stable=True, first_issued_offline=True, repeats=2, repeat_after_days=7)
DAY = timedelta(days=1)


@pytest.fixture
def lets_repeat(monkeypatch):
    """A pack for tests: China's rules of writing, three repeats, and the house's own at the counter."""
    known = places.load()
    knobs = tuple(
        replace(knob, value=3) if knob.name == "rx_repeats_most" else knob
        for knob in known["cn"].knobs
    )
    rules = {**known["cn"].rules, "dispense": house_dispensing(since=Y2022)}
    pack = replace(known["cn"], code="repeats", places={}, knobs=knobs, rules=rules)
    monkeypatch.setattr(places, "load", lambda *_: {**known, "repeats": pack})


@pytest.fixture
def chain(db, lets_repeat, at_noon):
    return made()


def made():
    found = rx.chain()
    Institution.objects.filter(pk=default_institution().id).update(jurisdiction="repeats")
    return found


def times_left(chain, done):
    return prescriptions.one(chain.cast.patient.viewer, done)["repeats"]


def fetched(chain, done, after=0):
    """So many days from now; answers the token."""
    with clock.frozen(clock.now() + after * DAY):
        token = rx.token(chain, done)
        validity.take(chain.pharmacist, token, at=clock.now())
        return token


def test_each_time_has_its_own_ticket_and_its_day(chain):
    done, today = rx.effective(chain, told=TOLD), law.local_date(clock.now())
    assert times_left(chain, done) == {"allowed": 2, "left": 2, "opens_on": None}
    first = fetched(chain, done)
    assert rx.state(done) == "effective"
    assert times_left(chain, done) == {"allowed": 2, "left": 1, "opens_on": today + 7 * DAY}
    assert code_of(rx.token, chain, done) == "repeat_not_yet"
    second = fetched(chain, done, after=7)
    assert rx.state(done) == "effective"
    third = fetched(chain, done, after=14)
    assert rx.state(done) == "dispensed"
    assert len({first, second, third}) == 3
    assert times_left(chain, done)["left"] == 0
    for used in (first, second, third):
        code = code_of(validity.take, chain.other_pharmacist, used, at=clock.now())
        assert code == "prescription_dispensed"


def test_a_repeat_is_not_taken_a_day_too_early_whoever_has_its_code(chain):
    done = rx.effective(chain, told=TOLD)
    first = fetched(chain, done)
    with clock.frozen(clock.now() + 7 * DAY):
        token = rx.token(chain, done)
    early = clock.now() + 6 * DAY
    assert refused(validity.take, chain.pharmacist, token, at=early) == {"XL19"}
    assert code_of(validity.take, chain.pharmacist, first, at=early) == "prescription_dispensed"


def test_voided_all_that_remain_are_void(chain):
    done = rx.effective(chain, told=TOLD)
    fetched(chain, done)
    with clock.frozen(clock.now() + 7 * DAY):
        token = rx.token(chain, done)
        validity.void(chain.cast.doctor.viewer, done, reason="condition_changed", at=clock.now())
        assert code_of(validity.take, chain.pharmacist, token, at=clock.now()) == (
            "prescription_voided"
        )
        assert code_of(rx.token, chain, done) == "prescription_voided"
    assert times_left(chain, done) == {"allowed": 2, "left": 0, "opens_on": None}


def test_what_is_not_fetched_runs_out_with_the_prescription(chain):
    done = rx.effective(chain, told=TOLD)
    assert rx.row(done).expires_at == law.day_begins(law.local_date(clock.now()) + 15 * DAY)
    fetched(chain, done)
    with clock.frozen(clock.now() + 15 * DAY):
        token = rx.token(chain, done)
        assert code_of(validity.take, chain.pharmacist, token, at=clock.now()) == (
            "prescription_expired"
        )


def at_home(done, days):
    """What the next prescription is checked against, so many days from now."""
    at = clock.now() + days * DAY
    taken = checking.taken_now(rx.row(done).patient_id, but=ids.new(), at=at)
    return [each.generic_en for each in taken]


def test_the_days_of_a_medicine_begin_anew_with_each_time_it_is_fetched(chain):
    done = rx.effective(chain, told=TOLD)
    fetched(chain, done)
    assert at_home(done, 7) == []
    fetched(chain, done, after=10)
    assert at_home(done, 16.9) == ["amlodipine"]
    assert at_home(done, 17) == []


def test_what_was_fetched_is_at_home_although_its_sheet_expired_or_was_voided(chain):
    expired, voided, never = (rx.effective(chain, told=TOLD, valid_days=d) for d in (1, 2, 1))
    validity.void(chain.cast.doctor.viewer, never, reason="wrong", at=clock.now())
    assert len(at_home(never, 1)) == 2
    fetched(chain, expired)
    fetched(chain, expired, after=13)
    with clock.frozen(clock.now() + DAY):
        fetched(chain, voided)
        validity.void(chain.cast.doctor.viewer, voided, reason="wrong", at=clock.now())
    with clock.frozen(clock.now() + 15 * DAY):
        tasks.sweep()
    assert (rx.state(expired), rx.state(voided)) == ("expired", "voided")
    assert [len(at_home(never, days)) for days in (7.9, 8, 19.9, 20)] == [2, 1, 1, 0]


def test_the_first_ticket_holds_no_longer_than_was_written_whatever_repeats_follow(chain):
    done = rx.effective(chain, told=TOLD, valid_days=2)
    token, end = rx.token(chain, done), law.day_begins(law.local_date(clock.now()) + 2 * DAY)
    assert code_of(validity.take, chain.pharmacist, token, at=end) == "prescription_expired"
    with clock.frozen(end):
        assert code_of(rx.token, chain, done) == "prescription_expired"
    validity.take(chain.pharmacist, token, at=end - timedelta(microseconds=1))


def test_a_repeat_is_checked_for_safety_again(chain):
    done = rx.effective(chain, told=TOLD)
    fetched(chain, done)
    make.sign(chain.visit, chain.cast.doctor, allergy="氨氯地平过敏")
    with clock.frozen(clock.now() + 7 * DAY):
        token = rx.token(chain, done)
        assert refused(validity.take, chain.pharmacist, token, at=clock.now()) == {"XL14"}
    assert times_left(chain, done)["left"] == 1


@pytest.mark.parametrize(
    ("told", "days", "rule"),
    [
        ({"repeats": 4}, 7, "XL19"),
        ({"repeat_after_days": 0}, 7, "XL19"),
        # Given in parts it is one supply: three times 29 days are more than 84 (R41).
        ({}, 29, "R41"),
        # ... and three times 10 are more than 28, which want evaluation and signature.
        ({}, 10, "R41"),
    ],
)
def test_repeats_are_bound_by_number_interval_and_total(chain, told, days, rule):
    def write():
        draft = rx.begun(chain)
        rx.save(chain, draft, rx.item(chain.product, days=days), told=replace(TOLD, **told))
        rx.sign(chain, draft)

    assert rule in refused(write)


def test_the_database_makes_no_repeat_before_its_time_and_lets_it_be_taken_once(chain):
    done = rx.effective(chain, told=TOLD)
    told = {
        "prescription_id": done,
        "opens_on": law.local_date(clock.now()),
        "token_sealed": b"x",
        "made_at": clock.now(),
    }
    for number in (1, 2):
        with pytest.raises(DatabaseError), transaction.atomic():
            PrescriptionRepeat.objects.create(number=number, token_index=b"1", **told)
    fetched(chain, done)
    with pytest.raises(DatabaseError), transaction.atomic():
        PrescriptionRepeat.objects.create(number=2, token_index=b"2", **told)
    fetched(chain, done, after=7)
    kept = PrescriptionRepeat.objects.filter(prescription=done, number=1)
    for change in ({"taken_at": None}, {"opens_on": told["opens_on"]}):
        with pytest.raises(DatabaseError), transaction.atomic():
            kept.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        kept.delete()


@pytest.mark.parametrize("place", ["cn", "cn_bj", "india", "uk"])
def test_no_place_in_hand_allows_any(place):
    assert law.knob("rx_repeats_most", place=place, on=law.local_date(clock.now())) == 0


def test_in_china_none_is_written(db, at_noon):
    here = rx.chain()
    draft = rx.begun(here)
    assert refused(rx.save, here, draft, told=TOLD) == {"XL19"}


@pytest.mark.django_db(transaction=True)
def test_of_two_pharmacies_in_the_same_second_one_gets_the_repeat(lets_repeat, at_noon):
    chain = made()
    done = rx.effective(chain, told=TOLD)
    fetched(chain, done)
    at = clock.now() + 7 * DAY
    with clock.frozen(at):
        token = rx.token(chain, done)

    def take(who):
        try:
            validity.take(who, token, at=at)
        except Exception as error:  # noqa: BLE001  # what it was is asserted
            return error.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(take, (chain.pharmacist, chain.other_pharmacist)))
    assert sorted(told) == ["", "prescription_dispensed"]
    assert PrescriptionRepeat.objects.filter(prescription=done).count() == 2
