"""Going on and off duty: by choice, by a dead line, by law; and what becomes of the visits."""

from datetime import UTC, datetime, timedelta

import pytest

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.messages import queries as thread
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation, ConsultationStep
from xinglin.care.dispatch import queries, reactions, services
from xinglin.care.dispatch.models import Duty, HandOver, NobodyTold, Offer
from xinglin.care.dispatch.queries.truth import Forsaken
from xinglin.care.dispatch.tasks import sweeper
from xinglin.care.dispatch.tasks.sweeper import LineWatch, sweep
from xinglin.care.dispatch.tests.cast import (
    GP,
    SKIN,
    House,
    asked,
    check_books,
    end_licence,
    offer_of,
    reserved,
    state_of,
)
from xinglin.care.people.models import Practitioner, PractitionerDepartment
from xinglin.foundation.outbox import services as outbox
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, Invalid, NotFound, RuleRefused

pytestmark = pytest.mark.django_db


def accept(house: House, visit) -> None:
    offer = offer_of(visit)
    services.accept_offer(house.viewer(offer.practitioner_id), offer.pk, at=house.at)


def react(house: House, kind: str) -> None:
    """As the relay does."""
    for event in OutboxEvent.objects.filter(kind=kind):
        reactions.release_slot(ids.new(), event.payload, house.at)


def test_a_full_time_doctor_takes_five_at_once_and_a_part_time_one_three(house):
    full, part = house.doctor(full_time=True), house.doctor()
    house.start(full, None)
    house.start(part, None)
    assert Duty.objects.get(pk=full).capacity == 5
    assert Duty.objects.get(pk=part).capacity == 3


@pytest.mark.parametrize("capacity", [0, 11, -1])
def test_a_capacity_is_one_to_ten(house, capacity):
    with pytest.raises(Invalid):
        house.start(house.doctor(), capacity)


def test_a_capacity_cannot_be_less_than_what_is_open(house):
    doctor = house.on_duty(capacity=2)
    house.visit()
    house.visit()
    house.dispatch()
    with pytest.raises(Invalid):
        house.start(doctor, 1)
    house.start(doctor, None)
    assert Duty.objects.get(pk=doctor).capacity == 3


