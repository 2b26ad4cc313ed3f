"""What a patient is promised is kept, or broken and made good once, within a second or two."""

from datetime import UTC, datetime, timedelta

import pytest

from xinglin.care.consultation.models import Consultation
from xinglin.care.dispatch import services
from xinglin.care.dispatch.models import Abnormal
from xinglin.care.dispatch.promised import Promise
from xinglin.care.dispatch.queries.promises import promises
from xinglin.care.dispatch.reactions import keep_promise
from xinglin.care.dispatch.services import promising
from xinglin.care.dispatch.tasks.promises import settle_promises
from xinglin.care.dispatch.tests.cast import GP, House, offer_of, state_of
from xinglin.foundation.notices.models import Notice
from xinglin.foundation.outbox.models import OutboxEvent
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
    keep_promise(ids.new(), {"consultation_id": str(visit)}, in_time)
    assert outcomes(visit)["taken"] == ("kept", "")


def test_a_visit_that_comes_back_was_taken_all_the_same(house):
    visit = ask(house)
    promising.keep_taken(visit, at=house.at)
    with house.later(minutes=10):
        settle_promises()
    assert outcomes(visit)["taken"] == ("kept", "")


def test_taken_too_late_keeps_nothing(house):
    visit = ask(house)
    with house.later(minutes=11):
        promising.keep_taken(visit, at=house.at)
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
