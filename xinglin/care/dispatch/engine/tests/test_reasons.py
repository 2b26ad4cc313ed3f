"""What a decision keeps and says."""

import pytest

from xinglin.care.dispatch.engine import NEVER_AGAIN, Engine, load, place_of, strict_place_of
from xinglin.care.dispatch.engine.decisions import Offer
from xinglin.care.dispatch.engine.tests.factories import doctor, engine, request


@pytest.fixture
def house() -> Engine:
    return engine()


def test_a_decision_says_why_to_each_reader(house: Engine):
    house.request_arrived(request(1, returned=True), 1.0)
    (made,) = house.doctor_on(doctor(1, "skin", "gp", units=5, used=2, grade=2), 61.0)
    assert isinstance(made, Offer)
    why = made.why
    assert why.terms["used"] == 2
    assert why.terms["own_department"] is False
    assert why.terms["waited_s"] == 60
    assert why.terms["heads"] == [2.0]
    assert "2/5" in why.text.zh
    assert why.text.en.endswith("so it comes first.")
    assert "60 s" in why.patient.en
    assert "2026-11" in why.auditor.en
    assert set(why.as_dict()) == {"zh", "en", "terms", "patient", "auditor"}
    assert made.facts.heads == ((2.0, 1),)


def test_a_wait_of_a_moment_is_not_spoken_of(house: Engine):
    house.request_arrived(request(1), 1.0)
    (made,) = house.doctor_on(doctor(1), 3.0)
    assert "waited" not in made.why.patient.en


def test_a_decision_says_how_many_declined_before(house: Engine):
    house.doctor_on(doctor(1), 0.0)
    house.request_arrived(request(1), 1.0)
    house.refused(1, again_after=NEVER_AGAIN, now=2.0)
    (made,) = house.doctor_on(doctor(2), 3.0)
    assert made.why.text.en.endswith("Declined by 1 before you.")


def test_the_alternatives_are_kept(house: Engine):
    house.doctor_on(doctor(1, units=4, used=2), 0.0)
    house.doctor_on(doctor(2, "skin", "gp", units=4), 0.0)
    (made,) = house.request_arrived(request(1), 1.0)
    assert (made.doctor, made.facts.others) == (2, ((0.5, 1),))
    house.doctor_on(doctor(3, units=4), 1.0)
    house.doctor_on(doctor(4, units=4, used=1), 1.0)
    (made,) = house.request_arrived(request(2), 2.0)
    assert (made.doctor, made.facts.others) == (3, ((0.5, 1), (0.25, 4)))


@pytest.mark.parametrize("strict", [False, True])
def test_a_place_is_the_same_for_the_boards_as_for_the_engine(house: Engine, strict: bool):
    kinds = [
        {"urgency": urgency, flag: True}
        for urgency in (1, 2, 3, 4)
        for flag in ("returned", "left_message", "handed")
    ]
    asked = [request(n, arrived=float(90 * n), **kind) for n, kind in enumerate(kinds * 2)]
    for one in asked:
        house.request_arrived(one, 3_000.0)
    house.strict = strict

    def place(r) -> tuple[float, ...]:
        return strict_place_of(r, 3_000.0) if strict else place_of(r, 3_000.0, load())

    asked.sort(key=lambda r: (*place(r), r.id))
    assert [house.estimate(r.id, 3_000.0).place for r in asked] == list(range(1, 25))
