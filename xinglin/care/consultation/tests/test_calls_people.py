"""Who else is in a call: a specialist, a guest, and quality control."""

from datetime import timedelta

import pytest

from xinglin.care.consultation import queries, rules, services, tasks
from xinglin.care.consultation.models import CallInvitation, Observation
from xinglin.care.consultation.queries import calls_past
from xinglin.care.consultation.queries.guests import guest_of
from xinglin.care.consultation.services.calls.recording import begin_segment
from xinglin.care.consultation.services.inviting import Invitation
from xinglin.care.consultation.services.joining import Entry
from xinglin.care.consultation.tests import calls
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.types import SegmentTold
from xinglin.care.people.queries import access_log
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.calls import queries as rooms
from xinglin.foundation.calls import services as seats
from xinglin.foundation.calls.types import MAIN_SEATS, MOST_SENDING, RoomFull
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, Invalid, NotFound

WHY = "投诉后的例行抽查"


@pytest.fixture
def talk(cast):
    return calls.talking(cast.patient, cast.doctor)


def observe(person, call, reason=WHY):
    services.observe_call(person.viewer, call, reason=reason, at=make.now())


def who(cast, call):
    return {one["role"]: one for one in calls.seen(cast.patient, call)["people"]}


def test_the_seat_says_what_each_is(cast, talk):
    _, call = talk
    for person, role in ((cast.patient, "patient"), (cast.doctor, "doctor")):
        seat = ids.new()
        given = services.take_seat(person.viewer, call, seat_id=seat, at=make.now())
        assert (given.seat.id, given.seat.role, given.seat.is_main) == (seat, role, True)
        told = queries.ticket(given)
        assert (told["call_id"], told["role"]) == (call, role)
    services.leave_seat(cast.patient.viewer, call, seat_id=rooms.seats(call)[0].id, at=make.now())
    assert [one.role for one in rooms.seats(call)] == ["doctor"]
    services.end_call(cast.doctor.viewer, call, at=make.now())
    with pytest.raises(Conflict, match="call_over"):
        calls.sit(cast.doctor, call)


def test_a_specialist_sees_the_call_and_nothing_of_the_visit(cast, talk):
    visit, call = talk
    with pytest.raises(NotFound):
        calls.sit(cast.other_doctor, call)
    calls.invite(cast.doctor, call, cast.other_doctor)
    calls.invite(cast.doctor, call, cast.other_doctor)
    assert CallInvitation.objects.filter(call=call).count() == 1
    (asked,) = queries.call_invitations(cast.other_doctor.viewer)
    assert asked["call_id"] == call
    seen = calls.seen(cast.other_doctor, call)
    assert seen["about"]["patient"].zh.endswith("**")
    assert seen["may"] == ["leave"]
    calls.sit(cast.other_doctor, call)
    calls.sit(cast.other_doctor, call)
    assert make.cards(visit)[-2:] == ["call_invited", "call_joined"]
    for read in (queries.get, queries.call_state, queries.calls_of_visit):
        with pytest.raises(NotFound):
            read(cast.other_doctor.viewer, visit)
    audience = dict(make.events(visit))["CallPeopleChanged"]
    assert f"user:{cast.other_doctor.id}" in audience
    assert who(cast, call)["specialist"]["name"].zh.startswith(cast.other_doctor.card.name.zh)


def test_a_specialist_declines_or_is_removed_and_stays_out(cast, talk):
    _, call = talk
    calls.invite(cast.doctor, call, cast.other_doctor)
    (asked,) = queries.call_invitations(cast.other_doctor.viewer)
    with pytest.raises(NotFound):
        services.decline_invitation(cast.doctor.viewer, asked["id"], at=make.now())
    for _ in range(2):
        services.decline_invitation(cast.other_doctor.viewer, asked["id"], at=make.now())
    assert queries.call_invitations(cast.other_doctor.viewer) == []
    with pytest.raises(NotFound):
        calls.sit(cast.other_doctor, call)
    calls.invite(cast.doctor, call, cast.other_doctor)
    calls.sit(cast.other_doctor, call)
    with pytest.raises(Conflict, match="in_call"):
        services.decline_invitation(cast.other_doctor.viewer, asked["id"], at=make.now())
    for _ in range(2):
        services.remove_from_call(
            cast.doctor.viewer, call, person_id=cast.other_doctor.id, at=make.now()
        )
    assert rooms.seats(call) == []
    with pytest.raises(NotFound):
        calls.sit(cast.other_doctor, call)


