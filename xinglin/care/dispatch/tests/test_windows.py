"""Part-time doctors work in hours of their own; nothing is offered after them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from xinglin.care.dispatch import queries, services, windows
from xinglin.care.dispatch.models import Duty
from xinglin.care.dispatch.tests.cast import House, asked
from xinglin.care.dispatch.windows import Window
from xinglin.foundation.notices.models import Notice
from xinglin.kernel.errors import Conflict, Invalid

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY_9 = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


def end(rows, at=MONDAY_9):
    found = windows.end_of(rows, at, ZONE)
    return found and found.astimezone(ZONE).strftime("%a %H:%M")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[0, "08:00", "12:00"]], "Mon 12:00"),
        ([[0, "09:00", "12:00"]], "Mon 12:00"),
        ([[0, "08:00", "09:00"]], None),
        ([[1, "08:00", "12:00"]], None),
        ([[0, "08:00", "24:00"], [1, "00:00", "02:00"]], "Tue 02:00"),
        ([[0, "08:00", "10:00"], [0, "10:00", "11:00"], [0, "12:00", "13:00"]], "Mon 11:00"),
        ([[6, "00:00", "24:00"]], None),
        ([], None),
    ],
)
def test_hours_that_touch_are_one(rows, expected):
    assert end(rows) == expected


def test_a_whole_week_has_an_end_all_the_same():
    assert end([[day, "00:00", "24:00"] for day in range(7)]) is not None


@pytest.fixture
def house(db) -> House:
    return House(MONDAY_9)


@pytest.mark.parametrize(
    "wrong",
    [
        [Window(7, "08:00", "09:00")],
        [Window(0, "8:00", "09:00")],
        [Window(0, "09:00", "09:00")],
        [Window(0, "22:00", "02:00")],
        [Window(0, "08:00", "25:00")],
        [Window(0, "08:00", "10:00"), Window(0, "09:00", "11:00")],
        [Window(0, "08:00", "08:01")] * 22,
    ],
    ids=["day", "form", "empty", "night", "hour", "overlap", "many"],
)
def test_hours_that_make_no_sense_are_refused(house, wrong):
    doctor = house.doctor()
    with pytest.raises(Invalid):
        services.set_windows(house.viewer(doctor), wrong, at=house.at)


def test_a_full_time_doctor_has_none(house):
    doctor = house.doctor(full_time=True)
    with pytest.raises(Conflict):
        services.set_windows(house.viewer(doctor), [Window(0, "08:00", "10:00")], at=house.at)


def test_a_duty_ends_with_the_hours_and_nothing_is_offered_after(house):
    doctor = house.doctor()
    services.set_windows(house.viewer(doctor), [Window(0, "08:00", "10:00")], at=house.at)
    house.start(doctor)
    card = queries.duty(house.viewer(doctor), house.at)
    assert card.ends_at == house.at + timedelta(hours=1)
    assert card.windows == (Window(0, "08:00", "10:00"),)
    assert services.tell_end(doctor, at=house.at) is False
    with house.later(minutes=50):
        house.touch(doctor)
        assert services.tell_end(doctor, at=house.at) is True
        assert services.tell_end(doctor, at=house.at) is False
    assert Notice.objects.filter(kind="duty_ends").count() == 1
    assert services.end_window(doctor, at=house.at) is False
    visit = house.visit()
    with house.later(minutes=10):
        house.touch(doctor)
        house.dispatch()  # the sweeper has not come yet
        assert asked(visit) is None
        assert services.end_window(doctor, at=house.at) is True
    duty = Duty.objects.get(pk=doctor)
    assert (duty.on_since, duty.off_reason, duty.ends_at) == (None, "window_ended", None)


def test_outside_of_the_hours_nobody_goes_on_duty(house):
    doctor = house.doctor()
    services.set_windows(house.viewer(doctor), [Window(0, "10:00", "12:00")], at=house.at)
    with pytest.raises(Conflict, match="outside_window"):
        house.start(doctor)
    services.set_windows(house.viewer(doctor), [], at=house.at)
    house.start(doctor)
    assert Duty.objects.get(pk=doctor).ends_at is None


def test_new_hours_bind_who_is_on_duty(house):
    doctor = house.on_duty()
    services.set_windows(house.viewer(doctor), [Window(0, "08:00", "11:00")], at=house.at)
    assert Duty.objects.get(pk=doctor).ends_at == house.at + timedelta(hours=2)
    services.set_windows(house.viewer(doctor), [Window(3, "08:00", "11:00")], at=house.at)
    assert services.end_window(doctor, at=house.at) is True
