"""A month of messages is made ahead, sealed when it is over, and missed by none."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from xinglin.care.consultation.messages import months, queries, services
from xinglin.care.consultation.tests.threads import post_batch, words
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict
from xinglin.kernel.text import Text

HOLDER = ids.new()
# Long before anything here was built: no other test writes there.
OLD = datetime(2021, 3, 1, tzinfo=UTC)
NAME = "consultation_message_202103"


def run(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else None


def id_of(at: datetime) -> UUID:
    (floor,) = run("select uuid7_floor(%s)", at)[0]
    return UUID(int=floor.int | ids.new().int & (2**62 - 1))


def old_thread(at: datetime) -> UUID:
    visit = id_of(at)
    services.open_thread(visit, HOLDER)
    return visit


def month_of(visit: UUID) -> str:
    sql = "select distinct tableoid::regclass::text from consultation_message"
    return run(f"{sql} where consultation_id = %s", visit)[0][0]


@pytest.mark.django_db
def test_months_are_made_ahead():
    assert months.tend() == 0
    assert months.make_ahead(5) == 2, "three months were there, two more are new"
    assert months.make_ahead(5) == 0


@pytest.mark.django_db
def test_messages_of_a_month_that_nobody_made_lie_apart_until_it_is_and_none_is_lost():
    early, late = old_thread(OLD), old_thread(OLD + timedelta(days=31, hours=-1))
    post_batch(words(early, HOLDER, "一"), words(early, HOLDER, "二"), words(late, HOLDER, "三"))
    assert month_of(early) == "consultation_message_default"
    assert months.without_month() == 3
    before = queries.read(early)
    assert months.make_ahead() == 1
    assert (months.without_month(), month_of(early), month_of(late)) == (0, NAME, NAME)
    assert queries.read(early) == before
    assert services.post(early, HOLDER, "text", {"text": "四"}) == 3


@pytest.mark.django_db
def test_messages_under_an_id_of_no_time_are_reported_and_do_not_stop_the_months():
    nowhen = UUID("f0000000-0000-7000-8000-000000000000")
    services.open_thread(nowhen, HOLDER)
    services.post(nowhen, HOLDER, "text", {"text": "一"})
    assert months.make_ahead(5) == 2
    assert months.without_month() == 1


@pytest.fixture
def over(transactional_db):
    """A visit of a month that is over, in a table that the next test does not find."""
    visit = old_thread(OLD)
    post_batch(words(visit, HOLDER, "一"))
    months.make_ahead()
    yield visit
    run(f"drop table {NAME}")
    run("delete from consultation_thread where consultation_id = %s", visit)


def is_sealed() -> bool:
    return run("select message_months_to_seal(%s)", clock.now()) == []


def test_a_month_with_an_open_visit_is_not_sealed(over):
    assert months.seal_what_is_over(clock.now()) == []
    services.close_thread(over)
    assert months.seal_what_is_over(OLD + timedelta(days=30)) == []
    assert months.seal_what_is_over(OLD + timedelta(days=31)) == [NAME]
    assert months.seal_what_is_over(clock.now()) == [], "once"


def test_the_workers_loop_seals(over):
    services.close_thread(over)
    assert not is_sealed()
    months.tend()
    assert is_sealed()


INSERT = """
    insert into consultation_message (consultation_id, seq, client_id, sender_id, sender, kind, body, at)
    values (%s, 2, gen_random_uuid(), gen_random_uuid(), 'patient', 'text', '{}', now())
"""
UPDATE = "update consultation_message set withdrawn = true where consultation_id = %s"
DELETE = "delete from consultation_message where consultation_id = %s"


@pytest.mark.parametrize("change", [INSERT, UPDATE, DELETE])
def test_a_sealed_month_refuses_every_change(over, change):
    services.close_thread(over)
    months.seal_what_is_over(clock.now())
    with pytest.raises(IntegrityError, match="sealed"), transaction.atomic():
        run(change, over)
    assert [m.body for m in queries.read(over)] == [{"text": "一"}]


def test_a_sealed_month_is_read_and_takes_a_card_years_later(over):
    services.close_thread(over)
    months.seal_what_is_over(clock.now())
    assert services.post_card(over, "record", Text("病历已更正", "The record was amended")) == 2
    assert [(m.seq, m.sender) for m in queries.read(over)] == [(1, "patient"), (2, "system")]
    with pytest.raises(Conflict):
        services.post(over, HOLDER, "text", {"text": "还有"})


def test_a_sealed_month_is_frozen_and_left_alone(over):
    services.close_thread(over)
    months.seal_what_is_over(clock.now())
    [(options, frozen, visible)] = run(
        "select c.reloptions, age(m.xmin) > age(c.relfrozenxid), c.relallvisible > 0"
        " from consultation_message m join pg_class c on c.oid = m.tableoid"
        " where m.consultation_id = %s",
        over,
    )
    assert "autovacuum_enabled=false" in options
    assert (frozen, visible) == (True, True)
