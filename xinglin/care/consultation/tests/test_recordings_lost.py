"""That a call is not recorded although both want it is told within seconds, and once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from xinglin.care.consultation import services, tasks
from xinglin.care.consultation.models import Call
from xinglin.care.consultation.tests import calls
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests.factories import Browser
from xinglin.care.consultation.tests.recorders import Page, talking, up
from xinglin.care.consultation.types import SegmentTold
from xinglin.foundation.outbox.services import relay_pending
from xinglin.foundation.recordings.models import Recording
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def talk(cast):
    return talking(cast)


def losses(visit):
    return [kind for kind, _ in make.events(visit)].count("RecordingLost")


def told(call, seats, at, seconds, **how):
    """Losses found so many seconds after `at`, when the pages report once more."""
    up(call, *seats, at + seconds * SECOND, **how)
    return told_in_silence(at, seconds)


def told_in_silence(at, seconds):
    with clock.frozen(at + seconds * SECOND):
        return tasks.tell_losses()


def test_a_recording_that_does_not_come_is_told_once(talk, cast):
    visit, call, patient_seat, doctor_seat = talk
    at, seats = make.now(), (patient_seat, doctor_seat)
    found = [told(call, seats, at, late) for late in (0, 5, 9, 11, 12, 13)]
    assert found == [0, 0, 0, 1, 0, 0]
    assert losses(visit) == 1
    assert Recording.objects.get(pk=call).lost_at == at + 11 * SECOND
    with clock.frozen(at + 13 * SECOND):
        sent = Page(Browser(cast.doctor), call, doctor_seat, patient_seat, bytes(3000))
        sent.begin()
        assert sent.send(0).status_code == 200
        assert tasks.tell_losses() == 0
        assert Recording.objects.get(pk=call).lost_at is None
    assert [told(call, seats, at, late) for late in (18, 22, 25)] == [0, 0, 1]
    assert losses(visit) == 2
    assert Call.objects.get(pk=call).steps.filter(step="recording_lost").count() == 2


@pytest.mark.parametrize("says", ["lost", "off"])
def test_a_page_that_says_so_is_believed_at_once(talk, says):
    """Chunks of the other side may go on; until all is well it is one loss."""
    visit, call, *seats = talk
    at = make.now()
    assert [told(call, seats, at, late) for late in (0, 4, 8)] == [0, 0, 0]
    assert [told(call, seats, at, late, recording=says) for late in (9, 10, 12)] == [1, 0, 0]
    assert losses(visit) == 1


def test_a_page_that_says_nothing_any_more_is_told_within_four_seconds(talk):
    visit, call, *seats = talk
    at = make.now()
    assert [told(call, seats, at, late) for late in (0, 4, 6)] == [0, 0, 0]
    assert [told_in_silence(at, late) for late in (8, 9.1, 10)] == [0, 1, 0]
    assert losses(visit) == 1


def test_who_watches_over_the_house_sees_it(talk):
    _, call, *seats = talk
    at, officer = make.now(), Browser(calls.officer())
    told(call, seats, at, 0)
    for late, says, seen in ((5, "on", "on"), (6, "lost", "lost"), (8, "on", "on")):
        up(call, *seats, at + late * SECOND, recording=says)
        with clock.frozen(at + late * SECOND):
            (item,) = officer.get("/calls/observable").json()["items"]
        assert item["recording"] == seen


def test_while_the_line_is_down_or_nobody_wants_it_nothing_is_lost(talk, cast):
    visit, call, *seats = talk
    at = make.now()
    up(call, *seats, at)
    assert told_in_silence(at, 30) == 0
    with clock.frozen(at + 31 * SECOND):
        calls.agree(cast.patient, call, answer=False)
    found = [told(call, seats, at, late, recording="off") for late in (60, 65, 70, 75)]
    assert found == [0, 0, 0, 0]
    assert losses(visit) == 0


def waiting():
    """Whether somebody waits for a lock in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select 1 from pg_stat_activity where datname = current_database()"
            " and wait_event_type = 'Lock'"
        )
        return cursor.fetchone() is not None


@pytest.mark.django_db(transaction=True)
def test_a_segment_that_begins_while_the_call_ends_leaves_no_recording_without_an_end(cast):
    """It waits for the end, and sees it; the reaction alone would find nothing to end."""
    _, call, patient_seat, doctor_seat = talking(cast)
    told = SegmentTold(
        id=ids.new(),
        seat=doctor_seat,
        of=patient_seat,
        mime="video/webm",
        began_at=make.now(),
        sent_at=make.now(),
    )

    def begin():
        try:
            return services.begin_segment(cast.doctor.viewer, call, told, at=make.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            services.end_call(cast.doctor.viewer, call, at=make.now())
            begun = pool.submit(begin)
            while not waiting():
                assert not begun.done()
        relay_pending()
        assert begun.result().next == 0
    row = Recording.objects.get(pk=call)
    assert row.ended_at == Call.objects.get(pk=call).ended_at
