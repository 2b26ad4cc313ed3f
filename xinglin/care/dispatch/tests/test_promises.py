"""What a patient is promised is kept, or broken and made good once, within a second or two."""

from datetime import UTC, datetime, timedelta

import pytest

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.models import Consultation
from xinglin.care.dispatch import services
from xinglin.care.dispatch.models import Abnormal
from xinglin.care.dispatch.promised import Promise
from xinglin.care.dispatch.queries.promises import promises
from xinglin.care.dispatch.reactions import keep_promise, promise_specialist
from xinglin.care.dispatch.services import promising
from xinglin.care.dispatch.tasks.promises import settle_promises
from xinglin.care.dispatch.tests.cast import GP, SKIN, House, offer_of, state_of
from xinglin.foundation.notices.models import Notice
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.foundation.outbox.services import relay_pending
from xinglin.kernel import ids

NOW = datetime(2026, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def ask(house: House, **changes):
    visit = house.visit(**changes)
    promising.promise(visit, made_at=house.at)
    promising.promise(visit, made_at=house.at)
    return visit


def outcomes(visit) -> dict[str, tuple[str, str]]:
    return {
        p.kind: (p.outcome, p.compensation) for p in Promise.objects.filter(consultation_id=visit)
    }


OPEN = ("", "")


def test_both_clocks_are_shown(house):
    visit = ask(house)
    shown = promises(house.holder, visit)
    assert [(p.kind, (p.due_at - house.at).total_seconds(), p.outcome) for p in shown] == [
        ("first_answer", 600, "open"),
        ("taken", 600, "open"),
        ("served", 3600, "open"),
    ]


def test_ten_minutes_without_a_doctor_are_on_the_list_and_made_good_once(house):
    visit = ask(house)
    with house.later(seconds=599):
        assert settle_promises() == 0
    with house.later(seconds=1):
        assert settle_promises() == 2
        assert settle_promises() == 0
    assert outcomes(visit) == {
        "taken": ("broken", ""),
        "first_answer": ("broken", "fee"),
        "served": OPEN,
    }
    assert Abnormal.objects.filter(kind="not_taken", consultation_id=visit).count() == 1
    assert Notice.objects.filter(kind="promise_broken").count() == 1
    assert state_of(visit) == "waiting"


def test_an_hour_without_a_doctor_is_closed_with_an_apology_and_made_good_once(house):
    visit = ask(house, urgency=4)
    with house.later(minutes=11):
        settle_promises()
    # The patient kept waiting meanwhile, which began the visit's own hour anew.
    Consultation.objects.filter(pk=visit).update(due_at=house.at + timedelta(hours=1))
    with house.later(minutes=49):
        settle_promises()
    assert state_of(visit) == "cancelled"
    assert Consultation.objects.get(pk=visit).ending == "no_doctor_in_time"
    told = OutboxEvent.objects.filter(kind="PromiseBroken")
    assert sorted(e.payload["compensation"] for e in told) == ["", "", "fee"]
    assert Notice.objects.filter(kind="promise_broken").count() == 1


def test_who_was_taken_in_time_has_it_kept_even_when_it_is_looked_at_late(house):
    doctor = house.on_duty()
    visit = ask(house)
    house.dispatch()
    services.accept_offer(house.viewer(doctor), offer_of(visit).pk, at=house.at)
    shown = {p.kind: p.outcome for p in promises(house.holder, visit)}
    assert shown == {"taken": "kept", "first_answer": "open", "served": "kept"}
    with house.later(hours=2):
        settle_promises()
    assert outcomes(visit) == {
        "taken": ("kept", ""),
        "first_answer": ("broken", "fee"),
        "served": ("kept", ""),
    }


def test_who_was_taken_in_time_has_it_kept_whoever_took_it_later(house):
    """The event may be carried on when the visit has gone to another doctor already."""
    visit = ask(house)
    in_time = house.at + timedelta(minutes=1)
    Consultation.objects.filter(pk=visit).update(accepted_at=house.at + timedelta(minutes=30))
    keep_promise(ids.new(), {"consultation_id": str(visit), "department": GP}, in_time)
    assert outcomes(visit)["taken"] == ("kept", "")


def test_a_visit_that_comes_back_was_taken_all_the_same(house):
    visit = ask(house)
    promising.keep_taken(visit, department=GP, at=house.at)
    with house.later(minutes=10):
        settle_promises()
    assert outcomes(visit)["taken"] == ("kept", "")


def test_taken_too_late_keeps_nothing(house):
    visit = ask(house)
    with house.later(minutes=11):
        promising.keep_taken(visit, department=GP, at=house.at)
        settle_promises()
    assert outcomes(visit)["taken"] == ("broken", "")


@pytest.mark.parametrize(
    "changes",
    [
        {
            "state": "cancelled",
            "ending": "cancelled_by_patient",
            "ended_at": NOW,
            "due_at": None,
            "due_step": "",
        },
        {"state": "left_message"},
    ],
    ids=["cancelled", "left_message"],
)
def test_what_the_patient_chose_otherwise_binds_nobody(house, changes):
    visit = ask(house)
    Consultation.objects.filter(pk=visit).update(**changes)
    with house.later(hours=1):
        settle_promises()
    assert set(outcomes(visit).values()) == {("void", "")}


def test_an_urgent_visit_is_never_closed_by_the_promise(house):
    visit = ask(house, urgency=1, department=GP)
    with house.later(minutes=61):
        settle_promises()
    assert state_of(visit) == "waiting"
    assert outcomes(visit)["served"][0] == "broken"


def specialist(visit) -> tuple[str, str]:
    return outcomes(visit)["specialist"]


def referred(house: House, **changes):
    """Answered by a general practitioner and transferred to a specialist's department."""
    visit = ask(house, department=SKIN, returned=1, urgency=4, **changes)
    told = {"consultation_id": str(visit), "former_department": GP, "department": SKIN}
    for _ in range(2):
        promise_specialist(ids.new(), told, house.at)
    promising.keep_taken(visit, department=GP, at=house.at)
    return visit


def test_a_transfer_from_general_practice_starts_the_specialists_clock_beside_the_first(house):
    visit = referred(house)
    shown = {p.kind: p for p in promises(house.holder, visit)}
    assert set(shown) == {"taken", "first_answer", "served", "specialist"}
    assert shown["specialist"].due_at - house.at == timedelta(hours=48)
    assert "48" in shown["specialist"].text.en
    assert shown["specialist"].outcome == "open"


@pytest.mark.parametrize(("former", "new"), [(SKIN, GP), (SKIN, "ent"), (GP, GP)])
def test_no_other_transfer_does(house, former, new):
    visit = ask(house, department=new)
    told = {"consultation_id": str(visit), "former_department": former, "department": new}
    promise_specialist(ids.new(), told, house.at)
    assert "specialist" not in outcomes(visit)


def test_a_specialist_keeps_it_and_a_general_practitioner_does_not(house):
    visit = referred(house)
    assert specialist(visit) == OPEN
    promising.keep_taken(visit, department=SKIN, at=house.at + timedelta(hours=47))
    assert specialist(visit) == ("kept", "")


def test_back_in_general_practice_no_specialist_is_owed(house):
    visit = referred(house)
    Consultation.objects.filter(pk=visit).update(department=GP, accepted_at=house.at)
    with house.later(hours=48):
        settle_promises()
    assert specialist(visit) == ("void", "")


def test_who_leaves_a_message_for_a_specialist_waits_by_that_clock(house):
    visit = referred(house)
    Consultation.objects.filter(pk=visit).update(state="left_message")
    promising.release(visit, at=house.at)
    assert specialist(visit) == OPEN
    with house.later(hours=48):
        settle_promises()
    assert specialist(visit) == ("broken", "fee")


def test_a_missed_specialist_is_made_good_once_within_the_sweep_after_the_visit_ended(house):
    visit = referred(house)
    with house.later(minutes=61):
        Promise.objects.filter(kind="first_answer").update(outcome="kept", settled_at=house.at)
        assert consultation.give_up(visit, at=house.at)
        relay_pending()
        settle_promises()
        settle_promises()
    assert specialist(visit) == ("broken", "fee")
    assert Notice.objects.filter(kind="promise_broken").count() == 1
    told = OutboxEvent.objects.filter(kind="PromiseBroken", payload__promise="specialist")
    assert told.count() == 1
