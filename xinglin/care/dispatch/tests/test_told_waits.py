"""What patients are told of the wait is kept, and held against what came."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.models import Consultation
from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.models import Offer
from xinglin.care.dispatch.reckoning import ToldWait
from xinglin.care.dispatch.tests.cast import GP, SKIN, House, offer_of
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox.services import relay_pending
from xinglin.kernel import ids

pytestmark = pytest.mark.django_db
OPERATOR = Viewer(user_id=ids.new(), roles=frozenset({"operator"}), permissions=frozenset())


def carried() -> None:
    while relay_pending():
        pass


def accept(house: House, visit) -> None:
    offer = offer_of(visit)
    services.accept_offer(house.viewer(offer.practitioner_id), offer.pk, at=house.at)


def look(house: House, visit):
    """As the page does."""
    found = queries.place(house.holder, visit, house.at)
    if found.telling is not None:
        services.note_told_wait(found.telling)
    return found


def busy(house: House):
    """A doctor without room who has taken six that had waited for a minute."""
    doctor = house.on_duty(capacity=6)
    visits = [house.visit(requested_at=house.at - timedelta(minutes=1)) for _ in range(6)]
    house.dispatch()
    for n, visit in enumerate(visits):
        with house.later(seconds=5 if n else 2):
            accept(house, visit)
    carried()
    ToldWait.objects.all().delete()
    return doctor, visits


def test_what_was_told_first_is_kept_whatever_is_told_later(house):
    busy(house)
    visit = house.visit()
    first = look(house, visit)
    kept = ToldWait.objects.get(consultation_id=visit)
    assert (kept.told_at, kept.department) == (house.at, GP)
    assert round(kept.told_s) == first.estimate_s
    assert kept.low_s < kept.told_s < kept.high_s
    with house.later(minutes=5):
        assert look(house, visit).telling is None
    assert ToldWait.objects.get(consultation_id=visit).told_at == kept.told_at


def test_twice_at_once_is_told_once(house):
    busy(house)
    found = queries.place(house.holder, house.visit(), house.at)
    services.note_told_wait(found.telling)
    services.note_told_wait(replace(found.telling, at=house.at + timedelta(minutes=1)))
    assert ToldWait.objects.get().told_at == house.at


def test_what_is_not_known_is_not_kept(house):
    visit = house.visit()
    assert look(house, visit).telling is None
    house.on_duty()
    assert look(house, visit).telling is None
    assert not ToldWait.objects.exists()


def test_a_wait_comes_true_when_a_doctor_accepts(house):
    busy(house)
    visit = house.visit()
    look(house, visit)
    with house.later(seconds=40):
        house.on_duty(capacity=1)
        house.dispatch()
        accept(house, visit)
        carried()
    kept = ToldWait.objects.get(consultation_id=visit)
    assert kept.accepted_at - kept.told_at == timedelta(seconds=40)
    services.settle_told_wait(visit)
    assert ToldWait.objects.get(consultation_id=visit).accepted_at == kept.accepted_at


def test_who_asks_another_department_or_leaves_a_message_was_told_of_another_wait(house):
    busy(house)
    house.on_duty(SKIN, capacity=1)
    gone, left = house.visit(), house.visit()
    for visit in (gone, left):
        look(house, visit)
    consultation.choose(
        house.holder, gone, choice="change_department", department=SKIN, at=house.at
    )
    consultation.choose(house.holder, left, choice="leave_message", at=house.at)
    carried()
    assert not ToldWait.objects.exists()


def told(house: House, department: str, *pairs, taken: bool = True) -> None:
    """Pairs of told and waited seconds."""
    for said, waited in pairs:
        ToldWait.objects.create(
            consultation_id=house.visit(department),
            institution_id=house.institution.id,
            department=department,
            told_at=house.at - timedelta(hours=1),
            guess_s=said,
            told_s=said,
            low_s=said / 2,
            high_s=said * 2,
            accepted_at=house.at - timedelta(hours=1) + timedelta(seconds=waited)
            if taken
            else None,
        )


def test_the_error_is_counted_by_department_with_what_it_rests_on(house):
    told(house, GP, (100, 200), (300, 200), (10, 5))
    told(house, GP, (60, 0), taken=False)
    told(house, SKIN, (50, 500))
    found = queries.told_waits(OPERATOR, 7, house.at)
    gp, skin = (line.error for line in found.departments)
    assert (gp.told, gp.taken, gp.counted) == (4, 3, 2)
    assert gp.mape_pct == 50
    assert (gp.told_s, gp.waited_s) == (137, 135)  # means of three
    assert gp.mean_error_pct == 1
    assert gp.within_pct == 100
    assert (skin.told, skin.mape_pct, skin.within_pct) == (1, 90, 0)
    assert (found.totals.told, found.totals.counted, found.totals.mape_pct) == (5, 3, 63)


def test_the_error_is_of_the_own_house_and_of_the_days_asked_for(house):
    told(house, GP, (100, 200))
    stranger = Viewer(
        user_id=ids.new(),
        roles=frozenset({"operator"}),
        permissions=frozenset(),
        institution_id=ids.new(),
    )
    assert queries.told_waits(stranger, 7, house.at).departments == ()
    assert queries.told_waits(OPERATOR, 1, house.at + timedelta(days=2)).totals.told == 0


@pytest.mark.parametrize("size", [1, 9])
def test_the_error_is_one_statement_and_a_place_a_few(house, size):
    busy(house)
    told(house, GP, *[(60, 90)] * size)
    visits = [house.visit() for _ in range(size)]
    queries.told_waits(OPERATOR, 7, house.at)
    with CaptureQueriesContext(connection) as asked:
        queries.told_waits(OPERATOR, 7, house.at)
    assert len(asked) <= 1
    with CaptureQueriesContext(connection) as asked:
        queries.place(house.holder, visits[-1], house.at)
    assert len(asked) <= 9


def test_thousands_who_look_read_the_others_once(house):
    visits = [house.visit() for _ in range(5)]
    first = queries.place_now(house.holder, visits[0], house.at)
    assert first == queries.place(house.holder, visits[0], house.at)
    with CaptureQueriesContext(connection) as asked:
        places = [queries.place_now(house.holder, visit, house.at).place for visit in visits]
    assert sorted(places) == [1, 2, 3, 4, 5]
    assert sum("'left_message'" in told["sql"] for told in asked) == 0
    new = house.visit(requested_at=house.at - timedelta(hours=1))
    assert queries.place_now(house.holder, new, house.at).place == 1
    with house.later(seconds=2):
        assert queries.place_now(house.holder, visits[0], house.at).ahead == first.ahead + 1


def test_a_patient_reads_why_the_doctor_was_asked_and_by_whom_it_was_taken(house):
    house.on_duty()
    visit = house.visit()
    assert look(house, visit).why is None
    house.dispatch()
    why = look(house, visit).why
    assert why.zh == Offer.objects.get(consultation_id=visit).why["patient"]["zh"]
    accept(house, visit)
    assert look(house, visit).why == why


def test_an_offer_of_before_has_no_line_for_the_patient(house):
    house.on_duty()
    visit = house.visit()
    house.dispatch()
    Offer.objects.filter(consultation_id=visit).update(why={"zh": "一", "en": "one"})
    assert look(house, visit).why is None
    assert Consultation.objects.get(pk=visit).state == "waiting"
