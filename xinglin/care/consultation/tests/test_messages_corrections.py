"""For two minutes one may edit or withdraw what one has said; every reader sees the same of it."""

import pytest
from django.db import IntegrityError, connection

from xinglin.care.consultation.messages import queries, services
from xinglin.care.consultation.tests.threads import (
    edit,
    make_older,
    post_batch,
    said,
    thread,
    withdrawal,
    words,
)
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict
from xinglin.kernel.text import Text

pytestmark = pytest.mark.django_db
HOLDER, DOCTOR = ids.new(), ids.new()


@pytest.fixture
def visit():
    """1 text and 2 picture of the patient, 3 text of the doctor, 4 card."""
    visit = thread(HOLDER, DOCTOR, max_turns=1)
    services.post(visit, HOLDER, "text", {"text": "发烧三天"})
    services.post(visit, HOLDER, "picture", {"picture_id": str(ids.new())})
    services.post(visit, DOCTOR, "text", {"text": "多少度"})
    services.post_card(visit, "accepted", Text("接诊", "Accepted"))
    return visit


def seen(visit):
    return [(m.seq, m.kind, m.body, m.withdrawn) for m in queries.read(visit)]


def test_an_edit_is_a_new_row_and_the_old_one_stays(visit):
    assert said(post_batch(edit(visit, HOLDER, 1, "发烧两天"))) == [5]
    assert seen(visit)[0] == (1, "text", {"text": "发烧三天"}, False)
    assert seen(visit)[-1] == (5, "edit", {"of": 1, "text": "发烧两天"}, False)


def test_what_is_withdrawn_is_stored_and_shown_to_nobody_nor_are_its_edits(visit):
    post_batch(edit(visit, HOLDER, 1, "发烧两天"), edit(visit, DOCTOR, 3, "多少度？"))
    assert said(post_batch(withdrawal(visit, HOLDER, 1))) == [7]
    found = seen(visit)
    assert [each for each in found if each[3]] == [(1, "text", {}, True), (5, "edit", {}, True)]
    assert (found[5], found[6]) == (
        (6, "edit", {"of": 3, "text": "多少度？"}, False),
        (7, "withdrawal", {"of": 1}, False),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "select body ->> 'text' from consultation_message where consultation_id = %s"
            " and withdrawn order by seq",
            [visit],
        )
        assert cursor.fetchall() == [("发烧三天",), ("发烧两天",)]


def test_a_picture_is_withdrawn_and_not_edited(visit):
    assert said(post_batch(edit(visit, HOLDER, 2), withdrawal(visit, HOLDER, 2))) == [
        "not_yours",
        5,
    ]


@pytest.mark.parametrize("of", [3, 4, 5, 99, 0, -1, 1.5, 10**12, "1", None, [1], {"of": 1}])
@pytest.mark.parametrize("how", [edit, withdrawal])
def test_only_what_one_has_said_oneself(visit, how, of):
    post_batch(edit(visit, HOLDER, 1))
    assert said(post_batch(how(visit, HOLDER, of))) == ["not_yours"]
    assert queries.thread_facts(visit).last_seq == 5


def test_a_stranger_corrects_nothing(visit):
    assert said(post_batch(withdrawal(visit, ids.new(), 1))) == ["not_found"]


def test_after_two_minutes_it_is_too_late(visit):
    make_older(visit, "119 seconds")
    assert said(post_batch(edit(visit, HOLDER, 1))) == [5]
    make_older(visit, "2 seconds")
    late = post_batch(edit(visit, HOLDER, 1), withdrawal(visit, HOLDER, 2))
    assert said(late) == ["too_late", "too_late"]
    with pytest.raises(Conflict, match="too_late"):
        services.post(visit, HOLDER, "withdrawal", {"of": 1})


@pytest.mark.parametrize("at_once", [True, False])
def test_what_is_withdrawn_is_not_corrected_any_more(visit, at_once):
    sends = [
        edit(visit, HOLDER, 1, "先改"),
        withdrawal(visit, HOLDER, 1),
        edit(visit, HOLDER, 1),
        withdrawal(visit, HOLDER, 1),
        withdrawal(visit, HOLDER, 2),
    ]
    answers = post_batch(*sends) if at_once else [post_batch(each)[0] for each in sends]
    assert said(answers) == [5, 6, "withdrawn", "withdrawn", 7]
    assert [seq for seq, _, _, gone in seen(visit) if gone] == [1, 2, 5]
    assert said(post_batch(sends[1])) == [6], "sent again it is the same one"
    assert said(post_batch(*sends)) == [5, 6, "withdrawn", "withdrawn", 7]


def test_a_correction_is_no_turn_and_no_answer(visit):
    before = queries.thread_facts(visit)
    assert said(post_batch(edit(visit, HOLDER, 1), withdrawal(visit, HOLDER, 1))) == [5, 6]
    after = queries.thread_facts(visit)
    assert (after.turns, after.last_patient_at) == (before.turns, before.last_patient_at)
    assert said(post_batch(words(visit, HOLDER))) == ["no_turns"]


def test_in_a_closed_thread_nothing_is_corrected(visit):
    services.close_thread(visit)
    assert said(post_batch(withdrawal(visit, HOLDER, 1))) == ["closed"]


def test_cards_are_of_the_house_and_the_house_says_nothing_else(visit):
    with pytest.raises(IntegrityError, match="a_card_is_of_the_house"):
        services.post(visit, DOCTOR, "card", {"card": "accepted"})
