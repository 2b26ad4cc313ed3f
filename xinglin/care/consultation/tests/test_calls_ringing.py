"""Ringing, answering and hanging up, and what it does to the visit's clock."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connections

from xinglin.care.consultation import channels, queries, rules, services, tasks
from xinglin.care.consultation.lifecycle import CALL
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.models import Call, CallStep
from xinglin.care.consultation.tests import calls
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.types import Reason
from xinglin.care.people import services as people
from xinglin.foundation.calls import queries as rooms
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, Invalid, NotFound, TooMany
from xinglin.kernel.text import Text


@pytest.mark.parametrize("code", sorted(channels.known()))
def test_every_channel_says_what_it_is(code):
    one = channels.known()[code]
    assert one.code == code
    assert {"audio"} <= one.carries <= {"audio", "video"}
    assert timedelta(minutes=1) <= one.promised <= timedelta(hours=2)
    assert code not in one.may_switch_to
    assert one.may_switch_to <= {"text", *channels.known()}
    assert "text" in one.may_switch_to  # nobody is held to talk
    assert channels.richer("text", code) == code


def test_the_other_side_takes_the_call_and_both_have_spoken(cast):
    visit = make.active(cast.patient, cast.doctor)
    call = calls.ringing(cast.patient, visit)
    assert calls.seen(cast.doctor, call)["may"] == ["answer", "decline"]
    assert calls.seen(cast.patient, call)["may"] == ["end", "consent"]
    services.answer_call(cast.doctor.viewer, call, at=make.now())
    services.answer_call(cast.doctor.viewer, call, at=make.now())
    assert calls.row(call).state == "open"
    assert make.row(visit).first_reply_at is not None
    assert messages.thread_facts(visit).last_doctor_at is not None
    assert [kind for kind, _ in make.events(visit)][-2:] == ["CallRung", "CallAnswered"]
    assert make.cards(visit)[-1] == "call_rung"
    steps = CallStep.objects.filter(call=call).order_by("id").values_list("step", "who")
    assert list(steps) == [("ring", "patient"), ("answer", "doctor")]


@pytest.mark.parametrize("who", ["other_patient", "other_doctor", "operator"])
def test_a_stranger_learns_of_no_call(cast, who):
    visit, call = calls.talking(cast.patient, cast.doctor)
    stranger = getattr(cast, who).viewer
    at = make.now()
    for act in (
        partial(services.ring, stranger, visit, channel="video", at=at),
        partial(services.answer_call, stranger, call, at=at),
        partial(services.decline_call, stranger, call, at=at),
        partial(services.end_call, stranger, call, at=at),
        partial(services.switch_channel, stranger, call, channel="audio", at=at),
        partial(services.take_seat, stranger, call, seat_id=ids.new(), at=at),
        partial(services.leave_seat, stranger, call, seat_id=ids.new(), at=at),
        partial(services.set_recording, stranger, call, on=True, at=at),
        partial(services.ask_for_stills, stranger, call, at=at),
        partial(services.keep_still, stranger, call, file_id=ids.new(), at=at),
        partial(queries.call, stranger, call),
        partial(queries.call_state, stranger, visit),
        partial(queries.calls_of_visit, stranger, visit),
    ):
        with pytest.raises(NotFound):
            act()
    assert calls.row(call).state == "open"


def test_nobody_answers_or_declines_the_own_call(cast):
    call = calls.ringing(cast.doctor, make.active(cast.patient, cast.doctor))
    for act in (services.answer_call, services.decline_call):
        with pytest.raises(Conflict, match="own_ring"):
            act(cast.doctor.viewer, call, at=make.now())


def test_there_is_no_call_before_a_doctor_or_after_the_end(cast):
    waiting = make.visit(cast.patient, where=1)
    with pytest.raises(Conflict, match="no_call_now"):
        calls.ringing(cast.patient, waiting)
    over = make.ended(cast.other_patient, cast.doctor)
    with pytest.raises(Conflict, match="no_call_now"):
        calls.ringing(cast.doctor, over)
    with pytest.raises(Invalid):
        calls.ringing(cast.patient, make.active(cast.patient, cast.doctor), "smoke")


def test_who_rings_while_it_rings_gets_the_same_call(cast):
    visit = make.active(cast.patient, cast.doctor)
    first = calls.ringing(cast.patient, visit)
    assert calls.ringing(cast.doctor, visit) == first
    assert calls.row(first).asked_by == "patient"
    services.answer_call(cast.doctor.viewer, first, at=make.now())
    assert calls.ringing(cast.doctor, visit, "audio") == first


@pytest.mark.django_db(transaction=True)
def test_both_ring_at_once_and_there_is_one_call(cast):
    visit = make.active(cast.patient, cast.doctor)

    def ring(person):
        try:
            return calls.ringing(person, visit)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        found = set(pool.map(ring, [cast.patient, cast.doctor]))
    assert len(found) == 1
    assert Call.objects.filter(consultation_id=visit).count() == 1


@pytest.mark.parametrize(
    ("who", "act", "ending"),
    [
        ("patient", "end_call", "taken_back"),
        ("doctor", "decline_call", "declined"),
        ("doctor", "end_call", "declined"),
    ],
)
def test_a_call_that_rings_ends_as_who_ended_it_meant(cast, who, act, ending):
    visit = make.active(cast.patient, cast.doctor)
    call = calls.ringing(cast.patient, visit)
    end = getattr(services, act)
    end(getattr(cast, who).viewer, call, at=make.now())
    end(getattr(cast, who).viewer, call, at=make.now())
    row = calls.row(call)
    assert (row.state, row.ending, row.clock_ms, row.cut_short) == ("ended", ending, 0, False)
    assert make.cards(visit)[-2:] == ["call_rung", "call_ended"]
    assert make.row(visit).in_call_since is None
    with pytest.raises(Conflict, match="call_over"):
        services.answer_call(cast.doctor.viewer, call, at=make.now())


def test_nobody_answers_within_a_minute(cast):
    visit = make.active(cast.patient, cast.doctor)
    call = calls.ringing(cast.patient, visit)
    assert calls.sweep_after(59) == 0
    with pytest.raises(Conflict, match="call_missed"):
        services.answer_call(cast.doctor.viewer, call, at=make.now() + timedelta(seconds=61))
    assert calls.sweep_after(61) == 1
    assert calls.sweep_after(62) == 0
    assert calls.row(call).ending == "missed"
    assert rooms.down_since(call) is None  # the room is closed


def test_a_line_that_stays_down_loses_the_call(cast):
    _, call = calls.talking(cast.patient, cast.doctor)
    assert calls.sweep_after(4.9 * 60) == 0
    assert calls.sweep_after(5.1 * 60) == 1
    assert calls.row(call).ending == "line_lost"


def test_a_line_that_was_up_a_moment_ago_is_not_lost(cast):
    _, call = calls.talking(cast.patient, cast.doctor)
    with clock.later(timedelta(minutes=4)):
        calls.connected(call, 1)
    assert calls.sweep_after(5.1 * 60) == 0
    assert calls.sweep_after(8.9 * 60) == 0
    assert calls.sweep_after(9.1 * 60) == 1


@pytest.mark.parametrize(
    ("minutes", "by", "cut"),
    [(4.9, "doctor", True), (5.1, "doctor", False), (1, "patient", False)],
)
def test_a_doctor_who_ends_before_a_third_has_cut_it_short(cast, minutes, by, cut):
    visit, call = calls.talking(cast.patient, cast.doctor)
    calls.connected(call, minutes)
    services.end_call(getattr(cast, by).viewer, call, at=make.now())
    row = calls.row(call)
    assert row.ending == f"ended_by_{by}"
    assert row.cut_short is cut
    assert row.clock_ms == pytest.approx(minutes * 60_000, abs=50)
    assert ("CallCutShort" in dict(make.events(visit))) is cut


def test_ending_the_visit_ends_its_call_first(cast):
    visit, call = calls.talking(cast.patient, cast.doctor)
    make.stop(visit, cast.doctor)
    row = calls.row(call)
    assert (row.ending, row.cut_short) == ("visit_over", True)
    assert make.cards(visit)[-2:] == ["call_ended", "stopped"]
    assert make.row(visit).in_call_since is None
    assert queries.call_state(cast.patient.viewer, visit)["call"] is None


def test_handing_the_visit_on_ends_its_call(cast):
    visit, call = calls.talking(cast.patient, cast.doctor)
    services.hand_back(cast.doctor.viewer, visit, reason="doctor_unable", at=make.now())
    assert calls.row(call).ending == "visit_over"
    make.accept(visit, cast.other_doctor)
    with pytest.raises(NotFound):
        queries.call(cast.other_doctor.viewer, call)
    again = calls.ringing(cast.other_doctor, visit)
    assert again != call


def test_consent_withdrawn_ends_the_call_and_not_the_visit(cast):
    visit, call = calls.talking(cast.patient, cast.doctor)
    people.withdraw_consent(cast.patient.viewer, kind="service", at=make.now())
    services.cancel_without_consent(cast.patient.id, None, at=make.now())
    assert make.row(visit).state == "active"
    assert calls.row(call).ending == "visit_over"
    assert make.cards(visit)[-2:] == ["call_ended", "consent_withdrawn"]


def test_it_rings_no_more_once_consent_is_withdrawn(cast):
    visit = make.active(cast.patient, cast.doctor)
    call = calls.ringing(cast.doctor, visit)
    people.withdraw_consent(cast.patient.viewer, kind="service", at=make.now())
    with pytest.raises(Conflict, match="consent_withdrawn") as refused:
        services.answer_call(cast.patient.viewer, call, at=make.now())
    assert refused.value.text.zh != refused.value.text.en
    services.cancel_without_consent(cast.patient.id, None, at=make.now())
    for person in (cast.doctor, cast.patient):
        with pytest.raises(Conflict, match="consent_withdrawn"):
            calls.ringing(person, visit)
    assert queries.call_state(cast.patient.viewer, visit)["may"] == []


def test_no_deadline_runs_while_the_sides_talk(cast):
    visit = make.active(cast.patient, cast.doctor)
    closes_at = messages.thread_facts(visit).closes_at
    call = calls.ringing(cast.patient, visit)
    services.answer_call(cast.doctor.viewer, call, at=make.now())
    head = queries.get(cast.patient.viewer, visit)
    assert (head["due_at"], head["due_step"], head["closes_at"]) == (None, "", None)
    assert head["in_call_since"] is not None
    for minutes in (6, 40, 24 * 60 + 5):
        with clock.later(make.minutes(minutes)):
            assert tasks.sweep() == 0
    assert make.row(visit).state == "active"
    with clock.later(make.minutes(20)):
        calls.connected(call, 20)
        services.end_call(cast.patient.viewer, call, at=make.now())
    after = queries.get(cast.patient.viewer, visit)
    assert after["due_step"] == "patient_absent"
    assert after["due_at"] - calls.row(call).ended_at == make.minutes(30)
    assert after["closes_at"] - closes_at == pytest.approx(
        make.minutes(20), abs=timedelta(seconds=5)
    )
    with clock.later(make.minutes(49)):
        assert tasks.sweep() == 0
    with clock.later(make.minutes(51)):
        assert tasks.sweep() == 1


def test_a_doctor_who_lets_it_ring_still_owes_a_reply(cast):
    visit = make.active(cast.patient, cast.doctor)
    calls.ringing(cast.patient, visit)
    calls.sweep_after(61)
    head = queries.get(cast.patient.viewer, visit)
    assert head["due_step"] == "no_reply"


def test_a_doctor_who_rings_and_hangs_up_at_once_has_not_replied(cast):
    visit = make.active(cast.patient, cast.doctor)
    call = calls.ringing(cast.doctor, visit)
    services.end_call(cast.doctor.viewer, call, at=make.now())
    assert queries.get(cast.patient.viewer, visit)["due_step"] == "no_reply"


@pytest.mark.parametrize("ending", ["missed", "declined"])
def test_a_ring_that_nobody_took_is_no_first_reply(cast, ending):
    visit = make.active(cast.patient, cast.doctor)
    call = calls.ringing(cast.doctor, visit)
    if ending == "declined":
        services.decline_call(cast.patient.viewer, call, at=make.now())
    calls.sweep_after(61)
    assert calls.row(call).ending == ending
    assert queries.get(cast.patient.viewer, visit)["due_step"] == "no_reply"
    make.say(visit, cast.doctor, words="您好")
    assert make.row(visit).first_reply_at is not None
    calls.ringing(cast.doctor, visit)
    calls.sweep_after(61)
    assert queries.get(cast.patient.viewer, visit)["due_step"] == "patient_absent"


def test_who_rings_in_vain_too_often_is_asked_to_write(cast):
    visit, at = make.active(cast.patient, cast.doctor), make.now()
    for _ in range(rules.MOST_UNANSWERED_RINGS):
        call = services.ring(cast.patient.viewer, visit, channel="audio", at=at)
        services.end_call(cast.patient.viewer, call, at=at)
    with pytest.raises(TooMany, match="too_many_rings"):
        services.ring(cast.patient.viewer, visit, channel="audio", at=at)
    services.ring(cast.doctor.viewer, visit, channel="audio", at=at)


def test_the_hospital_sees_no_deadline_during_a_call_and_gives_no_time(cast):
    visit, call = calls.talking(cast.patient, cast.doctor)
    seen = queries.house_visit(visit)
    assert (seen.due_at, seen.due_step) == (None, "")
    reason = Reason(code="patient_asked", text=Text("多些时间", "More time"))

    def extend():
        services.extend(
            cast.operator.viewer, visit, by=make.minutes(5), reason=reason, at=make.now()
        )

    with pytest.raises(Conflict, match="in_call"):
        extend()
    services.end_call(cast.patient.viewer, call, at=make.now())
    seen, told = queries.house_visit(visit), queries.get(cast.patient.viewer, visit)
    assert (seen.due_at, seen.due_step) == (told["due_at"], told["due_step"])
    extend()


def test_from_picture_to_sound_and_back_in_the_same_call(cast):
    visit, call = calls.talking(cast.patient, cast.doctor, channel="audio")
    services.switch_channel(cast.doctor.viewer, call, channel="audio", at=make.now())
    services.switch_channel(cast.doctor.viewer, call, channel="video", at=make.now())
    services.switch_channel(cast.patient.viewer, call, channel="audio", at=make.now())
    assert calls.row(call).channel == "audio"
    assert make.cards(visit).count("call_switched") == 2


def test_a_wish_is_no_proof_of_having_been_seen(cast):
    visit = services.open_consultation(
        cast.patient.viewer,
        intake_id=make.intake(cast.patient),
        department=make.department(),
        channel="video",
        at=make.now(),
    )
    assert queries.get(cast.patient.viewer, visit)["channel"] == "video"
    assert services.seen(visit).channel == "text"


def test_every_step_of_a_call_is_of_its_table_and_nobody_elses():
    for state in CALL.states:
        for name in ("answer", "decline", "take_back", "end", "switch"):
            assert not CALL.allows(state, name, "clock")
        for name in ("miss", "lose", "over"):
            assert not any(CALL.allows(state, name, who) for who in ("patient", "doctor"))
    assert CALL.finals == {"ended"}
