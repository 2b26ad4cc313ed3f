"""A day and a week of a hospital, thrown by dice: every state, and every way an offer comes out."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.db import connection

from xinglin.care.consultation.lifecycle import CONSULTATION
from xinglin.care.consultation.models import Consultation
from xinglin.care.dispatch.models import Duty, Offer
from xinglin.care.dispatch.tests.cast import GP, SKIN, House
from xinglin.care.people import queries as people
from xinglin.foundation.live import services as live
from xinglin.kernel import ids

_OPEN = ("waiting", "nobody", "left_message", "active")
_GIVEN_UP = ("no_doctor_in_time", "no_choice_made", "message_unanswered")


def a_history(house: House, seed: int, *, visits: int = 40) -> None:
    """Doctors in every condition, and visits of this week and the last, some of another hospital."""
    dice = Random(seed)  # a story, not a secret
    doctors = [_doctor(house, dice) for _ in range(6)]
    for _ in range(visits):
        _visit(house, dice, doctors)


def _doctor(house: House, dice: Random) -> UUID:
    doctor = house.doctor(*dice.choice([(GP,), (SKIN,), (GP, SKIN)]))
    card = people.practitioner(doctor)
    if dice.random() < 0.7:
        live.touch_presence([card.user_id], house.at)
    capacity = dice.randint(1, 5)
    Duty.objects.create(
        practitioner_id=doctor,
        user_id=card.user_id,
        institution_id=house.institution.id,
        departments=dict.fromkeys(card.departments, 1),
        capacity=capacity,
        reserved=dice.randint(0, capacity),
        on_since=house.at - timedelta(hours=1) if dice.random() < 0.8 else None,
        away_until=dice.choice(
            [None, house.at - timedelta(minutes=1), house.at + timedelta(minutes=1)]
        ),
        updated_at=house.at,
    )
    return doctor


def _visit(house: House, dice: Random, doctors: list[UUID]) -> None:
    asked_at = house.at - timedelta(
        days=dice.choice([0, 0, 0, 1, 7, 7]),
        minutes=dice.randint(0, 900),
        seconds=dice.randint(0, 59),
    )
    state = dice.choice([*_OPEN, "ended", "ended", "cancelled"])
    doctor = dice.choice(doctors) if state in {"active", "ended"} else None
    replied = doctor is not None and dice.random() < 0.7
    ended_at = min(house.at, asked_at + timedelta(minutes=dice.randint(1, 300)))
    changes = {
        "state": "waiting",
        "requested_at": asked_at,
        "state_since": asked_at,
        "first_reply_at": asked_at + timedelta(seconds=dice.randint(5, 900)) if replied else None,
        "institution_id": ids.new() if dice.random() < 0.15 else house.institution.id,
    }
    visit = house.visit(dice.choice([GP, SKIN]), **changes)
    final = state in CONSULTATION.finals
    endings = ("closed", "stopped") if state == "ended" else (*_GIVEN_UP, "cancelled_by_patient")
    ending = dice.choice(endings) if final else ""
    Consultation.objects.filter(pk=visit).update(
        state=state,
        ended_for={"closed": "treated", "stopped": "unsuitable"}.get(ending, ""),
        practitioner_id=doctor,
        doctor_user_id=people.practitioner(doctor).user_id if doctor else None,
        accepted_at=asked_at + timedelta(seconds=30) if doctor else None,
        ended_at=ended_at if final else None,
        ending=ending,
        due_at=None if final else house.at + timedelta(minutes=dice.randint(-2, 40)),
        due_step="" if final else "give_up",
        extended_until=house.at + timedelta(minutes=dice.randint(1, 9))
        if state == "active" and dice.random() < 0.3
        else None,
    )
    if state == "active":
        _talk(visit, dice, asked_at, house.at)
    for _ in range(dice.randint(0, 3)):
        _offer(visit, dice, dice.choice(doctors), asked_at, house.at)


def _talk(visit: UUID, dice: Random, asked_at: datetime, at: datetime) -> None:
    """Who wrote last, and when the conversation closes."""

    def moment() -> datetime | None:
        gone = (at - asked_at).total_seconds()
        return None if dice.random() < 0.3 else asked_at + timedelta(seconds=dice.random() * gone)

    with connection.cursor() as cursor:
        cursor.execute(
            "update consultation_thread set last_patient_at = %s, last_doctor_at = %s,"
            " closes_at = %s, turns = %s, max_turns = 20 where consultation_id = %s",
            [
                moment(),
                moment(),
                dice.choice([None, at + timedelta(minutes=dice.randint(-3, 90))]),
                dice.choice([0, 5, 20]),
                visit,
            ],
        )


def _offer(visit: UUID, dice: Random, doctor: UUID, asked_at: datetime, at: datetime) -> None:
    state = dice.choice(["refused", "lapsed", "withdrawn", "released", "offered"])
    if Offer.objects.filter(consultation_id=visit, state="offered").exists():
        state = "refused"
    made_at = min(at, asked_at + timedelta(seconds=dice.randint(0, 600)))
    row = Consultation.objects.get(pk=visit)
    Offer.objects.create(
        consultation_id=visit,
        practitioner_id=doctor,
        user_id=people.practitioner(doctor).user_id,
        patient_id=row.patient_id,
        department=row.department,
        state=state,
        made_at=made_at,
        expires_at=made_at + timedelta(seconds=30),
        accepted_at=made_at + timedelta(seconds=9) if state == "released" else None,
        why={"zh": "", "en": ""},
        epoch=1,
    )