def test_who_finds_no_seat_has_not_joined(cast, talk):
    visit, call = talk
    calls.invite(cast.doctor, call, cast.other_doctor)
    for _ in range(MOST_SENDING - MAIN_SEATS):
        _, guest = guest_in(cast, visit)
        services.take_guest_seat(guest, viewer=guest.viewer("zh"), seat_id=ids.new(), at=make.now())
    with pytest.raises(RoomFull):
        calls.sit(cast.other_doctor, call)
    assert CallInvitation.objects.get(call=call).answer == ""
    assert "call_joined" not in make.cards(visit)


def test_nobody_is_asked_into_a_room_that_is_full(cast, talk):
    visit, call = talk
    guests = [guest_in(cast, visit)[1] for _ in range(MOST_SENDING - MAIN_SEATS)]
    for guest in guests:
        assert "invite" in calls.seen(cast.doctor, call)["may"]
        guest_sits(guest)
    may = calls.seen(cast.doctor, call)["may"]
    assert ("invite" in may, "remove" in may) == (False, True)
    with pytest.raises(Conflict, match="room_full"):
        calls.invite(cast.doctor, call, cast.other_doctor)
    assert not CallInvitation.objects.filter(call=call).exists()
    services.remove_from_call(cast.doctor.viewer, call, person_id=guests[0].id, at=make.now())
    calls.invite(cast.doctor, call, cast.other_doctor)
    guest_sits(guest_in(cast, visit)[1])
    calls.invite(cast.doctor, call, cast.other_doctor)  # who is asked already stays so
    assert CallInvitation.objects.get(call=call).answer == ""


def test_who_may_be_asked_in(cast, talk):
    _, call = talk
    with pytest.raises(Invalid):
        calls.invite(cast.doctor, call, cast.doctor)
    with pytest.raises(NotFound):
        services.invite_specialist(
            cast.doctor.viewer, call, practitioner_id=ids.new(), at=make.now()
        )
    with pytest.raises(NotFound):
        calls.invite(cast.other_doctor, call, cast.doctor)
    with pytest.raises(NotFound):
        calls.invite(cast.patient, call, cast.other_doctor)
    with pytest.raises(NotFound):
        services.remove_from_call(
            cast.doctor.viewer, call, person_id=cast.patient.id, at=make.now()
        )


def test_nobody_else_comes_in_before_the_call_is_answered(cast):
    visit = make.active(cast.patient, cast.doctor)
    call = calls.ringing(cast.doctor, visit)
    with pytest.raises(Conflict, match="call_not_answered"):
        calls.invite(cast.doctor, call, cast.other_doctor)
    calls.sit(cast.doctor, call)
    calls.sit(cast.patient, call)


@pytest.mark.parametrize("openly", [True, False])
def test_quality_control_listens_as_policy_says(cast, talk, monkeypatch, openly):
    visit, call = talk
    calls.with_knob(monkeypatch, "call_observed_openly", openly)
    officer = calls.officer()
    found = queries.observable_calls(officer.viewer)
    assert found["openly"] is openly
    assert [one["id"] for one in found["items"]] == [call]
    with pytest.raises(NotFound):
        calls.sit(officer, call)
    with pytest.raises(Invalid):
        observe(officer, call, "  ")
    observe(officer, call)
    observe(officer, call, "另一个原因也不改")
    assert Observation.objects.get(call=call).reason == WHY
    calls.sit(officer, call)
    seat = rooms.seats(call)[0]
    assert (seat.role, seat.sends, seat.is_main, seat.is_hidden) == (
        "observer",
        False,
        False,
        not openly,
    )
    assert calls.seen(cast.patient, call)["observed"] is openly
    assert ("observer" in who(cast, call)) is openly
    assert ("call_observed" in make.cards(visit)) is openly
    (past,) = queries.calls_of_visit(cast.patient.viewer, visit)
    assert any(one["role"] == "observer" for one in past["people"]) is openly
    # In either case the patient finds it among those who have seen the data.
    log = access_log(cast.patient.viewer, cast.patient.patient_id)
    (found,) = [line for line in log if line.code == "consultation.call_observe"]
    assert (found.action.zh, found.purpose.zh, found.who.role.zh) == (
        "旁听通话",
        "质量管理",
        "质控专员",
    )


