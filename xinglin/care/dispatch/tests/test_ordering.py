"""Strict order: the leader writes it down, boards and patients read it, and nothing of it outlives the leader."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import override_settings

from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.engine import Engine, OrderChanged, load
from xinglin.care.dispatch.models import StrictOrder
from xinglin.care.dispatch.queries.board import forget_boards
from xinglin.care.dispatch.queries.ordering import order_now
from xinglin.care.dispatch.queries.truth import Memory
from xinglin.care.dispatch.services import lease as leases
from xinglin.care.dispatch.services.lease import FencedError
from xinglin.care.dispatch.shards import shards
from xinglin.care.dispatch.tasks.leading import turn
from xinglin.care.dispatch.tests.cast import GP, SKIN, House, asked
from xinglin.care.dispatch.tests.operators import operator
from xinglin.care.dispatch.tests.test_api import person
from xinglin.foundation.audit.models import AuditLine
from xinglin.kernel import clock
from xinglin.kernel.text import Text

pytestmark = pytest.mark.django_db
W = load()
SAID = Text("次序", "order")


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    forget_boards()
    yield
    forget_boards()


def changed(strict: bool) -> OrderChanged:
    return OrderChanged(strict, 0.8, 0.0, SAID)


def strict(house: House, lease=None) -> leases.Lease:
    lease = lease or house.lease()
    services.note_order(changed(strict=True), lease=lease, at=house.at)
    with connection.cursor() as cursor:
        # A leader that stands still for two seconds is cut off; a test may take its time.
        cursor.execute("set local idle_in_transaction_session_timeout = 0")
    return lease


class Overload:
    """A leader with as many visits as the rule wants, each beyond its target, and one doctor for them."""

    def __init__(self, house: House) -> None:
        self.house, self.lease = house, house.lease()
        self.engine, self.memory = Engine(close=False), Memory()
        long_ago = house.at - timedelta(hours=3)
        house.on_duty(capacity=1)
        self.visits = [
            house.visit(urgency=4, requested_at=long_ago) for _ in range(W.strict_fewest + 1)
        ]

    def turn(self, seconds: float) -> None:
        with self.house.later(seconds=seconds):
            turn(self.engine, self.lease, self.memory)


def test_what_the_engine_decides_is_on_the_board_until_the_overload_is_over(house):
    overload, viewer = Overload(house), operator(house)
    overload.turn(0)
    overload.turn(W.strict_check_s)
    assert queries.board(viewer, house.at).strict is None
    assert not StrictOrder.objects.exists(), "it is written only when it changes"
    overload.turn(W.strict_for_s + 1)
    found = queries.board(viewer, house.at).strict
    assert (found.since, found.is_whole) == (house.at, True)
    assert (found.leave_percent, found.leave_after_s) == (25, 120)
    began = house.at
    overload.turn(W.strict_check_s)
    assert queries.board(viewer, house.at).strict.since == began
    house.on_duty(capacity=10), house.on_duty(capacity=10)
    overload.turn(1)
    assert all(map(asked, overload.visits))
    for pause in (W.strict_check_s, W.strict_for_s + 1):
        overload.turn(pause)
    assert queries.board(viewer, house.at).strict is None
    lines = AuditLine.objects.filter(action="dispatch.change_order").order_by("at")
    assert [line.detail["strict"] for line in lines] == [True, False]


def test_the_board_tells_it_over_http(house):
    who = person("operator")
    assert who.get("/dispatch/board").json()["strict"] is None
    forget_boards()
    strict(house)
    with clock.frozen(house.at):
        told = who.get("/dispatch/board").json()["strict"]
    assert told["is_whole"] is True
    assert (told["leave_percent"], told["leave_after_s"]) == (25, 120)
    assert {"zh", "en"} == set(told["departments"][0]["name"])


def test_a_place_is_counted_by_the_order_that_is_in_force(house):
    """By the usual order the mild one has waited so long that it passes the urgent one."""
    mild = house.visit(urgency=4, requested_at=house.at - timedelta(hours=1))
    urgent = house.visit(urgency=3, requested_at=house.at - timedelta(minutes=1))
    message = house.visit(urgency=1, state="left_message")
    returned = house.visit(urgency=4, returned=1)
    order = {}
    doctor = house.viewer(house.doctor())

    def look() -> list:
        order.update(
            {v: queries.place(house.holder, v, house.at).ahead for v in (mild, urgent, returned)}
        )
        shown = [w.consultation_id for w in queries.queue(doctor, house.at)]
        assert [v for v in shown if v != message] == sorted(order, key=order.get)
        assert shown[-1] == message
        return sorted(order, key=order.get)

    assert look() == [returned, mild, urgent]
    lease = strict(house)
    assert look() == [urgent, returned, mild]
    services.note_order(changed(strict=False), lease=lease, at=house.at)
    assert look() == [returned, mild, urgent]


def test_a_new_leader_leaves_nothing_of_the_strict_order_of_the_last(house):
    strict(house, leases.acquire("a", lasts=timedelta(hours=1)))
    assert order_now().strict_since(GP) == house.at
    lease = leases.acquire("a", lasts=timedelta(hours=1))
    assert order_now().strict_since(GP) is None
    services.note_order(changed(strict=True), lease=lease, at=house.at + timedelta(minutes=1))
    assert order_now().strict_since(GP) == house.at + timedelta(minutes=1)


def test_nobody_leads_so_nobody_works_by_strict_order(house):
    lease = strict(house)
    leases.release(lease)
    assert order_now().strict_since(GP) is None


def test_who_leads_no_more_changes_no_order(house):
    late = leases.acquire("late", lasts=timedelta(hours=1))
    leases.acquire("late")
    with pytest.raises(FencedError):
        services.note_order(changed(strict=True), lease=late, at=house.at)
    assert not StrictOrder.objects.exists()
    assert not AuditLine.objects.filter(action="dispatch.change_order").exists()


def test_the_order_of_one_shard_is_none_of_the_other(house):
    """Of two shards, general practice is of the first and dermatology of the second."""
    with override_settings(DISPATCH_SHARDS=2):
        strict(house, leases.acquire("a", name=shards()[0].name, lasts=timedelta(hours=1)))
        order = order_now()
        assert (order.strict_since(GP), order.strict_since(SKIN)) == (house.at, None)
        found = queries.board(operator(house), house.at).strict
        slugs = {d.slug for d in found.departments}
        assert (found.is_whole, GP in slugs, SKIN in slugs) == (False, True, False)
