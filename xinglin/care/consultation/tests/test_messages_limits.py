"""A conversation has a limit of turns and of time; both sides read how much is left."""

from datetime import timedelta

import pytest

from xinglin.care.consultation import rules
from xinglin.care.consultation.messages import queries, services
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests.threads import change_thread, post_batch, said, thread, words
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict
from xinglin.kernel.text import Text

pytestmark = pytest.mark.django_db
HOLDER, DOCTOR = ids.new(), ids.new()


def test_several_messages_in_a_row_are_one_turn():
    visit = thread(HOLDER, DOCTOR, max_turns=20)
    post_batch(words(visit, HOLDER), words(visit, HOLDER))
    post_batch(words(visit, HOLDER))
    assert queries.thread_facts(visit).turns == 1
    post_batch(words(visit, DOCTOR), words(visit, HOLDER), words(visit, DOCTOR))
    post_batch(words(visit, DOCTOR))
    assert queries.thread_facts(visit).turns == 2
    post_batch(words(visit, HOLDER))
    assert queries.thread_facts(visit).turns == 3


@pytest.mark.parametrize("at_once", [True, False])
def test_the_turn_beyond_the_last_is_refused_and_the_doctor_still_writes(at_once):
    visit = thread(HOLDER, DOCTOR, max_turns=2)
    sends = [
        words(visit, HOLDER),
        words(visit, DOCTOR),
        words(visit, HOLDER),
        words(visit, HOLDER),
        words(visit, DOCTOR),
        words(visit, HOLDER),
        words(visit, HOLDER),
        words(visit, DOCTOR),
    ]
    answers = post_batch(*sends) if at_once else [post_batch(each)[0] for each in sends]
    assert said(answers) == [1, 2, 3, 4, 5, "no_turns", "no_turns", 6]
    assert queries.thread_facts(visit).turns == 2
    assert said(post_batch(sends[2])) == [3], "what was written once is answered for ever"
    assert services.post_card(visit, "ended", Text("结束", "Ended")) == 7
    with pytest.raises(Conflict, match="no_turns"):
        services.post(visit, HOLDER, "text", {"text": "还有"})


def test_a_card_of_the_house_neither_ends_nor_begins_a_turn():
    visit = thread(HOLDER, DOCTOR, max_turns=1)
    services.post(visit, HOLDER, "text", {"text": "一"})
    services.post_card(visit, "accepted", Text("接诊", "Accepted"))
    services.post(visit, HOLDER, "text", {"text": "二"})
    facts = queries.thread_facts(visit)
    assert (facts.turns, facts.last_seq) == (1, 3)


def test_after_its_time_only_the_house_writes():
    visit = thread(HOLDER, DOCTOR)
    first = words(visit, HOLDER)
    post_batch(first)
    change_thread(visit, "closes_at", clock.now() + timedelta(minutes=1))
    assert said(post_batch(words(visit, DOCTOR))) == [2]
    change_thread(visit, "closes_at", clock.now())
    late = post_batch(words(visit, HOLDER), words(visit, DOCTOR), first)
    assert said(late) == ["time_over", "time_over", 1]
    assert services.post_card(visit, "ended", Text("结束", "Ended")) == 3


def test_a_visit_has_twenty_turns_in_a_day_from_its_first_doctor(cast):
    visit = make.visit(cast.patient)
    facts = queries.thread_facts(visit)
    assert (facts.turns, facts.max_turns, facts.closes_at) == (1, 20, None)
    accepted = make.now()
    make.accept(visit, cast.doctor, at=accepted)
    assert queries.thread_facts(visit).closes_at == accepted + timedelta(hours=24)


def test_the_next_doctor_does_not_prolong_the_time_unless_it_is_over(cast):
    visit = make.active(cast.patient, cast.doctor)
    until = queries.thread_facts(visit).closes_at
    services.admit_doctor(visit, None)
    services.admit_doctor(visit, DOCTOR, closes_at=make.now() + rules.CHAT_TIME)
    assert queries.thread_facts(visit).closes_at == until
    change_thread(visit, "closes_at", clock.now() - timedelta(hours=1))
    anew = make.now() + rules.CHAT_TIME
    services.admit_doctor(visit, DOCTOR, closes_at=anew)
    assert queries.thread_facts(visit).closes_at == anew
