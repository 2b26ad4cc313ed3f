"""A doctor who has not taken several offers in a row is asked whether he is there, and for nothing else."""

from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.dispatch.engine import load
from xinglin.care.dispatch.models import Duty, Offer
from xinglin.care.dispatch.queries.duty import doctor_of
from xinglin.care.dispatch.rules import UNTIL_ANSWERED
from xinglin.care.dispatch.services.duty import announce, note, tell_again, write
from xinglin.care.dispatch.services.steps import locked_duty
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox import services as outbox

# Who is off duty by now is asked nothing. A longer absence stays, and one that waits for an answer.
_MISS = """
    update dispatch_duty set missed = missed + 1,
        paused_at = case when on_since is not null and missed + 1 >= %(most)s
            then coalesce(paused_at, %(at)s) end,
        away_until = case when on_since is not null and missed + 1 >= %(most)s
            then %(never)s::timestamptz else greatest(away_until, %(away)s::timestamptz) end,
        version = version + 1, updated_at = %(at)s
    where practitioner_id = %(doctor)s
    returning paused_at
"""
# Whoever takes a visit is there.
_TOOK = """
    update dispatch_duty set missed = 0, paused_at = null,
        away_until = case when paused_at is null then away_until end,
        version = version + 1, updated_at = %(at)s
    where practitioner_id = %(doctor)s and missed > 0
"""


def note_missed(offer: Offer, *, at: datetime, away_until: datetime | None = None) -> None:
    """The doctor refused, or let it lapse; in the transaction of that, the duty locked.

    Emits: DutyChanged when he is asked whether he is there, or is away.
    """
    values: dict[str, Any] = {
        "doctor": offer.practitioner_id,
        "most": load().pause_after,
        "never": UNTIL_ANSWERED,
        "away": away_until,
        "at": at,
    }
    row = database.fetch_one(_MISS, values)
    is_new = row is not None and row[0] == at
    if is_new:
        duty = Duty.objects.get(pk=offer.practitioner_id)
        announce(duty, "paused")
        note(Viewer.system("dispatcher"), "dispatch.pause_duty", duty, {"missed": duty.missed})
        notices.tell(
            duty.user_id,
            "duty_paused",
            link="/staff",
            dedup=f"duty_paused:{duty.pk}:{at.isoformat()}",
            at=at,
        )
    elif away_until is not None:
        announce(Duty.objects.get(pk=offer.practitioner_id), "away")


def note_taken(practitioner_id: UUID, *, at: datetime) -> None:
    """In the transaction of the acceptance, the duty locked."""
    database.later(_TOOK, {"doctor": practitioner_id, "at": at})


@outbox.in_one_transaction()
def say_here(viewer: Viewer, *, at: datetime) -> None:
    """The doctor is there: visits are offered again. Twice is as good as once.

    Raises:
        NotFound: the account is no doctor's.
    Locks: the duty. Emits: DutyChanged.
    """
    doctor = doctor_of(viewer)
    duty = locked_duty(doctor.id)
    if duty is None or duty.paused_at is None:
        return
    duty.missed = 0
    duty.paused_at = duty.away_until = None
    write(duty, at)
    tell_again(duty, doctor)
    announce(duty, "back")
    note(viewer, "dispatch.resume_duty", duty, {})
