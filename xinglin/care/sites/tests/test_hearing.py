"""Heartbeats, and the alarm of a site of which nothing is heard in its hours."""

from datetime import UTC, datetime, timedelta

import pytest

from xinglin.care.sites import tasks
from xinglin.care.sites.faults import SPEAKS_FOR
from xinglin.care.sites.models import DeviceHealth, HeardSpan, Silence
from xinglin.care.sites.services import Beat, NotEnrolled
from xinglin.care.sites.services.hearing import SPANS_KEPT, note_silences
from xinglin.care.sites.tests.shops import WELL, Chain
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.kernel import clock
from xinglin.kernel.errors import TooMany

pytestmark = pytest.mark.django_db
# Noon in China, a Monday.
NOON = datetime(2026, 11, 30, 4, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
SAVEPOINT = 2  # of a test's own transaction
NIGHT = {"sun": [["20:00", "02:00"]], "mon": [["20:00", "02:00"]]}


@pytest.fixture
def chain(db) -> Chain:
    return Chain(NOON)


def events(kind: str) -> list[dict[str, str]]:
    rows = OutboxEvent.objects.filter(kind=kind).order_by("seq")
    assert all(row.audience == ["board"] for row in rows)
    return [row.payload for row in rows]


def china(hour: int, minute: int = 0, *, day: int = 30) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def test_a_heartbeat_is_kept_and_the_next_ones_make_one_span(chain):
    cookie = chain.device(chain.site())
    chain.listen(cookie, minutes=10)
    span = HeardSpan.objects.get()
    assert (span.begins_at, span.ends_at) == (NOON, NOON + 10 * MINUTE)
    assert DeviceHealth.objects.get().heard_at == NOON + 10 * MINUTE


def test_a_pause_that_is_too_long_begins_another_span(chain):
    cookie = chain.device(chain.site())
    chain.hear(cookie)
    chain.at += SPEAKS_FOR
    chain.hear(cookie)
    assert HeardSpan.objects.count() == 1
    chain.at += SPEAKS_FOR + SECOND
    chain.hear(cookie)
    assert [s.ends_at - s.begins_at for s in HeardSpan.objects.order_by("begins_at")] == [
        SPEAKS_FOR,
        timedelta(),
    ]


def test_what_a_device_says_of_itself_replaces_what_it_said_before(chain):
    cookie = chain.device(chain.site())
    chain.hear(cookie)
    chain.at += MINUTE
    chain.hear(
        cookie,
        beat=Beat(
            camera=False, microphone=None, printer=True, reader=True, pending=2, version="site-2.js"
        ),
    )
    health = DeviceHealth.objects.get()
    assert (health.camera, health.microphone, health.pending) == (False, None, 2)
    assert health.version == "site-2.js"


@pytest.mark.parametrize("cookie", ["", "made up", "revoked"])
def test_a_browser_that_is_no_device_is_refused_and_nothing_is_kept(chain, cookie):
    real = chain.device(chain.site())
    chain.revoke(real)
    with pytest.raises(NotEnrolled):
        chain.hear(real if cookie == "revoked" else cookie)
    assert not HeardSpan.objects.exists()
    assert not DeviceHealth.objects.exists()


def test_a_device_is_not_heard_more_often_than_needed(chain):
    cookie = chain.device(chain.site())
    chain.hear(cookie)
    chain.at += 4 * SECOND
    with pytest.raises(TooMany):
        chain.hear(cookie)
    chain.at += SECOND
    chain.hear(cookie)
    assert DeviceHealth.objects.get().heard_at == chain.at


def test_a_site_that_is_unheard_for_half_an_hour_alarms_once_and_is_there_again_when_heard(chain):
    site = chain.site()
    cookie = chain.device(site)
    chain.hear(cookie)
    chain.at += 30 * MINUTE - SECOND
    assert note_silences(at=chain.at) == 0
    chain.at += SECOND
    assert [note_silences(at=chain.at), note_silences(at=chain.at + MINUTE)] == [1, 0]
    (told,) = events("SiteSilent")
    assert (told["site_id"], told["since"]) == (str(site.pk), NOON.isoformat())
    assert told["due_at"] == chain.at.isoformat()
    chain.at += 5 * MINUTE
    chain.hear(cookie)
    chain.at += MINUTE
    chain.hear(cookie)
    (heard,) = events("SiteHeard")
    assert heard["silence_id"] == told["silence_id"]
    assert Silence.objects.get().over == "heard"
    chain.at += 30 * MINUTE
    assert note_silences(at=chain.at) == 1


def test_one_device_that_is_heard_keeps_its_site_from_the_alarm(chain):
    site = chain.site()
    chain.hear(chain.device(site), other := chain.device(site))
    chain.at += 20 * MINUTE
    chain.hear(other)
    chain.at += 20 * MINUTE
    assert note_silences(at=chain.at) == 0


def test_a_device_that_was_never_heard_is_silent_since_it_was_enrolled(chain):
    chain.device(chain.site(), enrolled_at=NOON - 20 * MINUTE)
    assert note_silences(at=NOON) == 0
    assert note_silences(at=NOON + 10 * MINUTE) == 1


def test_a_site_without_a_device_cannot_be_silent(chain):
    chain.site()
    chain.revoke(chain.device(chain.site()))
    assert note_silences(at=NOON) == 0


def test_a_night_is_no_silence_and_the_half_hour_begins_with_the_opening(chain):
    chain.device(chain.site())
    assert note_silences(at=china(7, 59)) == note_silences(at=china(8, 29)) == 0
    assert note_silences(at=china(20, 0)) == 0
    assert note_silences(at=china(8, 30)) == 1
    assert events("SiteSilent")[0]["since"] == china(8).isoformat()


def test_hours_that_cross_midnight_go_on_after_it(chain):
    cookie = chain.device(chain.site(hours=NIGHT))
    chain.at = china(23, 50)
    chain.hear(cookie)
    assert note_silences(at=china(0, 19, day=30) + timedelta(days=1)) == 0
    assert note_silences(at=china(0, 20, day=30) + timedelta(days=1)) == 1


def test_a_closed_day_has_no_alarm(chain):
    chain.device(chain.site(hours={"tue": [["08:00", "20:00"]]}))
    assert note_silences(at=NOON) == 0


@pytest.mark.parametrize("how", ["revoked", "closed"])
def test_the_alarm_goes_when_nothing_is_left_to_be_heard(chain, how):
    site = chain.site()
    cookie = chain.device(site)
    assert note_silences(at=NOON) == 1
    if how == "revoked":
        chain.revoke(cookie)
    else:
        site.closed_at = NOON
        site.save()
    assert note_silences(at=NOON + MINUTE) == 0
    assert [each["site_id"] for each in events("SiteRetired")] == [str(site.pk)]
    assert Silence.objects.get().over == "gone"
    assert not events("SiteHeard")


def test_the_worker_watches_and_forgets_what_is_old(chain):
    cookie = chain.device(chain.site())
    chain.hear(cookie)
    with clock.frozen(NOON + 31 * MINUTE):
        assert tasks.watch() == tasks.forget_spans() == 0
        assert Silence.objects.count() == HeardSpan.objects.count() == 1
    with clock.frozen(NOON + SPANS_KEPT + SECOND):
        assert tasks.forget_spans() == 1


def look(watch: tasks.Watch, at: datetime) -> int:
    with clock.frozen(at):
        return watch.look(at)


def test_a_house_that_was_away_listens_first_and_alarms_of_who_is_still_not_there(chain):
    cookies = [chain.device(chain.site()) for _ in range(3)]
    chain.hear(*cookies)
    watch, back = tasks.Watch(), NOON + 45 * MINUTE
    assert look(watch, NOON) == 0
    assert look(watch, back) == look(watch, back + MINUTE) == 0
    chain.at = back + MINUTE
    chain.hear(*cookies[:2])
    assert look(watch, back + 2 * MINUTE) == 1


def test_a_worker_that_was_only_restarted_alarms_at_once(chain):
    chain.device(chain.site())
    look(tasks.Watch(), NOON - 30 * SECOND)
    assert [each.over for each in Silence.objects.all()] == [""]
    Silence.objects.all().delete()
    assert look(tasks.Watch(), NOON) == 1


def test_the_beat_of_a_device_costs_few_statements(chain, django_assert_max_num_queries):
    cookie = chain.device(chain.site())
    chain.hear(cookie)
    chain.at += MINUTE
    with django_assert_max_num_queries(4 + SAVEPOINT):
        chain.hear(cookie, beat=WELL)
