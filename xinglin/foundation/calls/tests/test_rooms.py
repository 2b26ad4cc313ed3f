"""Rooms and seats: who is in, who was put out, and how long the line was up."""

from datetime import timedelta
from uuid import UUID

import pytest

from xinglin.foundation.calls import queries, services
from xinglin.foundation.calls.models import Signal
from xinglin.foundation.calls.types import NewSeat, RoomClosed, RoomFull, SeatTaken
from xinglin.foundation.database import services as database
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text

pytestmark = pytest.mark.django_db
NOW = clock.now()


def after(seconds: float):
    return NOW + timedelta(seconds=seconds)


def seat(role: str, person: UUID | None = None, **more) -> NewSeat:
    told = {
        "id": ids.new(),
        "person_id": person or ids.new(),
        "role": role,
        "name": Text("王医生", "Dr Wang"),
        "is_main": role in {"patient", "doctor"},
        "sends": role != "observer",
        "is_hidden": False,
    }
    return NewSeat(**told | more)


@pytest.fixture
def room() -> UUID:
    room_id = ids.new()
    services.open_room(room_id, at=NOW)
    return room_id


def both(room: UUID, at=NOW) -> tuple[NewSeat, NewSeat]:
    patient, doctor = seat("patient"), seat("doctor")
    for each in (patient, doctor):
        services.take_seat(room, each, at=at)
    return patient, doctor


def say(room: UUID, up: bool, seconds: float, *seats: NewSeat) -> None:
    for each in seats:
        services.report(room, each.id, up=up, at=after(seconds))


def test_a_ticket_tells_the_seat_and_who_else_is_there(room):
    patient = seat("patient")
    services.take_seat(room, patient, at=NOW)
    ticket = services.take_seat(room, seat("doctor"), at=NOW)
    assert [card.role for card in ticket.seats] == ["patient", "doctor"]
    assert ticket.seat.name == Text("王医生", "Dr Wang")
    assert (ticket.backend, ticket.relay_only, ticket.ice_servers) == ("p2p", False, ())
    assert ticket.seat.told()["recording"] == "off"


def test_a_newer_page_of_the_same_person_replaces_the_older(room):
    him = ids.new()
    first, second = seat("patient", him), seat("patient", him)
    services.take_seat(room, first, at=NOW)
    services.take_seat(room, second, at=NOW)
    assert [card.id for card in queries.seats(room)] == [second.id]
    assert [stay.left_at is None for stay in queries.stays(room)] == [False, True]


def test_the_same_page_enters_again_as_the_same_seat(room):
    him = seat("patient")
    services.take_seat(room, him, at=NOW)
    services.take_seat(room, him, at=NOW)
    services.leave_seat(room, him.id, him.person_id, at=NOW)
    assert queries.seats(room) == []
    services.take_seat(room, him, at=NOW)
    assert [card.id for card in queries.seats(room)] == [him.id]


def test_nobody_takes_or_leaves_the_seat_of_another(room):
    him = seat("patient")
    services.take_seat(room, him, at=NOW)
    with pytest.raises(SeatTaken):
        services.take_seat(room, seat("doctor", id=him.id), at=NOW)
    services.leave_seat(room, him.id, ids.new(), at=NOW)
    assert [card.id for card in queries.seats(room)] == [him.id]


def test_a_fifth_who_sends_finds_the_room_full_and_an_observer_does_not(room):
    people = [seat(role) for role in ("patient", "doctor", "guest", "specialist")]
    for each in people:
        services.take_seat(room, each, at=NOW)
    with pytest.raises(RoomFull):
        services.take_seat(room, seat("guest"), at=NOW)
    services.take_seat(room, seat("observer"), at=NOW)
    services.take_seat(room, seat("guest", people[2].person_id), at=NOW)  # a reloaded page
    services.remove_person(room, people[3].person_id, at=NOW)
    services.take_seat(room, seat("guest"), at=NOW)


def test_a_room_is_full_while_all_who_may_send_besides_its_main_seats_are_there(room):
    both(room)
    services.take_seat(room, seat("observer"), at=NOW)
    services.take_seat(room, seat("guest"), at=NOW)
    assert not queries.is_full(room, at=NOW)
    services.take_seat(room, seat("specialist"), at=NOW)
    assert queries.is_full(room, at=after(29))
    assert not queries.is_full(room, at=after(31))  # nobody has heard of them since
    assert not queries.is_full(ids.new(), at=NOW)


