"""An identity of another account: proposed, and moved only by a person of the house."""

import pytest

from xinglin.care.people import queries, services
from xinglin.care.people.models import MergeProposal, Patient, ProxyConsent
from xinglin.care.people.tests.factories import (
    BOY,
    Browser,
    hospital,
    id_number,
    patient_viewer,
    register,
    staff_viewer,
)
from xinglin.foundation.notices.models import Notice
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, Invalid, NotFound
from xinglin.kernel.text import Text

REASON = "已核对双方证件原件"


def always(_holder, _patient):
    """For `settings.CLOSING_OBJECTIONS`."""
    return Text("有", "open")


@pytest.fixture(autouse=True)
def house(db):
    return hospital()


@pytest.fixture
def number():
    return id_number()


@pytest.fixture
def holder(number):
    """Has registered a parent."""
    viewer = patient_viewer()
    register(viewer)
    register(viewer, name="张桂芳", relation="parent", number=number)
    return viewer


def form(number: str, **changes) -> dict:
    return {"name": "张桂芳", "id_number": number, "relation": "self", **changes}


def propose(viewer, number, **changes):
    return services.propose_merge(viewer, id_type="01", at=clock.now(), **form(number, **changes))


def decide(viewer, proposal, answer="confirmed", reason=REASON):
    services.answer_merge(viewer, proposal, answer=answer, reason=reason, at=clock.now())


def test_nothing_moves_until_a_person_has_decided(holder, number):
    other = patient_viewer()
    first, second = propose(other, number), propose(other, number)
    assert first == second
    assert Patient.objects.count() == 2
    assert queries.own_patients(other) == []
    decide(staff_viewer("operator"), first)
    ((card, _),) = queries.own_patients(other)
    assert (card.name, card.relation) == ("张桂芳", "self")
    assert [c.relation for c, _ in queries.own_patients(holder)] == ["self"]
    told = Notice.objects.filter(kind="merge_answered").values_list("user_id", flat=True)
    assert sorted(told) == sorted([holder.user_id, other.user_id])


def test_a_refusal_leaves_everything_and_is_answered_once(holder, number):
    proposal = propose(patient_viewer(), number)
    operator = staff_viewer("operator")
    decide(operator, proposal, "refused")
    assert len(queries.own_patients(holder)) == 2
    with pytest.raises(Conflict) as caught:
        decide(operator, proposal)
    assert caught.value.code == "merge_answered"
    row = MergeProposal.objects.get()
    assert (row.answered_by, row.reason) == (operator.user_id, REASON)


def test_who_decides_says_on_what_ground(holder, number):
    proposal = propose(patient_viewer(), number)
    with pytest.raises(Invalid):
        decide(staff_viewer("operator"), proposal, reason="ok")


def test_what_nobody_else_has_is_simply_registered(holder):
    with pytest.raises(Conflict) as caught:
        propose(patient_viewer(), id_number())
    assert caught.value.code == "not_registered_elsewhere"


def test_an_open_visit_stands_against_moving(holder, number, settings):
    settings.CLOSING_OBJECTIONS = (f"{__name__}.always",)
    proposal = propose(patient_viewer(), number)
    with pytest.raises(Conflict) as caught:
        decide(staff_viewer("operator"), proposal)
    assert caught.value.code == "visits_open"


def test_a_guardian_is_not_taken_from_the_child():
    holder, other, number = patient_viewer(), patient_viewer(), id_number()
    register(holder, number=number)
    register(holder, name="林乐", born=BOY, sex="male", relation="child")
    proposal = propose(other, number)
    with pytest.raises(Conflict) as caught:
        decide(staff_viewer("operator"), proposal)
    assert caught.value.code == "is_guardian"


def test_a_question_that_waits_for_the_relative_ends_with_the_move(holder, number):
    moved = next(c for c, _ in queries.own_patients(holder) if c.relation == "parent")
    services.ask_relative(holder, moved.id, phone="13900139003", at=clock.now())
    decide(staff_viewer("operator"), propose(patient_viewer(), number))
    asked = ProxyConsent.objects.get()
    assert (asked.given_at, asked.expires_at <= clock.now()) == (None, True)


def test_an_account_that_has_its_person_gets_no_second_one(holder, number):
    other = patient_viewer()
    register(other)
    proposal = propose(other, number)
    with pytest.raises(Conflict) as caught:
        decide(staff_viewer("operator"), proposal)
    assert caught.value.code == "self_exists"


def test_a_child_moves_to_an_account_with_an_adult():
    holder, other, number = patient_viewer(), patient_viewer(), id_number(BOY, "male")
    register(holder)
    register(holder, name="林乐", born=BOY, sex="male", relation="child", number=number)
    proposal = propose(other, number, name="林乐", relation="child")
    operator = staff_viewer("operator")
    with pytest.raises(Conflict) as caught:
        decide(operator, proposal)
    assert caught.value.code == "guardian_missing"
    register(other)
    decide(operator, proposal)
    card = next(c for c, _ in queries.own_patients(other) if c.relation == "child")
    assert queries.asking_for(card).guardian_named


def test_another_institutions_operator_finds_nothing(holder, number):
    proposal = propose(patient_viewer(), number)
    foreign = staff_viewer("operator", institution_id=ids.new())
    with pytest.raises(NotFound):
        decide(foreign, proposal)
    assert queries.merge_page(foreign, waiting=True, before=None, limit=20) == ([], None)


def test_over_http_the_refusal_leads_to_a_proposal_that_an_operator_answers(holder, number):
    other, operator = Browser(patient_viewer()), Browser(staff_viewer("operator"))
    asked = form(number) | {"sensitive_data_consent": True}
    status, problem = other.post("/patients", asked)
    assert (status, problem["code"]) == (409, "identity_registered")
    status, made = other.post("/merge-proposals", asked)
    assert status == 201
    assert other.get("/merge-proposals")[0] == 403
    assert Browser().get("/merge-proposals")[0] == 401
    status, page = operator.get("/merge-proposals")
    assert (status, page["items"][0]["name"], page["items"][0]["names_agree"]) == (
        200,
        "张*芳",
        True,
    )
    path = f"/merge-proposals/{made['id']}/answer"
    assert other.post(path, {"answer": "confirmed", "reason": REASON})[0] == 403
    assert operator.post(path, {"answer": "maybe", "reason": REASON})[0] == 422
    assert operator.post(path, {"answer": "confirmed", "reason": REASON})[0] == 204
    assert operator.post(path, {"answer": "confirmed", "reason": REASON})[0] == 409
    assert operator.get("/merge-proposals")[1]["items"] == []
    assert len(operator.get("/merge-proposals?state=answered")[1]["items"]) == 1


def test_the_list_is_paged_by_key_and_takes_few_queries(django_assert_max_num_queries):
    holder = patient_viewer()
    for _ in range(5):
        number = id_number()
        register(holder, relation="other", number=number)
        propose(patient_viewer(), number)
    operator = Browser(staff_viewer("operator"))
    with django_assert_max_num_queries(8):
        _, first = operator.get("/merge-proposals?limit=3")
    _, second = operator.get(f"/merge-proposals?limit=3&before={first['next']}")
    assert len({i["id"] for i in first["items"] + second["items"]}) == 5
    assert second["next"] is None
