"""Somebody at a site is measured after the interview: how grave it is with the new values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xinglin.care.people import queries as people
from xinglin.care.sites import queries as sites
from xinglin.care.sites.types import OPEN
from xinglin.care.triage.queries.intakes import asked_in, kept
from xinglin.care.triage.services.answer import end, look_at
from xinglin.care.triage.services.looking import alarm
from xinglin.care.triage.services.measuring import measured_at, note_at_site
from xinglin.care.triage.types import STEPS
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """`urgency`: the step of `level`; 1 is the gravest."""

    level: str
    urgency: int
    reasons: tuple[Text, ...]


@outbox.in_one_transaction()
def look_again(walk_in_id: UUID, *, at: datetime) -> None:
    """Before a doctor is asked for, what is measured makes an intake graver, and never less grave.

    Of an interview that goes on it only sees danger: its end weighs the rest.

    Locks: the intake's row. Emits: CrisisTold.
    """
    walk_in = sites.walk_in(walk_in_id)
    if walk_in.intake_id is None or walk_in.state != "registered":
        return
    row = kept(walk_in.intake_id, locked=True)
    if row.outcome == "emergency":
        return
    patient = people.patient_card(row.patient_id)
    row.measured = dict(measured_at(walk_in))
    seen = look_at(row, row.answers, patient, asked_in(row, patient), at)
    is_danger = seen.level == "emergency"
    if not is_danger and (row.outcome != "ready" or STEPS[seen.level] >= row.urgency):
        return
    end(Viewer.system("triage"), row, seen, at)
    note_at_site(walk_in, row, at)
    if row.crisis and is_danger:
        alarm(row, patient)


def weighed(walk_in_id: UUID, *, at: datetime) -> Weighed | None:
    """How grave what was told and what is measured now are together; the intake stays as it is.

    For callers that have checked who asks. None: nothing was told, or the walk-in is over.
    """
    walk_in = sites.walk_in(walk_in_id)
    if walk_in.intake_id is None or walk_in.state not in OPEN:
        return None
    row = kept(walk_in.intake_id)
    patient = people.patient_card(row.patient_id)
    row.measured = dict(measured_at(walk_in))
    seen = look_at(row, row.answers, patient, asked_in(row, patient), at)
    reasons = tuple(Text(**each["text"]) for each in seen.reasons)
    return Weighed(level=seen.level, urgency=STEPS[seen.level], reasons=reasons)
