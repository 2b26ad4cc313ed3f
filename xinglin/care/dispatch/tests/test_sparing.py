"""The switch "spare" of a department: who may turn it, what it does at once, and where it shows."""

from datetime import timedelta

import pytest

from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.models import SparedDepartment
from xinglin.care.dispatch.queries.board import forget_boards
from xinglin.care.dispatch.queries.shapes import queue_of
from xinglin.care.dispatch.queries.sparing import spared_in
from xinglin.care.dispatch.queries.truth import Memory
from xinglin.care.dispatch.shards import Shard
from xinglin.care.dispatch.tasks.leading import Post, new_engine
from xinglin.care.dispatch.tests.cast import GP, SKIN, House, asked
from xinglin.care.dispatch.tests.operators import operator
from xinglin.care.dispatch.tests.test_api import person
from xinglin.care.dispatch.tests.test_wishes import seen
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import NotFound

pytestmark = pytest.mark.django_db
EXPERT = {"title_code": "231"}


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    forget_boards()
    yield
    forget_boards()


def again(house: House, doctor, department: str = GP):
    """A visit of somebody whom this doctor saw a month ago."""
    patient = house.patient()
    seen(house, patient, doctor, days=30, department=department)
    return house.visit(department, patient_id=patient)


def lines(action: str) -> int:
    return AuditLine.objects.filter(action=action).count()


def on_board(house: House, viewer) -> dict:
    return {
        line.department.slug: line.spared
        for line in queries.board(viewer, house.at).departments
        if line.spared
    }


def test_a_switch_stands_on_the_board_with_who_turned_it_and_twice_is_once(house):
    viewer = operator(house, "张运营")
    for later in (0, 1):
        at = house.at + timedelta(minutes=later)
        services.spare_experts(viewer, GP, at=at)
    ((slug, found),) = on_board(house, viewer).items()
    assert (slug, found.since, found.by.zh) == (GP, house.at, "张运营")
    assert lines("dispatch.spare_experts") == 1
    assert OutboxEvent.objects.filter(kind="SparingChanged").count() == 1
    for _ in range(2):
        services.spare_no_more(viewer, GP, at=house.at)
    assert not on_board(house, viewer)
    assert lines("dispatch.spare_no_more") == 1
    line = AuditLine.objects.filter(action="dispatch.spare_no_more").get()
    assert line.detail["department"] == GP


def test_the_switch_of_one_hospital_is_none_of_another(house):
    here, there = operator(house), operator(house, elsewhere=True)
    services.spare_experts(there, GP, at=house.at)
    assert not on_board(house, here)
    assert set(spared_in(there.institution_id)) == {GP}
    services.spare_no_more(here, GP, at=house.at)
    assert SparedDepartment.objects.count() == 1
    with pytest.raises(NotFound):
        services.spare_experts(here, "alchemy", at=house.at)


def test_a_return_visit_goes_back_to_an_expert_but_not_where_they_are_spared(house):
    viewer = operator(house)
    experts = {d: house.on_duty(d, capacity=5, **EXPERT) for d in (GP, SKIN)}
    others = {d: house.on_duty(d, capacity=5) for d in (GP, SKIN)}
    services.spare_experts(viewer, GP, at=house.at)
    back = {d: again(house, experts[d], d) for d in (GP, SKIN)}
    assert house.dispatch() == 2
    assert {d: asked(v) for d, v in back.items()} == {GP: others[GP], SKIN: experts[SKIN]}


def test_who_waits_already_is_not_kept_for_an_expert_any_longer(house):
    """Without the switch it waits a while for its own doctor, who has no room just now."""
    expert, other = house.on_duty(capacity=1, **EXPERT), house.on_duty(capacity=1)
    taken = again(house, expert)
    busy = again(house, other)
    house.dispatch()
    assert (asked(taken), asked(busy)) == (expert, other)
    back = again(house, expert)
    assert house.dispatch() == 0
    third = house.on_duty(capacity=1)
    assert house.dispatch() == 0, "it is held for the expert"
    services.spare_experts(operator(house), GP, at=house.at)
    assert house.dispatch() == 1
    assert asked(back) == third


def test_who_waits_already_may_have_the_expert_at_once_when_it_is_switched_off(house):
    viewer = operator(house)
    services.spare_experts(viewer, GP, at=house.at)
    expert, other = house.on_duty(capacity=1, **EXPERT), house.on_duty(capacity=1)
    house.visit()
    house.dispatch()
    stranger, back = house.visit(), again(house, expert)
    assert house.dispatch() == 0, "the expert is spared, the other has no room"
    with house.later(seconds=1):
        services.spare_no_more(viewer, GP, at=house.at)
        assert house.dispatch() == 1
    assert (asked(back), asked(stranger)) == (expert, None)
    assert other != expert


def test_a_leader_who_has_just_begun_knows_the_switches_and_one_shard_only_its_own(house):
    viewer = operator(house)
    services.spare_experts(viewer, GP, at=house.at)
    services.spare_experts(viewer, SKIN, at=house.at)
    known = []
    for shard in (Shard(), Shard(0, 2), Shard(1, 2)):
        memory = Memory(shard.covers)
        memory.refresh(house.at)
        known.append(memory.news().snapshot.spared)
    gp, skin = (queue_of(house.institution.id, d) for d in (GP, SKIN))
    assert known == [{gp, skin}, {gp}, {skin}]


@pytest.mark.django_db(transaction=True)
def test_a_leader_that_missed_a_switch_notices_and_reads_everything_anew(house):
    post = Post(Shard(), house.lease(), None, new_engine(), Memory())
    services.spare_experts(operator(house), GP, at=house.at)
    with clock.frozen(house.at):
        post.memory.refresh(house.at)
        assert post.check() == 0
        post.memory.spared = frozenset()
        assert post.check() == 1


@pytest.mark.parametrize("role", ["patient", "doctor", "auditor", "administrator"])
def test_only_an_operator_turns_it(house, role):
    answer = person(role).put("/dispatch/board/spare", {"department": GP, "spared": True})
    assert answer.status_code == 403
    assert not SparedDepartment.objects.exists()


def test_it_is_turned_over_http_and_an_unknown_department_is_named(house):
    who = person("operator")
    for spared in (True, True, False):
        answer = who.put("/dispatch/board/spare", {"department": GP, "spared": spared})
        assert answer.status_code == 200
        told = {d["department"]["slug"]: d["spared"] for d in board_of(who)}
        assert bool(told[GP]) is spared
    answer = who.put("/dispatch/board/spare", {"department": str(ids.new())[:30], "spared": True})
    assert (answer.status_code, set(answer.json()["text"])) == (404, {"zh", "en"})


def board_of(who) -> list[dict]:
    forget_boards()
    return who.get("/dispatch/board").json()["departments"]
