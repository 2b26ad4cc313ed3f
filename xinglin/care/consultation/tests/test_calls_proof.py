"""What a call proves afterwards: that somebody was seen, or heard, and who cut it short."""

from datetime import timedelta

import pytest

from xinglin.care.consultation import services
from xinglin.care.consultation.tests import calls
from xinglin.care.consultation.tests import factories as make
from xinglin.foundation.calls import services as rooms
from xinglin.kernel import clock


def up(call, seats, seconds, *, camera=True, begin=0):
    """Both pages say every two seconds that they are connected; who shows a picture does so."""
    start = make.now()
    for second in range(begin, begin + seconds + 1, 2):
        for seat in seats:
            at = start + timedelta(seconds=second)
            rooms.report(call, seat, up=True, at=at, camera=camera, audio_only=False)


def sit(cast, call):
    return [calls.sit(person, call) for person in (cast.patient, cast.doctor)]


def held(visit):
    return services.seen(visit).channel


def test_an_answered_call_proves_nothing_before_somebody_was_seen(cast):
    visit, call = calls.talking(cast.patient, cast.doctor)
    seats = sit(cast, call)
    assert held(visit) == "text"
    up(call, seats, 4)
    with clock.later(timedelta(seconds=4)):
        assert held(visit) == "text"
    up(call, seats, 20)
    with clock.later(timedelta(seconds=20)):
        assert held(visit) == "video"
        services.end_call(cast.patient.viewer, call, at=make.now())
    assert make.row(visit).held_by == "video"


def test_a_video_call_without_a_picture_of_the_patient_is_a_call_by_voice(cast):
    visit, call = calls.talking(cast.patient, cast.doctor)
    seats = sit(cast, call)
    up(call, seats, 20, camera=False)
    with clock.later(timedelta(seconds=20)):
        services.end_call(cast.patient.viewer, call, at=make.now())
    assert held(visit) == "audio"


def test_a_picture_in_a_call_by_voice_is_none(cast):
    visit, call = calls.talking(cast.patient, cast.doctor, channel="audio")
    seats = sit(cast, call)
    up(call, seats, 20)
    with clock.later(timedelta(seconds=20)):
        assert held(visit) == "audio"


def test_who_was_seen_before_the_change_to_voice_was_seen(cast):
    visit, call = calls.talking(cast.patient, cast.doctor)
    seats = sit(cast, call)
    up(call, seats, 20)
    with clock.later(timedelta(seconds=21)):
        services.switch_channel(cast.patient.viewer, call, channel="audio", at=make.now())
        assert held(visit) == "video"


def test_a_call_that_nobody_could_hear_proves_nothing(cast):
    visit, call = calls.talking(cast.patient, cast.doctor)
    sit(cast, call)
    services.end_call(cast.doctor.viewer, call, at=make.now())
    assert held(visit) == "text"


@pytest.mark.parametrize(("stays", "cut"), [("patient", True), ("doctor", False), ("", False)])
def test_a_doctor_who_closes_the_page_before_a_third_has_cut_it_short(cast, stays, cut):
    visit, call = calls.talking(cast.patient, cast.doctor)
    seats = dict(zip(("patient", "doctor"), sit(cast, call), strict=True))
    up(call, seats.values(), 20)
    for minutes in (4, 4.5, 5, 5.5):
        if stays:
            at = make.now() + make.minutes(minutes)
            rooms.report(call, seats[stays], up=False, at=at)
    assert calls.sweep_after(5.5 * 60) == 1
    assert calls.row(call).ending == "line_lost"
    assert calls.row(call).cut_short is cut
    assert ("CallCutShort" in dict(make.events(visit))) is cut