def test_an_observer_is_of_the_house_and_no_side_of_the_call(cast, talk):
    visit, call = talk
    elsewhere = Viewer(
        user_id=ids.new(),
        roles=frozenset({"quality"}),
        permissions=frozenset({"consultation.observe_call"}),
        institution_id=ids.new(),
    )
    with pytest.raises(NotFound):
        services.observe_call(elsewhere, call, reason=WHY, at=make.now())
    with pytest.raises(Conflict, match="own_call"):
        observe(cast.doctor, call)
    officer = calls.officer()
    with pytest.raises(NotFound):
        services.end_call(officer.viewer, call, at=make.now())
    observe(officer, call)
    with pytest.raises(NotFound):
        services.end_call(officer.viewer, call, at=make.now())
    with pytest.raises(NotFound):
        queries.get(officer.viewer, visit)
    assert calls.seen(officer, call)["about"]["patient"] is None


def test_a_call_in_trouble_is_listed_first(cast, talk):
    _, down = talk
    _, good = calls.talking(cast.other_patient, cast.other_doctor)
    sitting = [calls.sit(person, good) for person in (cast.other_patient, cast.other_doctor)]
    for seat in sitting:
        seats.report(good, seat, up=True, at=make.now())
    officer = calls.officer()
    listed = queries.observable_calls(officer.viewer)["items"]
    assert [(one["id"], one["verdict"]) for one in listed] == [(down, "down"), (good, "good")]
    calls.agree(cast.other_patient, good)
    calls.record(cast.other_doctor, good)
    with clock.later(timedelta(seconds=4)):
        for seat in sitting:
            seats.report(good, seat, up=True, at=make.now())
        listed = queries.observable_calls(officer.viewer)["items"]
    assert [(one["id"], one["recording"]) for one in listed] == [(good, "lost"), (down, "off")]


def guest_in(cast, visit):
    made = services.invite(
        cast.patient.viewer,
        visit,
        invitation=Invitation(relation="daughter", name="林小雨"),
        at=make.now(),
    )
    return made, one_device(made)


def one_device(made):
    entered = services.enter(
        made.path.partition("#")[2],
        entry=Entry(name="林小雨", device=ids.new(), agreed=True),
        viewer=Viewer.system("guest"),
        at=make.now(),
    )
    return guest_of(entered.cookie)


def guest_sits(guest, **more):
    seat = ids.new()
    services.take_guest_seat(guest, viewer=guest.viewer("zh"), seat_id=seat, at=make.now(), **more)
    return seat


def test_a_guest_joins_the_call_and_leaves_it_with_the_link(cast):
    visit = make.active(cast.patient, cast.doctor)
    made, guest = guest_in(cast, visit)

    def sit():
        return services.take_guest_seat(
            guest, viewer=guest.viewer("zh"), seat_id=ids.new(), at=make.now()
        )

    with pytest.raises(NotFound, match="no_call"):
        sit()
    call = calls.ringing(cast.patient, visit)
    with pytest.raises(Conflict, match="call_not_answered"):
        sit()
    services.answer_call(cast.doctor.viewer, call, at=make.now())
    given = sit()
    assert (given.seat.role, given.seat.name.zh) == ("guest", "林小雨（女儿）")
    assert queries.guest_call(guest)["may"] == ["join"]
    services.leave_guest_seat(guest, seat_id=given.seat.id, at=make.now())
    assert rooms.seats(call) == []
    sit()
    services.take_back(cast.patient.viewer, visit, made.id, at=make.now())
    assert rooms.seats(call) == []