def test_who_is_no_doctor_has_no_duty(house):
    for act in (
        lambda: services.start_duty(house.holder, capacity=None, at=house.at),
        lambda: services.stop_duty(house.holder, at=house.at),
        lambda: queries.duty(house.holder, house.at),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_doctor_without_a_department_is_told_whom_to_ask(house):
    doctor = house.doctor()
    PractitionerDepartment.objects.filter(practitioner_id=doctor).delete()
    with pytest.raises(Conflict) as told:
        house.start(doctor)
    assert told.value.code == "no_department"


def test_a_doctor_whose_licence_has_ended_cannot_go_on_duty(house):
    doctor = house.doctor()
    end_licence(doctor, house.at)
    with pytest.raises(RuleRefused) as told:
        house.start(doctor)
    assert {r.rule_id for r in told.value.refusals} == {"R14", "R15"}
    assert not Duty.objects.filter(on_since__isnull=False).exists()


def test_the_identity_is_checked_before_duty(house):
    doctor = house.doctor()
    Practitioner.objects.filter(pk=doctor).update(identity_checked_at=None)
    with pytest.raises(RuleRefused) as told:
        house.start(doctor)
    assert told.value.verdict == "recheck"


def test_who_stops_is_offered_nothing_more_and_keeps_what_is_open(house):
    doctor = house.on_duty(capacity=2)
    kept, asked_for = house.visit(), house.visit()
    house.dispatch()
    accept(house, kept)
    services.stop_duty(house.viewer(doctor), at=house.at)
    assert Offer.objects.get(consultation_id=asked_for).state == "withdrawn"
    assert state_of(kept) == "active"
    assert reserved(doctor) == 1
    house.visit()
    assert house.dispatch() == 0
    shown = queries.duty(house.viewer(doctor), house.at)
    assert shown.on_since is None
    assert shown.off_reason is not None
    check_books()


def test_stopping_twice_tells_once(house):
    doctor = house.on_duty()
    for _ in range(2):
        services.stop_duty(house.viewer(doctor), at=house.at)
    reasons = [e.payload["reason"] for e in OutboxEvent.objects.filter(kind="DutyChanged")]
    assert reasons == ["on", "own_choice"]


def test_the_duty_of_a_doctor_who_never_worked_shows_what_is_usual(house):
    shown = queries.duty(house.viewer(house.doctor(full_time=True)), house.at)
    assert (shown.on_since, shown.capacity, shown.usual_capacity, shown.most) == (None, 5, 5, 10)
    assert shown.off_reason is None


def test_a_dead_line_hands_the_visits_over_with_the_whole_thread(house):
    doctor = house.on_duty(capacity=2)
    visits = [house.visit(), house.visit()]
    house.dispatch()
    for visit in visits:
        accept(house, visit)
    user = house.viewer(doctor).user_id
    messages.post(visits[0], user, "text", {"text": "请问体温多少？"})
    other = house.doctor()
    with house.later(seconds=46):
        house.start(other, 2)
        assert services.drop_dead_line(doctor, at=house.at)
        assert not services.drop_dead_line(doctor, at=house.at)
        react(house, "ConsultationReturned")
        house.dispatch()
        for visit in visits:
            assert asked(visit) == other
            accept(house, visit)
    assert Duty.objects.get(pk=doctor).off_reason == "line_dead"
    assert reserved(doctor) == 0
    step = ConsultationStep.objects.filter(step="hand_over").first()
    assert (step.reason, step.who) == ("line_dead", "clock")
    texts = [m for m in thread.read(visits[0]) if m.kind == "text"]
    assert [m.body["text"] for m in texts] == ["咳嗽三天，夜里加重", "请问体温多少？"]
    check_books()


def test_a_line_that_lives_keeps_the_duty(house):
    doctor = house.on_duty()
    with house.later(seconds=50):
        house.touch(doctor)
        assert not services.drop_dead_line(doctor, at=house.at)
    assert Duty.objects.get(pk=doctor).on_since


def test_who_has_just_started_may_still_be_connecting(house):
    doctor = house.doctor()
    services.start_duty(house.viewer(doctor), capacity=1, at=house.at)
    assert not services.drop_dead_line(doctor, at=house.at + timedelta(seconds=44))
    assert services.drop_dead_line(doctor, at=house.at + timedelta(seconds=45))


def test_who_stopped_with_open_visits_loses_them_with_the_line(house):
    doctor = house.on_duty()
    visit = house.visit()
    house.dispatch()
    accept(house, visit)
    services.stop_duty(house.viewer(doctor), at=house.at)
    assert services.drop_dead_line(doctor, at=house.at + timedelta(seconds=46))
    assert state_of(visit) == "waiting"
    assert Duty.objects.get(pk=doctor).off_reason == "own_choice"


def test_v30_a_licence_that_ends_at_midnight_hands_over_three_visits_and_takes_no_new_one(db):
    midnight = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)  # in China
    house = House(midnight - timedelta(minutes=2))
    with clock.frozen(house.at):
        doctor = house.on_duty(capacity=4, licence_until=midnight)
        visits = [house.visit() for _ in range(3)]
        house.dispatch()
        for visit in visits:
            accept(house, visit)
    house.at = before = midnight - timedelta(seconds=1)
    with clock.frozen(before):
        house.touch(doctor)
        late = house.visit()
        house.dispatch()
    assert not services.drop_unfit(doctor, at=before)
    with pytest.raises(RuleRefused) as told:
        services.accept_offer(house.viewer(doctor), offer_of(late).pk, at=midnight)
    assert {"R14", "R15"} <= {r.rule_id for r in told.value.refusals}
    with clock.frozen(midnight):
        assert services.drop_unfit(doctor, at=midnight)
    listed = HandOver.objects.all()
    assert {line.consultation_id for line in listed} == set(visits)
    for line in listed:
        assert services.hand_over_due(line.pk, at=line.due_at)
    assert {state_of(v) for v in visits} == {"waiting"}
    steps = ConsultationStep.objects.filter(step="hand_over")
    assert {s.reason for s in steps} == {"licence_expired"}
    assert Offer.objects.get(consultation_id=late).state == "withdrawn"
    duty = Duty.objects.get(pk=doctor)
    assert (duty.on_since, duty.off_reason) == (None, "not_eligible")
    house.at = midnight
    react(house, "ConsultationReturned")
    assert reserved(doctor) == 0
    with pytest.raises(RuleRefused):
        house.start(doctor)


def test_nobody_on_duty_is_told_once_and_the_patient_chooses(house):
    visit = house.visit()
    house.dispatch()
    assert state_of(visit) == "nobody"
    consultation.choose(house.holder, visit, choice="wait", at=house.at)
    house.dispatch()
    house.dispatch()
    assert state_of(visit) == "waiting"
    assert ConsultationStep.objects.filter(step="find_nobody").count() == 1
    doctor = house.on_duty()
    house.dispatch()
    assert asked(visit) == doctor


def test_a_patient_who_waits_is_told_again_after_the_last_doctor_left(house):
    visit = house.visit()
    house.dispatch()
    consultation.choose(house.holder, visit, choice="wait", at=house.at)
    doctor = house.on_duty(SKIN, GP)
    assert not NobodyTold.objects.exists()
    services.stop_duty(house.viewer(doctor), at=house.at)
    house.dispatch()
    assert state_of(visit) == "nobody"
    assert ConsultationStep.objects.filter(step="find_nobody").count() == 2


