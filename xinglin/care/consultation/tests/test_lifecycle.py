"""Every (state, step, role) of the table, and whose turn it is on the clock."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from xinglin.care.consultation.lifecycle import (
    ANSWER_WITHIN,
    CONSULTATION,
    REPLY_WITHIN,
    active_due,
    look_again_at,
)
from xinglin.kernel.errors import Forbidden, IllegalStep

ROLES = ("patient", "doctor", "dispatcher", "clock", "operator", "stranger")
UNTAKEN = ("waiting", "nobody", "left_message")
# step -> (from, to, by whom), written out anew: a slip in the table shows here.
MEANT = {
    "find_nobody": (("waiting",), "nobody", ("dispatcher",)),
    "keep_waiting": (("nobody",), "waiting", ("patient",)),
    "change_department": (("waiting", "nobody"), "waiting", ("patient",)),
    "ask_anyone": (UNTAKEN, "waiting", ("patient",)),
    "leave_message": (("waiting", "nobody"), "left_message", ("patient",)),
    "accept": (("waiting", "left_message"), "active", ("doctor",)),
    "hand_over": (("active",), "waiting", ("clock", "dispatcher", "doctor", "operator")),
    "transfer": (("active",), "waiting", ("doctor",)),
    "pass_on": (("waiting",), "waiting", ("dispatcher",)),
    "become_follow_up": (("active",), "active", ("doctor",)),
    "become_advice": (("active",), "active", ("doctor",)),
    "close": (("active",), "ended", ("doctor",)),
    "stop": (("active",), "ended", ("doctor",)),
    "no_reply": (("active",), "waiting", ("clock",)),
    "patient_absent": (("active",), "ended", ("clock",)),
    "time_over": (("active",), "ended", ("clock",)),
    "give_up": (UNTAKEN, "cancelled", ("clock",)),
    "cancel": (UNTAKEN, "cancelled", ("patient",)),
    "put_first": (("waiting", "nobody"), "waiting", ("operator",)),
    "name_doctor": (UNTAKEN, "waiting", ("operator",)),
    **{f"extend_{state}": ((state,), state, ("operator",)) for state in ("active", *UNTAKEN)},
    "close_by_house": (("active",), "ended", ("operator",)),
    "cancel_by_house": (UNTAKEN, "cancelled", ("operator",)),
}
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("state", "step", "role"), list(product(sorted(CONSULTATION.states), MEANT, ROLES))
)
def test_each_step_is_open_to_those_it_is_meant_for_and_to_nobody_else(state, step, role):
    sources, target, who = MEANT[step]
    if state not in sources:
        with pytest.raises(IllegalStep):
            CONSULTATION.take(state, step, role)
    elif role not in who:
        with pytest.raises(Forbidden):
            CONSULTATION.take(state, step, role)
    else:
        assert CONSULTATION.take(state, step, role) == target


def test_the_table_has_no_step_that_is_not_meant():
    assert {step.name for step in CONSULTATION.steps} == set(MEANT)


def test_nothing_leaves_an_ending():
    assert CONSULTATION.finals == {"ended", "cancelled"}


def test_every_open_state_has_a_deadline():
    for state in CONSULTATION.states - CONSULTATION.finals:
        assert CONSULTATION.due(state, NOON) is not None


def due(last_patient_at=None, last_doctor_at=None, closes_at=None, may_ask=True):
    """Of a visit that was accepted at noon."""
    return active_due(
        accepted_at=NOON,
        last_patient_at=last_patient_at,
        last_doctor_at=last_doctor_at,
        closes_at=closes_at,
        may_ask=may_ask,
    )


def test_a_doctor_who_has_not_written_yet_owes_the_first_word():
    assert due() == (NOON + REPLY_WITHIN, "no_reply")


def test_words_of_before_the_accept_do_not_shorten_the_time_to_reply():
    assert due(NOON - 20 * MINUTE) == (NOON + REPLY_WITHIN, "no_reply")


def test_after_the_doctors_word_it_is_the_patients_turn():
    answered = due(NOON + MINUTE, NOON + 2 * MINUTE)
    assert answered == (NOON + 2 * MINUTE + ANSWER_WITHIN, "patient_absent")


@pytest.mark.parametrize("may_ask", [True, False])
def test_after_the_patients_word_it_is_the_doctors_turn_even_if_it_was_the_last_one(may_ask):
    asked = due(NOON + 3 * MINUTE, NOON + 2 * MINUTE, may_ask=may_ask)
    assert asked == (NOON + 3 * MINUTE + REPLY_WITHIN, "no_reply")


def test_nobody_waits_for_a_patient_who_may_ask_no_more():
    answered = due(NOON + MINUTE, NOON + 2 * MINUTE, may_ask=False)
    assert answered == (NOON + 2 * MINUTE + ANSWER_WITHIN, "time_over")


@pytest.mark.parametrize(
    ("last_doctor_at", "step", "within"),
    [(None, "no_reply", REPLY_WITHIN), (NOON, "patient_absent", ANSWER_WITHIN)],
)
def test_the_end_of_its_time_ends_a_visit_unless_a_deadline_comes_first(
    last_doctor_at, step, within
):
    for early in (NOON, NOON + MINUTE, NOON + within):
        assert due(last_doctor_at=last_doctor_at, closes_at=early) == (early, "time_over")
    late = NOON + within + MINUTE
    assert due(last_doctor_at=last_doctor_at, closes_at=late) == (NOON + within, step)


def test_the_sweeper_looks_again_before_any_word_to_come_can_be_overdue():
    assert look_again_at(NOON + ANSWER_WITHIN, NOON) == NOON + REPLY_WITHIN
    assert look_again_at(NOON + MINUTE, NOON) == NOON + MINUTE
