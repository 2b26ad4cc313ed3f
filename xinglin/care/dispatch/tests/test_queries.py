"""Honest numbers: the place in the queue, who is on duty, the board."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.models import Consultation
from xinglin.care.dispatch import expecting, queries, rules, services
from xinglin.care.dispatch.models import Duty
from xinglin.care.dispatch.queries.queue import LONGEST_LIST
from xinglin.care.dispatch.queries.truth import truth
from xinglin.care.dispatch.tests.cast import GP, NOON, SKIN, House, offer_of
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import NotFound

pytestmark = pytest.mark.django_db
OPERATOR = Viewer(user_id=ids.new(), roles=frozenset({"operator"}), permissions=frozenset())


def accept(house: House, visit) -> None:
    offer = offer_of(visit)
    services.accept_offer(house.viewer(offer.practitioner_id), offer.pk, at=house.at)


def place(house: House, visit):
    return queries.place(house.holder, visit, house.at)


def test_a_place_counts_those_who_are_served_before(house):
    house.visit(SKIN)
    first = house.visit(requested_at=house.at - timedelta(minutes=3))
    house.visit(urgency=2, requested_at=house.at - timedelta(minutes=2))
    message = house.visit(state="left_message", requested_at=house.at - timedelta(hours=3))
    own = house.visit(requested_at=house.at - timedelta(minutes=1))
    returned = house.visit(returned=1)
    order = {v: place(house, v).ahead for v in (returned, first, own, message)}
    assert order == {returned: 1, first: 2, own: 3, message: 4}
    assert place(house, own).place == 4
    assert place(house, message).state == "left_message"


def test_a_place_says_when_nobody_is_there_or_nothing_is_known(house):
    visit = house.visit()
    found = place(house, visit)
    assert (found.doctors_on_duty, found.estimate_s) == (0, None)
    assert rules._NO_DOCTOR.en in found.text.en
    house.on_duty(capacity=1)
    found = place(house, visit)
    assert (found.doctors_on_duty, found.estimate_s) == (1, None)
    assert expecting._UNKNOWN.en in found.text.en


def test_a_place_estimates_from_what_doctors_did_lately(house):
    doctor = house.on_duty(capacity=10)
    visits = [house.visit() for _ in range(6)]
    house.dispatch()
    for n, visit in enumerate(visits[:5]):
        with house.later(seconds=2 + n):
            accept(house, visit)
    own = house.visit()
    found = place(house, own)
    assert found.estimate_s == 10  # the mean of 2, 5, 9, 14 and 20 s
    assert found.low_s < 10 < found.high_s
    services.stop_duty(house.viewer(doctor), at=house.at)
    assert place(house, own).estimate_s is None


def test_a_place_says_that_a_doctor_is_being_asked_then_that_one_has_accepted(house):
    house.on_duty()
    visit = house.visit()
    house.dispatch()
    assert place(house, visit).text == rules.ASKED
    accept(house, visit)
    found = place(house, visit)
    assert (found.state, found.place, found.text) == ("active", None, rules.ANSWERED)


def test_a_visit_that_does_not_wait_has_no_place(house):
    visit = house.visit()
    house.dispatch()
    assert place(house, visit).text == rules.CHOOSE
    consultation.choose(house.holder, visit, choice="cancel", at=house.at)
    assert place(house, visit).text == rules.NOT_WAITING


def test_the_place_of_somebody_else_does_not_exist(house):
    doctor, visit = house.on_duty(), house.visit()
    for who, what in ((house.viewer(doctor), visit), (OPERATOR, visit), (house.holder, ids.new())):
        with pytest.raises(NotFound):
            queries.place(who, what, house.at)


def test_a_doctor_sees_the_queue_of_the_own_departments_in_its_order(house):
    doctor = house.doctor(GP, SKIN)
    later = house.visit(GP)
    first = house.visit(SKIN, requested_at=house.at - timedelta(seconds=90), complaint="痒" * 200)
    house.visit("ent")
    house.visit(GP, institution_id=ids.new())
    shown = queries.queue(house.viewer(doctor), house.at)
    assert [w.consultation_id for w in shown] == [first, later]
    assert shown[0].waited_s == 90
    assert shown[0].department.slug == SKIN
    assert len(shown[0].complaint) == rules.LONGEST_EXCERPT
    with pytest.raises(NotFound):
        queries.queue(house.holder, house.at)


def test_a_long_queue_shows_its_beginning_in_few_statements(house):
    doctor = house.viewer(house.doctor())
    for n in range(LONGEST_LIST + 3):
        house.visit(requested_at=house.at - timedelta(seconds=n))
    with CaptureQueriesContext(connection) as asked:
        shown = queries.queue(doctor, house.at)
    assert len(shown) == LONGEST_LIST
    assert shown[0].waited_s == LONGEST_LIST + 2
    assert len(asked) <= 6


def test_an_offer_shows_no_name(house):
    doctor = house.on_duty()
    house.visit(complaint="头痛" * 100, returned=2)
    house.dispatch()
    (shown,) = queries.offers(house.viewer(doctor), house.at)
    assert (shown.patient.sex, shown.department.slug, shown.returned) == ("female", GP, 2)
    assert "林小杏" not in repr(shown)
    assert len(shown.complaint) == rules.LONGEST_EXCERPT
    assert shown.why.zh.startswith("本科室")
    assert queries.offers(house.viewer(doctor), house.at + timedelta(seconds=30)) == []
    assert queries.offers(house.holder, house.at) == []


def test_departments_count_doctors_whose_line_lives_and_patients_who_wait(house):
    house.on_duty(GP, SKIN)
    house.on_duty(GP)
    with house.later(seconds=40):
        house.on_duty(SKIN)
        house.visit(GP)
        house.visit(GP, state="left_message")
    found = {
        d.slug: (d.doctors_on_duty, d.waiting)
        for d in queries.departments_on_duty(house.holder, house.at)
    }
    assert len(found) == 17
    assert (found[GP], found[SKIN], found["ent"]) == ((2, 1), (2, 0), (0, 0))
    found = {
        d.slug: d.doctors_on_duty
        for d in queries.departments_on_duty(house.holder, house.at + timedelta(seconds=10))
    }
    assert (found[GP], found[SKIN]) == (0, 1)


def figures(house: House, slug: str | None = None):
    board = queries.board(OPERATOR, house.at)
    if slug is None:
        return board.totals
    return next(d.figures for d in board.departments if d.department.slug == slug)


def replied(house: House, visit, at: datetime) -> None:
    Consultation.objects.filter(pk=visit).update(first_reply_at=at)


def test_an_empty_house_has_a_board_of_zeros(house):
    found = figures(house)
    assert (found.waiting, found.on_duty, found.free_slots, found.active) == (0, 0, 0, 0)
    assert (found.oldest_wait_s, found.first_reply_p50_s, found.served_today) == (None, None, 0)
    assert len(queries.board(OPERATOR, house.at).departments) == 17


def test_the_board_counts_what_is_there_now(house):
    house.on_duty(GP, SKIN, capacity=3)
    away = house.on_duty(GP, capacity=2)
    visit = house.visit(GP)
    house.dispatch()
    accept(house, visit)
    Duty.objects.filter(pk=away).update(away_until=house.at + timedelta(minutes=1))
    house.visit("ent", requested_at=house.at - timedelta(seconds=75))
    house.visit("ent", state="left_message", requested_at=house.at - timedelta(hours=5))
    whole, gp, ent = figures(house), figures(house, GP), figures(house, "ent")
    assert (whole.active, gp.active, ent.active) == (1, 1, 0)
    assert (whole.on_duty, gp.on_duty, figures(house, SKIN).on_duty, ent.on_duty) == (2, 2, 1, 0)
    free = sum(d.capacity - d.reserved for d in Duty.objects.exclude(pk=away))
    assert (whole.free_slots, gp.free_slots) == (free, free)
    assert (ent.waiting, ent.left_messages, ent.oldest_wait_s) == (1, 1, 75)
    assert whole.oldest_wait_s == 75


def test_first_replies_are_of_today_where_the_hospital_is(db):
    house = House(NOON)
    midnight = NOON - timedelta(hours=12)
    with clock.frozen(house.at):
        for n, reply in enumerate([-1, 0, 1, 2, 3, 4]):
            at = midnight + timedelta(seconds=reply)
            visit = house.visit(GP, requested_at=at - timedelta(seconds=10 * n))
            replied(house, visit, at)
        assert figures(house, GP).first_reply_p50_s == 30
        assert figures(house).first_reply_p90_s == 50
        assert figures(house, SKIN).first_reply_p90_s is None
        of_the_house = Viewer(
            user_id=ids.new(),
            roles=frozenset({"operator"}),
            permissions=frozenset(),
            institution_id=house.institution.id,
        )
        assert queries.board(of_the_house, house.at) == queries.board(OPERATOR, house.at)


def test_the_board_asks_few_statements_whatever_the_size(house):
    for n in range(5):
        house.on_duty(GP, capacity=1 + n)
        house.visit(SKIN)
    with CaptureQueriesContext(connection) as asked:
        queries.board(OPERATOR, house.at)
    assert len(asked) <= 15


@pytest.mark.parametrize("size", [1, 12])
def test_the_truth_is_read_in_seven_statements_whatever_the_size(house, size):
    for _ in range(size):
        house.on_duty()
        house.visit()
        house.visit("ent")
    house.dispatch()
    with CaptureQueriesContext(connection) as asked:
        truth(house.at)
    assert len(asked) <= 7


@pytest.mark.django_db(transaction=True)
def test_while_nothing_changes_the_truth_costs_two_statements(house):
    for _ in range(3):
        house.on_duty()
    visit = house.visit()
    house.dispatch()
    assert offer_of(visit)
    house.memory.refresh(house.at)
    house.memory.news()
    with CaptureQueriesContext(connection) as asked:
        assert house.memory.refresh(house.at) == ()
    assert len(asked) == 2
    found = house.memory.news()
    assert (found.snapshot.waiting, found.gone, found.left) == ({}, set(), set())