def test_who_is_told_of_nobody_is_told_once_and_only_while_waiting(house):
    visit, gone, lease = house.visit(), house.visit(), house.lease()
    consultation.choose(house.holder, gone, choice="cancel", at=house.at)
    waits, left = (Forsaken(consultation_id=v, department=GP) for v in (visit, gone))
    assert services.tell_nobody(waits, lease=lease, at=house.at)
    assert not services.tell_nobody(waits, lease=lease, at=house.at)
    assert not services.tell_nobody(left, lease=lease, at=house.at)
    assert list(NobodyTold.objects.values_list("pk", flat=True)) == [visit]


def test_another_department_without_a_doctor_is_told_as_well(house):
    visit = house.visit(GP)
    house.dispatch()
    consultation.choose(
        house.holder, visit, choice="change_department", department=SKIN, at=house.at
    )
    house.dispatch()
    assert state_of(visit) == "nobody"


def test_a_left_message_is_not_told_of_nobody(house):
    visit = house.visit()
    house.dispatch()
    consultation.choose(house.holder, visit, choice="leave_message", at=house.at)
    house.dispatch()
    assert state_of(visit) == "left_message"


def test_a_patient_whose_only_doctors_are_of_another_field_is_told(house):
    doctor, visit = house.on_duty(), house.visit()
    house.dispatch()
    services.refuse_offer(
        house.viewer(doctor), offer_of(visit).pk, reason="not_my_field", at=house.at
    )
    house.dispatch()
    assert state_of(visit) == "nobody"


def test_a_patient_whose_doctors_are_only_busy_is_not_told_so(house):
    house.on_duty(capacity=1)
    visits = [house.visit(), house.visit()]
    house.dispatch()
    assert [state_of(v) for v in visits] == ["waiting", "waiting"]


@pytest.fixture
def watched(monkeypatch):
    """The lines were watched for long enough."""
    watch = LineWatch()
    watch._since = datetime.min.replace(tzinfo=UTC)
    monkeypatch.setattr(sweeper, "_watch", watch)


def test_the_sweeper_takes_every_step_that_is_due(house, watched):
    lapsing, dead, unfit = house.on_duty(GP), house.on_duty(SKIN), house.on_duty("ent")
    visits = {d: house.visit(slug) for d, slug in ((lapsing, GP), (dead, SKIN), (unfit, "ent"))}
    house.dispatch()
    accept(house, visits[dead])
    accept(house, visits[unfit])
    end_licence(unfit, house.at + timedelta(seconds=1))
    with house.later(seconds=70):
        house.touch(lapsing, unfit)
        outbox.beat("live")
        assert sweep() == 3
        assert sweep() == 0
    assert Offer.objects.get(practitioner_id=lapsing).state == "lapsed"
    assert Duty.objects.get(pk=dead).off_reason == "line_dead"
    assert Duty.objects.get(pk=unfit).off_reason == "not_eligible"
    assert state_of(visits[dead]) == "waiting"
    assert HandOver.objects.get().consultation_id == visits[unfit], "the house may act first"


@pytest.mark.django_db(transaction=True)
def test_one_step_that_fails_does_not_hold_up_the_others(house, monkeypatch):
    for _ in range(2):
        house.on_duty()
        house.visit()
    house.dispatch()
    first = Offer.objects.order_by("expires_at", "pk").first().pk
    lapse = services.lapse

    def fails_once(offer_id, *, at):
        if offer_id == first:
            raise ZeroDivisionError
        return lapse(offer_id, at=at)

    monkeypatch.setattr(services, "lapse", fails_once)
    with house.later(seconds=31):
        assert sweep() == 1
    assert sorted(Offer.objects.values_list("state", flat=True)) == ["lapsed", "offered"]


def test_after_a_restart_everybody_has_time_to_come_back(house):
    watch = LineWatch()
    assert not watch.may_judge(house.at), "the live process is not there"
    with clock.frozen(house.at):
        outbox.beat("live")
    assert not watch.may_judge(house.at)
    late = house.at + timedelta(seconds=45)
    assert not watch.may_judge(late), "it was not heard of for too long"
    with clock.frozen(late):
        outbox.beat("live")
    assert not watch.may_judge(late)
    for n in range(1, 10):
        with clock.frozen(late + timedelta(seconds=5 * n)):
            outbox.beat("live")
            judged = watch.may_judge(clock.now())
    assert judged


def test_a_doctor_in_other_hands_is_left_for_the_next_sweep(house):
    assert not services.drop_dead_line(ids.new(), at=house.at)
    assert not services.drop_unfit(ids.new(), at=house.at)


def test_a_visit_that_ends_while_it_is_handed_over_does_not_hold_up_the_others(house, monkeypatch):
    doctor = house.on_duty(capacity=2)
    visits = [house.visit(), house.visit()]
    house.dispatch()
    for visit in visits:
        accept(house, visit)
    Consultation.objects.filter(pk=visits[0]).update(
        state="ended", ending="closed", ended_for="treated", ended_at=house.at, due_at=None
    )
    monkeypatch.setattr(
        "xinglin.care.consultation.queries.open_visits_of", lambda doctor: list(visits)
    )
    assert services.drop_dead_line(doctor, at=house.at + timedelta(seconds=46))
    assert state_of(visits[1]) == "waiting"
