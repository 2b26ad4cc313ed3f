"""What is promised to who asks for a visit, as data and as rows."""

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import ClassVar

from django.db import models

from xinglin.care.consultation.types import HouseVisit
from xinglin.kernel import ids
from xinglin.kernel.text import Text

_FILE = Path(__file__).parent / "data" / "promises-2026-11.json"

TEXTS: dict[str, Text] = {
    "taken": Text("力争 {n} 分钟内有医生接诊", "We aim for a doctor within {n} minutes"),
    "first_answer": Text(
        "{n} 分钟内收到医生的首次回复", "A doctor's first answer within {n} minutes"
    ),
    "served": Text(
        "最迟 {n} 分钟内接诊，否则如实告知您",
        "Taken within {n} minutes at the latest, or you are told honestly",
    ),
    "specialist": Text(
        "转诊后 {hours} 小时内有专科医生接诊",
        "A specialist within {hours} hours of the transfer",
    ),
}
COMPENSATIONS: dict[str, Text] = {
    "fee": Text(
        "很抱歉没有做到。本次问诊不收费。",
        "We are sorry that we did not keep this. This visit is free of charge.",
    ),
}
SPECIALIST = "specialist"
"""Made with a transfer, all others with the visit."""
GENERAL = "general_practice"
_BY_THE_DOCTOR = frozenset({"closed", "stopped"})
_CHOSEN = frozenset({"cancelled_by_patient", "consent_withdrawn", "left_site"})


@dataclass(frozen=True, slots=True)
class Term:
    """`compensation`: what is due when it is broken; empty: the house is told, and nothing else."""

    kind: str
    within: timedelta
    compensation: str

    @property
    def text(self) -> Text:
        minutes = int(self.within.total_seconds()) // 60
        return TEXTS[self.kind].filled(n=minutes, hours=minutes // 60)


@cache
def terms() -> dict[str, Term]:
    found = json.loads(_FILE.read_text())
    return {
        kind: Term(kind, timedelta(minutes=row["minutes"]), row["compensation"])
        for kind, row in found.items()
    }


class Promise(models.Model):
    """A deadline that a patient was promised. `kind`: taken, first_answer, served or specialist.

    `outcome`: empty while open; kept, broken, or void when the patient chose otherwise. `compensation`:
    what is due for a broken one, once for each visit.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    consultation = models.ForeignKey("consultation.Consultation", on_delete=models.CASCADE)
    kind = models.CharField(max_length=16)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, blank=True)
    settled_at = models.DateTimeField(null=True)
    compensation = models.CharField(max_length=16, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], name="promise_due", condition=models.Q(outcome="")),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["consultation", "kind"], name="a_promise_is_made_once"),
            models.UniqueConstraint(
                fields=["consultation"],
                condition=~models.Q(compensation=""),
                name="a_visit_is_compensated_once",
            ),
            models.CheckConstraint(
                name="a_promise_is_settled_or_open",
                condition=models.Q(settled_at__isnull=True, outcome="", compensation="")
                | models.Q(settled_at__isnull=False, outcome__in=["kept", "void"], compensation="")
                | models.Q(settled_at__isnull=False, outcome="broken"),
            ),
        ]


def outcome_of(found: Promise, visit: HouseVisit) -> str:
    """By the visit's own row, of a promise that is due or nearly."""
    done = visit.first_reply_at if found.kind == "first_answer" else visit.accepted_at
    if found.kind == SPECIALIST and visit.department == GENERAL:
        return "void"  # back where it came from, before a specialist had it
    if done is not None and done <= found.due_at:
        return "kept"
    # Who leaves a message for a specialist waits by that clock all the same.
    is_left = visit.state == "left_message" and found.kind != SPECIALIST
    if visit.ending in _CHOSEN or is_left:
        return "void"
    closed_in_time = visit.ended_at is not None and visit.ended_at <= found.due_at
    was_answered = found.kind == "served" or visit.ending in _BY_THE_DOCTOR
    return "kept" if was_answered and closed_in_time else "broken"