def test_guests_who_came_first_keep_nobody_out_of_the_own_call(room):
    for _ in range(2):
        services.take_seat(room, seat("guest"), at=NOW)
    with pytest.raises(RoomFull):
        services.take_seat(room, seat("specialist"), at=NOW)
    both(room)
    assert len(queries.seats(room)) == 4


def test_a_page_that_was_closed_takes_nobodys_place(room):
    for each in (seat("guest"), seat("guest")):
        services.take_seat(room, each, at=NOW)
    services.report(room, each.id, up=True, at=after(25))
    with pytest.raises(RoomFull):
        services.take_seat(room, seat("guest"), at=after(29))
    services.take_seat(room, seat("guest"), at=after(31))
    with pytest.raises(RoomFull):  # who reported at 25 is there
        services.take_seat(room, seat("guest"), at=after(32))


def test_a_room_that_is_closed_or_never_was_lets_nobody_in(room):
    both(room)
    services.close_room(room, at=after(1))
    services.close_room(room, at=after(9))
    services.open_room(room, at=after(10))
    assert queries.seats(room) == []
    with pytest.raises(RoomClosed):
        services.take_seat(room, seat("patient"), at=after(11))
    with pytest.raises(NotFound):
        services.take_seat(ids.new(), seat("patient"), at=NOW)


def test_a_hidden_seat_is_told_to_the_doctor_only(room):
    services.take_seat(room, seat("observer", is_hidden=True), at=NOW)
    seen = {
        role: [c.role for c in services.take_seat(room, seat(role), at=NOW).seats]
        for role in ("patient", "doctor", "guest")
    }
    assert seen == {
        "patient": ["patient"],
        "doctor": ["observer", "patient", "doctor"],
        "guest": ["patient", "doctor", "guest"],
    }


def test_the_clock_runs_only_while_both_sides_say_that_the_line_is_up(room):
    patient, doctor = both(room)
    say(room, True, 1, doctor)
    assert queries.clock(room, at=after(2)).ms == 0
    say(room, True, 3, patient)
    say(room, True, 7, doctor, patient)
    assert queries.down_since(room, at=after(8)) is None
    running = queries.clock(room, at=after(8))
    assert (running.ms, running.running_since, running.gaps) == (5_000, after(3), ())
    say(room, False, 9, patient)
    assert queries.down_since(room, at=after(10)) == after(9)
    say(room, True, 12, doctor, patient)
    say(room, True, 18, doctor, patient)
    services.close_room(room, at=after(20))
    told = queries.clock(room, at=after(99))
    assert told.ms == 14_000
    assert told.spans == ((after(3), after(9)), (after(12), after(20)))
    assert (told.running_since, told.gaps) == (None, ((after(9), after(12)),))


def test_the_clock_stands_still_after_reports_cease_whether_or_not_it_was_written_down(room):
    patient, doctor = both(room)
    say(room, True, 0, patient, doctor)
    say(room, True, 10, doctor)  # the patient's ended at 8
    say(room, True, 20, doctor)
    unwritten = queries.clock(room, at=after(30))
    assert unwritten.ms == 8_000
    assert services.close_quiet(at=after(30)) == 0  # the doctor's own report noticed it
    assert queries.clock(room, at=after(60)).ms == 8_000
    assert queries.rooms_down([room], at=after(60)) == {room: after(8)}


def test_the_worker_ends_the_span_of_a_room_whose_reports_have_ceased(room):
    patient, doctor = both(room)
    say(room, True, 0, patient, doctor)
    assert services.close_quiet(at=after(7)) == 0
    before = queries.clock(room, at=after(30))
    assert queries.down_since(room, at=after(30)) == after(8)
    assert services.close_quiet(at=after(30)) == 1
    assert queries.clock(room, at=after(30)) == before
    assert before.gaps == ((after(8), after(30)),)
    say(room, True, 40, patient, doctor)
    assert queries.clock(room, at=after(41)).ms == 9_000


