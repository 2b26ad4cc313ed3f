"""The feed can be resumed without loss or doubling; presence is a lease."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinglin.foundation.live import queries, services
from xinglin.foundation.live.models import LiveEntry, LiveHouse, LivePresence
from xinglin.foundation.live.types import News
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.django_db


def news(words: str, *audience: str) -> News:
    return News(
        event_id=ids.new(),
        kind="BellRang",
        payload={"words": words},
        audience=audience,
        at=clock.now(),
    )


def test_a_viewer_with_several_audiences_gets_an_event_once_and_in_order():
    start = queries.last_position()
    services.publish([news("a", "board", "user:1"), news("b", "user:2"), news("c", "board")])
    services.publish([news("d", "user:1")])
    mine = queries.feed_since(["board", "user:1", "user:1"], start)
    assert [e.payload["words"] for e in mine] == ["a", "c", "d"]
    assert mine[0].audience == ("board", "user:1")
    assert [e.position for e in mine] == sorted({e.position for e in mine})


def test_paging_by_position_misses_nothing():
    start = queries.last_position()
    services.publish([news(str(n), "board", "user:1") for n in range(25)])
    seen, position = [], start
    while page := queries.feed_since(["board", "user:1"], position, 10):
        seen += [e.payload["words"] for e in page]
        position = page[-1].position
    assert seen == [str(n) for n in range(25)]


def test_what_nobody_may_see_takes_no_position():
    start = queries.last_position()
    services.publish([news("secret"), news("open", "board")])
    assert [e.position for e in queries.feed_tail(start)] == [start + 1]


def test_the_tail_is_what_went_to_anybody():
    start = queries.last_position()
    services.publish([news("a", "board", "user:1"), news("b", "user:2")])
    assert [(e.payload["words"], e.audience) for e in queries.feed_tail(start)] == [
        ("a", ("board", "user:1")),
        ("b", ("user:2",)),
    ]


def test_an_old_position_is_told_to_fetch_anew_once_the_feed_is_pruned():
    services.publish([news("old", "board")])
    position = queries.last_position()
    assert queries.reaches_back_to(position - 1)
    assert services.prune() == 0
    with clock.later(timedelta(days=4)):
        assert services.prune() >= 1
    assert not LiveEntry.objects.filter(position=position).exists()
    assert not queries.reaches_back_to(position - 1)
    assert queries.reaches_back_to(position)
    assert not queries.reaches_back_to(position + 1), "a position that never was"


def test_publishing_costs_one_statement_however_many_the_news():
    with CaptureQueriesContext(connection) as captured:
        services.publish([news(str(n), "board") for n in range(5)])
    assert len(captured) == 1


def test_a_process_that_is_frozen_with_the_counter_loses_it():
    services.publish([news("a", "board")])
    with connection.cursor() as cursor:
        cursor.execute("show idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("30s",)


def test_presence_is_a_lease():
    at, here, gone, never = clock.now(), ids.new(), ids.new(), ids.new()
    services.touch_presence([here, here], at)
    services.touch_presence([gone], at - timedelta(seconds=50))
    assert queries.present([here, gone, never], at) == {here}
    assert queries.present([gone], at, within=timedelta(minutes=1)) == {gone}


def test_a_late_touch_does_not_shorten_the_lease():
    at, here = clock.now(), ids.new()
    services.touch_presence([here], at)
    services.touch_presence([here], at - timedelta(minutes=5))
    assert queries.present([here], at) == {here}


def beat(house_id, age_s: float = 0.0) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into live_house values (%s, now() - make_interval(secs => %s))"
            " on conflict (id) do update set beat_at = excluded.beat_at",
            [house_id, age_s],
        )


def arrive(user_id, house_id, *, left_s: float | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into live_presence values (%s, %s, now() - make_interval(secs => %s))",
            [user_id, house_id, left_s],
        )


def rows() -> tuple[int, int]:
    return LiveHouse.objects.count(), LivePresence.objects.count()


def test_who_was_at_a_process_that_was_killed_is_present_no_longer_than_its_lease():
    killed, alive, him, her = (ids.new() for _ in range(4))
    beat(killed, age_s=50)
    beat(alive)
    for user_id, house_id in ((him, killed), (her, killed), (her, alive)):
        arrive(user_id, house_id)
    assert queries.present([him, her], clock.now()) == {her}


def test_a_process_of_the_future_is_not_alive_after_the_clock_was_set_back():
    ahead, him = ids.new(), ids.new()
    beat(ahead, age_s=-3600)
    arrive(him, ahead)
    assert queries.present([him], clock.now()) == set()


@pytest.mark.parametrize("age_s", [601, -601])
def test_pruning_forgets_dead_processes_and_who_was_there(age_s):
    dead, alive, him, her, gone = (ids.new() for _ in range(5))
    beat(dead, age_s=age_s)
    beat(alive, age_s=590)
    arrive(him, dead)
    arrive(her, alive)
    arrive(him, alive, left_s=590)
    arrive(gone, alive, left_s=age_s)
    assert services.prune_presence() == 2
    assert set(LiveHouse.objects.values_list("id", flat=True)) == {alive}
    assert set(LivePresence.objects.values_list("user_id", "house_id")) == {
        (her, alive),
        (him, alive),
    }
    assert services.prune_presence() == 0
    assert rows() == (1, 2)
