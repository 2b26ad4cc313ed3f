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


def test_each_doctor_who_takes_the_visit_has_the_whole_time_and_the_turns_stay_used(cast):
    """Admitted a minute before the end, a second doctor would have had that minute only."""
    visit = make.active(cast.patient, cast.doctor)
    change_thread(visit, "closes_at", clock.now() + timedelta(minutes=1))
    services.admit_doctor(visit, None)
    facts = queries.thread_facts(visit)
    assert (facts.turns, facts.closes_at) == (1, None), "while nobody has it no time runs"
    anew = make.now() + rules.CHAT_TIME
    services.admit_doctor(visit, DOCTOR, closes_at=anew)
    facts = queries.thread_facts(visit)
    assert (facts.turns, facts.closes_at) == (1, anew)


def by_assistant(visit, doctor):
    told = {"text": "请先测一次体温", "by": {"assistant": str(ids.new()), "name": "周敏"}}
    return (visit, doctor, ids.new(), "text", told)


def test_what_an_assistant_says_is_no_reply_of_the_doctor(cast):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.patient)
    before = queries.thread_facts(visit)
    [seq] = said(post_batch(by_assistant(visit, cast.doctor.id)))
    after = queries.thread_facts(visit)
    assert (after.last_seq, after.last_doctor_at, after.turns) == (seq, None, before.turns)
    assert make.row(visit).first_reply_at is None
    post_batch(words(visit, cast.patient.id))
    assert queries.thread_facts(visit).turns == before.turns, "still the same turn"
    post_batch(words(visit, cast.doctor.id))
    assert queries.thread_facts(visit).last_doctor_at is not None
    assert make.row(visit).first_reply_at is not None
    post_batch(words(visit, cast.patient.id))
    assert queries.thread_facts(visit).turns == before.turns + 1