def test_a_side_that_leaves_or_is_replaced_stops_the_clock_until_it_is_up_again(room):
    patient, doctor = both(room)
    say(room, True, 0, patient, doctor)
    again = seat("patient", patient.person_id)
    services.take_seat(room, again, at=after(4))
    say(room, True, 6, doctor)
    assert queries.clock(room, at=after(6)).ms == 4_000
    say(room, True, 7, again)
    services.leave_seat(room, doctor.id, doctor.person_id, at=after(9))
    assert queries.clock(room, at=after(20)).ms == 6_000


def test_time_after_the_reports_ceased_does_not_count_when_the_room_is_closed_later(room):
    patient, doctor = both(room)
    say(room, True, 0, patient, doctor)
    services.close_room(room, at=after(300))
    told = queries.clock(room, at=after(300))
    assert (told.ms, told.gaps) == (8_000, ((after(8), after(300)),))


def test_a_span_that_began_after_the_moment_asked_about_takes_nothing_away(room):
    patient, doctor = both(room)
    say(room, True, 1, patient, doctor)
    say(room, False, 5, doctor)
    say(room, True, 9, patient, doctor)
    assert queries.clock(room, at=after(8.9)).ms == 4_000


def test_clocks_of_many_rooms_are_one_statement(room, django_assert_num_queries):
    others = [ids.new() for _ in range(5)]
    for each in others:
        services.open_room(each, at=NOW)
    with django_assert_num_queries(1):
        found = queries.clocks([room, *others, ids.new()], at=after(1))
    assert found.keys() == {room, *others}


def test_names_and_states_are_forgotten_when_the_room_is_long_closed(room):
    from xinglin.foundation.calls.models import Seat

    patient, _ = both(room)
    services.report(room, patient.id, up=True, at=NOW, muted=True)
    services.close_room(room, at=after(1))
    assert services.forget(at=after(3000)) == 0
    assert services.forget(at=after(3700)) == 2
    assert services.forget(at=after(3700)) == 0
    assert {bytes(row.name_sealed) for row in Seat.objects.all()} == {b""}
    assert [stay.role for stay in queries.stays(room)] == ["patient", "doctor"]


def test_a_name_does_not_lie_open_in_the_table(room):
    from xinglin.foundation.calls.models import Seat

    services.take_seat(room, seat("guest", name=Text("林小雨", "Lin Xiaoyu")), at=NOW)
    row = Seat.objects.get()
    assert "Lin" not in repr(bytes(row.name_sealed))
    assert "Lin" not in repr(queries.seats(room))


def test_a_picture_counts_while_the_line_is_up_and_it_is_there(room):
    patient, doctor = both(room)

    def say_camera(seconds, camera, *, up=True):
        for each in (patient, doctor):
            services.report(room, each.id, up=up, at=after(seconds), camera=camera)

    for seconds, camera, up in (
        (0, True, True),
        (4, True, True),  # 4 s
        (8, False, True),  # 4 s more
        (12, True, True),
        (16, True, False),  # and 4
        (20, True, True),
        (40, True, True),  # nobody knows of these
    ):
        say_camera(seconds, camera, up=up)
    assert queries.shown_ms(room, "patient") == 12_000
    assert queries.shown_ms(room, "guest") == 0
    assert queries.present(room, at=after(69)) == {patient.person_id, doctor.person_id}
    services.leave_seat(room, doctor.id, doctor.person_id, at=after(41))
    assert queries.present(room, at=after(42)) == {patient.person_id}
    assert queries.present(room, at=after(71)) == set()


def test_a_line_that_sits_anew_hears_no_signal_to_the_one_before(room):
    patient, doctor = both(room)
    Signal.objects.create(
        room_id=room, seat_id=patient.id, from_id=doctor.id, data="{}", at=clock.now()
    )
    database.fetch(
        "select calls_sit(%s, %s, %s, %s)", [room, doctor.id, doctor.person_id, ids.new()]
    )
    assert Signal.objects.count() == 1
    database.fetch(
        "select calls_sit(%s, %s, %s, %s)", [room, patient.id, patient.person_id, ids.new()]
    )
    assert Signal.objects.count() == 0
