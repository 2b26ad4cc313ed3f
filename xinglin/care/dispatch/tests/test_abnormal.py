"""The operators' monitor: what passed its deadline is there within seconds, once, and can be reminded of."""

from datetime import timedelta

import pytest

from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.tasks import sweep as sweep_visits
from xinglin.care.dispatch import queries, services, tasks
from xinglin.care.dispatch.models import Abnormal, Remedy
from xinglin.care.dispatch.services import abnormal
from xinglin.care.dispatch.services.abnormal import RECORD_WITHIN, settle_record
from xinglin.care.dispatch.tasks.overdue import Watch
from xinglin.care.dispatch.tests.cast import GP, SKIN, House, offer_of
from xinglin.care.dispatch.tests.operators import active, close, operator, relay
from xinglin.foundation.notices.models import Notice
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Invalid, NotFound

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
WITHIN = timedelta(seconds=10)


def events(house: House, viewer=None, **sought):
    return queries.abnormal_events(viewer or operator(house), queries.Sought(**sought)).items


def tick(house: House) -> None:
    """What the worker does within a second or two."""
    with clock.frozen(house.at):
        sweep_visits()
        tasks.sweep()
        Watch().look(house.at)
        relay()


def test_an_offer_that_nobody_answered_is_there_within_ten_seconds(house):
    doctor = house.on_duty()
    visit = house.visit()
    house.dispatch()
    due = offer_of(visit).expires_at
    with house.later(seconds=29):
        tick(house)
        assert not events(house)
    house.at = due + SECOND
    tick(house)
    tick(house)
    (event,) = events(house)
    assert (event.kind, event.doctor.id, event.consultation_id) == ("offer_lapsed", doctor, visit)
    assert event.due_at == due
    assert due <= event.at <= due + WITHIN


def test_a_first_reply_that_did_not_come_is_there_within_ten_seconds(house):
    doctor = house.on_duty()
    visit = active(house, doctor)
    due = house.at + timedelta(minutes=5)
    house.at = due + SECOND
    tick(house)
    (event,) = [e for e in events(house) if e.kind == "first_reply_late"]
    assert (event.doctor.id, event.consultation_id) == (doctor, visit)
    assert due <= event.at <= due + WITHIN


def test_a_later_reply_that_did_not_come_is_told_apart(house):
    visit = active(house, house.on_duty())
    Consultation.objects.filter(pk=visit).update(first_reply_at=house.at)
    house.at += timedelta(minutes=5, seconds=1)
    tick(house)
    assert "reply_late" in {event.kind for event in events(house)}


def test_a_visit_that_nobody_took_is_there_within_ten_seconds(house):
    visit = house.visit()
    due = Consultation.objects.get(pk=visit).due_at
    house.at = due + SECOND
    tick(house)
    (event,) = events(house)
    assert (event.kind, event.consultation_id, event.doctor) == ("no_doctor", visit, None)
    assert due <= event.at <= due + WITHIN


def test_a_record_that_nobody_signed_is_there_within_ten_seconds_and_goes_when_it_is_signed(house):
    viewer, doctor = operator(house), house.on_duty()
    visit = active(house, doctor)
    close(house, viewer, visit, reason="system_fault")
    relay()
    due = house.at + RECORD_WITHIN
    house.at = due - SECOND
    tick(house)
    assert not events(house)
    house.at = due + SECOND
    tick(house)
    (event,) = events(house)
    assert (event.kind, event.doctor.id, event.due_at) == ("record_unsigned", doctor, due)
    settle_record(visit, at=house.at)
    (event,) = events(house)
    assert event.settled_at == house.at
    assert not events(house, unsettled=True)


def test_the_eye_on_records_looks_back_once_and_then_only_at_what_is_new(house):
    viewer, watch = operator(house), Watch()
    visits = [active(house, house.on_duty()) for _ in range(2)]
    close(house, viewer, visits[0], reason="system_fault")
    house.at += RECORD_WITHIN + SECOND
    assert watch.look(house.at) == 1
    house.at += timedelta(seconds=2)
    assert watch.look(house.at) == 0
    assert Abnormal.objects.count() == 1


def test_every_record_is_found_however_many_are_overdue_at_once(house, monkeypatch):
    monkeypatch.setattr(abnormal, "_PAGE", 2)
    viewer = operator(house)
    for seconds in (0, 1, 1, 1, 1):
        house.at += timedelta(seconds=seconds)
        visit = active(house, house.on_duty())
        close(house, viewer, visit, reason="system_fault")
    house.at += RECORD_WITHIN + SECOND
    watch = Watch()
    assert watch.look(house.at) == 5
    assert watch.look(house.at) == 0


