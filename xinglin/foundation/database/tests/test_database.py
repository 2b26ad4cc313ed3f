"""The short way holds what Django's cursor holds: one transaction, its errors, its order."""

import threading
import time

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from xinglin.foundation.database import services as database
from xinglin.foundation.outbox.models import Heartbeat

BEAT = "insert into outbox_heartbeat (name, at) values (%s, now())"
NAMES = (
    "select name from outbox_heartbeat where name like %(like)s or name = %(like)s order by name"
)
COUNT = "select count(*) from outbox_heartbeat"


def names() -> list[str]:
    return [name for (name,) in database.fetch(NAMES, {"like": "%"})]


@pytest.mark.django_db
def test_values_come_and_go_as_with_django():
    asked = "select %s::jsonb, now(), %s::text, '100%%', %s::uuid[]"
    with connection.cursor() as cursor:
        cursor.execute(asked, ['{"a": 1}', None, []])
        expected = cursor.fetchall()
    for _ in range(3):
        assert database.fetch(asked, ['{"a": 1}', None, []]) == expected
    assert database.fetch(asked, ['{"a": 1}', None, []])[0][1].tzinfo == expected[0][1].tzinfo


@pytest.mark.django_db
def test_what_was_put_off_is_seen_by_whoever_reads_and_keeps_its_order():
    with transaction.atomic(), database.act():
        database.later(BEAT, ["a"])
        assert names() == ["a"]
        database.later(BEAT, ["b"])
        assert Heartbeat.objects.count() == 2
        database.later(BEAT, ["c"])
    assert names() == ["a", "b", "c"]


def write_twice(name: str) -> None:
    with transaction.atomic():
        database.later(BEAT, ["lost"])
        database.change(BEAT, [name])


def write_and_give_up() -> None:
    with transaction.atomic():
        database.later(BEAT, ["lost"])
        raise ZeroDivisionError


def put_off(*beats: str) -> None:
    with transaction.atomic(), database.act():
        database.change(BEAT, ["first"])
        for name in beats:
            database.later(BEAT, [name])


@pytest.mark.django_db
def test_what_was_put_off_goes_back_with_its_savepoint_and_the_line_goes_on():
    with transaction.atomic(), database.act():
        database.later(BEAT, ["kept"])
        with pytest.raises(IntegrityError):
            write_twice("kept")
        with pytest.raises(ZeroDivisionError):
            write_and_give_up()
        database.later(BEAT, ["after"])
    assert names() == ["after", "kept"]


@pytest.mark.django_db(transaction=True)
def test_an_act_fails_whole_when_what_was_put_off_fails():
    with pytest.raises(IntegrityError):
        put_off("a", "first", "b")
    assert names() == []


@pytest.mark.django_db(transaction=True)
def test_an_act_taken_back_writes_nothing():
    with transaction.atomic(), database.act():
        database.later(BEAT, ["a"])
        transaction.set_rollback(True)
    assert names() == []


@pytest.mark.django_db(transaction=True)
def test_the_commit_goes_along_and_django_calls_those_who_waited_for_it():
    told: list[int] = []
    with transaction.atomic(), database.act():
        transaction.on_commit(lambda: told.append(Heartbeat.objects.count()))
        database.later(BEAT, ["a"])
        assert told == []
    assert told == [1]
    assert connection.get_autocommit()


@pytest.mark.django_db(transaction=True)
def test_outside_of_an_act_nothing_waits():
    database.later(BEAT, ["a"])
    assert Heartbeat.objects.count() == 1


@pytest.mark.django_db
def test_a_value_that_cannot_be_sent_leaves_the_connection_whole():
    with pytest.raises(DataError):
        database.fetch("select %s::text", ["a\0b"])
    assert names() == []


@pytest.mark.django_db(transaction=True)
def test_a_value_that_cannot_be_sent_takes_back_what_waited_with_it():
    with transaction.atomic(), database.act():
        database.later(BEAT, ["a"])
        with pytest.raises(DataError):
            database.fetch("select %s::text", ["a\0b"])
    assert names() == []


@pytest.mark.django_db
def test_whoever_counts_statements_counts_each():
    with (
        CaptureQueriesContext(
            connection,
        ) as seen,
        transaction.atomic(),
        database.act(),
    ):
        database.later(BEAT, ["a"])
        database.fetch(COUNT)
    assert [q["sql"].split()[0].lower() for q in seen][1:3] == ["insert", "select"]


@pytest.mark.django_db(transaction=True)
def test_other_threads_run_while_one_waits_for_a_row():
    """The driver's own pipeline would stop the whole process here, and with it whom it waits for."""
    database.change(BEAT, ["a"])
    waits = threading.Event()

    def touch() -> None:
        try:
            with transaction.atomic(), database.act():
                database.later(BEAT, ["b"])
                waits.set()
                database.fetch(
                    "select name from outbox_heartbeat where name = %s for update", ["a"]
                )
        finally:
            connection.close()

    with transaction.atomic():
        database.fetch("select name from outbox_heartbeat where name = %s for update", ["a"])
        other = threading.Thread(target=touch)
        other.start()
        assert waits.wait(20)
        held = "select count(*) from pg_locks where not granted"
        until = time.monotonic() + 20
        while not database.fetch(held)[0][0]:
            assert time.monotonic() < until
    other.join(20)
    assert not other.is_alive()
    assert names() == ["a", "b"]