def test_a_guest_whom_the_doctor_removes_stays_out_of_this_call(cast):
    visit, call = calls.talking(cast.patient, cast.doctor)
    _, guest = guest_in(cast, visit)
    seat = ids.new()
    viewer = guest.viewer("zh")
    services.take_guest_seat(guest, viewer=viewer, seat_id=seat, at=make.now())
    services.remove_from_call(cast.doctor.viewer, call, person_id=guest.id, at=make.now())
    assert rooms.seats(call) == []
    assert queries.guest_call(guest) is None
    with pytest.raises(NotFound, match="no_call"):
        services.take_guest_seat(guest, viewer=viewer, seat_id=seat, at=make.now())


def test_whom_the_doctor_removes_has_no_second_device(cast, talk):
    visit, call = talk
    made, guest = guest_in(cast, visit)
    other = one_device(made)
    for each in (guest, other):
        guest_sits(each)
    services.remove_from_call(cast.doctor.viewer, call, person_id=guest.id, at=make.now())
    assert rooms.seats(call) == []
    assert queries.guest_call(other) is None
    with pytest.raises(NotFound, match="no_call"):
        guest_sits(other)
    _, son = guest_in(cast, visit)
    guest_sits(son)


def test_a_guest_whose_link_has_run_out_is_put_out_of_the_call(cast, talk):
    visit, call = talk
    _, guest = guest_in(cast, visit)
    guest_sits(guest)
    calls.sit(cast.patient, call)
    assert tasks.put_out_guests() == 0
    with clock.later(rules.LINK_GOOD_FOR + make.minutes(1)):
        assert tasks.put_out_guests() == 1
        assert tasks.put_out_guests() == 0
    assert [one.role for one in rooms.seats(call)] == ["patient"]


def test_who_was_asked_into_a_call_reads_nothing_of_it_once_it_is_over(cast, talk):
    visit, call = talk
    officer = calls.officer()
    calls.invite(cast.doctor, call, cast.other_doctor)
    seat = calls.sit(cast.other_doctor, call)
    observe(officer, call)
    services.end_call(cast.doctor.viewer, call, at=make.now())
    for person in (cast.other_doctor, officer):
        assert calls.seen(person, call)["state"] == "ended"  # their page tells how it ended
    with clock.later(make.minutes(11)):
        for person in (cast.other_doctor, officer):
            with pytest.raises(NotFound):
                calls.seen(person, call)
        for person in (cast.patient, cast.doctor):
            assert calls.seen(person, call)["state"] == "ended"
        services.leave_seat(cast.other_doctor.viewer, call, seat_id=seat, at=make.now())
    services.hand_back(cast.doctor.viewer, visit, reason="doctor_unable", at=make.now())
    with clock.later(make.minutes(11)), pytest.raises(NotFound):
        calls.seen(cast.doctor, call)


def test_a_call_in_trouble_is_listed_however_many_are_not(cast, talk, monkeypatch):
    _, down = talk
    at = make.now() - make.minutes(3)
    _, good = calls.talking(cast.other_patient, cast.other_doctor, at=at)
    for person in (cast.other_patient, cast.other_doctor):
        seats.report(good, calls.sit(person, good), up=True, at=make.now())
    monkeypatch.setattr(calls_past, "MOST", 1)
    listed = queries.observable_calls(calls.officer().viewer)["items"]
    assert [one["id"] for one in listed] == [down]


def test_a_guest_is_recorded_only_after_saying_yes(cast, talk):
    visit, call = talk
    calls.record(cast.doctor, call)
    calls.agree(cast.patient, call)
    own = calls.sit(cast.doctor, call)
    _, guest = guest_in(cast, visit)

    def record(seat):
        told = SegmentTold(
            id=ids.new(),
            seat=own,
            of=seat,
            mime="video/webm",
            began_at=make.now(),
            sent_at=make.now(),
        )
        return begin_segment(cast.doctor.viewer, call, told, at=make.now())

    with pytest.raises(Conflict, match="guest_not_agreed"):
        record(guest_sits(guest))
    record(guest_sits(guest, recorded=True))
    with pytest.raises(Conflict, match="guest_not_agreed"):
        record(guest_sits(guest))
    record(calls.sit(cast.patient, call))


def test_the_text_a_guest_agrees_to_tells_of_recordings():
    assert rules.GUEST_AGREEMENT_VERSION == "guest-2026-11-29"
    assert "录" in rules.GUEST_AGREEMENT.zh
    assert "recorded" in rules.GUEST_AGREEMENT.en