def test_three_refusals_in_a_row_are_told_and_an_acceptance_ends_the_row(house):
    doctor = house.on_duty(capacity=2)

    def refuse() -> None:
        house.at += timedelta(seconds=2)
        house.visit()
        house.touch(doctor)
        house.dispatch()
        (offer,) = queries.offers(house.viewer(doctor), house.at)[:1]
        services.refuse_offer(house.viewer(doctor), offer.id, reason="not_my_field", at=house.at)

    refuse()
    refuse()
    assert not events(house)
    refuse()
    (event,) = events(house)
    assert (event.kind, event.doctor.id) == ("refusals_in_a_row", doctor)
    services.say_here(house.viewer(doctor), at=house.at)
    house.at += timedelta(seconds=2)
    house.visit()
    house.dispatch()
    (offer,) = queries.offers(house.viewer(doctor), house.at)[:1]
    services.accept_offer(house.viewer(doctor), offer.id, at=house.at)
    refuse()
    refuse()
    assert len(events(house)) == 1
    refuse()
    assert len(events(house)) == 2


def some(
    house: House, kind: str, *, doctor, visit, department: str = GP, house_id=None
) -> Abnormal:
    return Abnormal.objects.create(
        kind=kind,
        source=ids.new(),
        institution_id=house_id or house.institution.id,
        department=department,
        consultation_id=visit,
        practitioner_id=doctor,
        due_at=house.at,
        at=house.at,
    )


def test_events_are_found_by_type_department_doctor_and_whether_reminded(house):
    viewer, one, two = operator(house), house.doctor(), house.doctor(SKIN)
    visit = house.visit()
    lapsed = some(house, "offer_lapsed", doctor=one, visit=visit)
    late = some(house, "reply_late", doctor=two, visit=visit, department=SKIN)
    some(house, "reply_late", doctor=two, visit=visit, house_id=ids.new())
    services.remind_many(viewer, [late.pk], at=house.at)

    def found(**sought):
        return [event.id for event in events(house, viewer, **sought)]

    assert found() == [late.pk, lapsed.pk]
    assert found(kind="reply_late") == [late.pk]
    assert found(department=GP) == [lapsed.pk]
    assert found(practitioner_id=two) == [late.pk]
    assert found(reminded=True) == [late.pk]
    assert found(reminded=False) == [lapsed.pk]
    assert found(after=late.pk) == [lapsed.pk]
    assert found(limit=1) == [late.pk]


def test_of_an_offer_that_lapsed_the_doctor_is_reminded_who_let_it_lapse(house):
    """Not who has the visit by now, and not the patient when nobody has it."""
    viewer, lazy = operator(house), house.doctor()
    taken = active(house, house.on_duty())
    for visit in (taken, house.visit()):
        event = some(house, "offer_lapsed", doctor=lazy, visit=visit)
        assert services.remind_many(viewer, [event.pk], at=house.at) == (1, 0)
        assert Remedy.objects.get(consultation_id=visit).practitioner_id == lazy
        told = queries.visit_course(viewer, visit, house.at).events[-1]
        assert told.text.en == "The doctor was reminded"
    assert {(n.user_id, n.link) for n in Notice.objects.filter(kind__startswith="remind")} == {
        (house.viewer(lazy).user_id, "/staff")
    }


def test_a_batch_takes_one_type_only_and_nobody_is_reminded_twice(house):
    viewer, doctor, visit = operator(house), house.doctor(), house.visit()
    lapsed = [some(house, "offer_lapsed", doctor=doctor, visit=house.visit()) for _ in range(2)]
    late = some(house, "reply_late", doctor=doctor, visit=visit)
    with pytest.raises(Invalid) as refused:
        services.remind_many(viewer, [lapsed[0].pk, late.pk], at=house.at)
    assert refused.value.code == "several_kinds"
    assert not Notice.objects.exists()
    ids_ = [event.pk for event in lapsed]
    assert services.remind_many(viewer, ids_, at=house.at) == (2, 0)
    assert services.remind_many(viewer, ids_, at=house.at + SECOND) == (0, 2)
    assert {notice.kind for notice in Notice.objects.all()} == {"remind_doctor_prompt"}
    for wrong in ([], [ids.new() for _ in range(101)]):
        with pytest.raises(Invalid):
            services.remind_many(viewer, wrong, at=house.at)
    with pytest.raises(NotFound):
        services.remind_many(viewer, [ids.new()], at=house.at)
    with pytest.raises(NotFound):
        services.remind_many(operator(house, elsewhere=True), ids_, at=house.at)
