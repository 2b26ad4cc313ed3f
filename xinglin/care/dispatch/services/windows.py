"""A part-time doctor sets the hours of the week in which he works."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from xinglin.care.dispatch import rules, windows
from xinglin.care.dispatch.models import Duty
from xinglin.care.dispatch.queries.duty import doctor_of
from xinglin.care.dispatch.services.duty import announce, note, own_duty, write
from xinglin.care.dispatch.services.steps import locked_duty
from xinglin.care.dispatch.windows import Window
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, Invalid
from xinglin.kernel.text import Text
from xinglin.policy.places import layers

_WRONG = Text(
    "每个时段要有星期、开始和结束时间（如 08:00 到 12:00），结束晚于开始，互不重叠，最多 {n} 个；"
    "跨夜请分成两段，前一段到 24:00 为止。",
    "Each needs a weekday, a start and a later end (as 08:00 to 12:00), none may overlap, at most {n};"
    " a night is two of them, the first until 24:00.",
).filled(n=windows.MOST)
_FULL_TIME = Conflict(
    "works_full_time",
    Text(
        "出诊时段供兼职医生设定；您是全职医生，上线后随时可接诊。",
        "Own hours are for part-time doctors; you work full time.",
    ),
)


@outbox.in_one_transaction()
def set_windows(viewer: Viewer, wanted: Sequence[Window], *, at: datetime) -> None:
    """On duty already, the new hours bind at once: outside of them the duty ends with the next sweep.

    Raises:
        NotFound: the account is no doctor's.
        Invalid: no hours of a week, or some that overlap.
        Conflict: `works_full_time`.
    Locks: the duty. Emits: DutyChanged.
    """
    doctor = doctor_of(viewer)
    if doctor.full_time and wanted:
        raise _FULL_TIME
    sound = len(wanted) <= windows.MOST and all(w.is_sound for w in wanted)
    if not sound or windows.overlap(wanted):
        raise Invalid(FieldError("windows", _WRONG))
    duty = own_duty(doctor, at)
    ordered = sorted(wanted, key=lambda w: (w.day, w.start))
    duty.windows = [[w.day, w.start, w.end] for w in ordered]
    if duty.on_since is not None:
        zone = layers(doctor.place)[-1].zone
        duty.ends_at = (windows.end_of(duty.windows, at, zone) or at) if ordered else None
        duty.end_told_at = None
    write(duty, at)
    announce(duty, "hours")
    note(viewer, "dispatch.set_windows", duty, {"windows": len(ordered)})


def tell_end(practitioner_id: UUID, *, at: datetime) -> bool:
    """The doctor's hours end soon: told once; whether now.

    Locks: the duty, unless it is in other hands now.
    """
    with transaction.atomic():
        duty = locked_duty(practitioner_id, skip_locked=True)
        if duty is None or duty.ends_at is None or duty.end_told_at is not None:
            return False
        if duty.ends_at > at + rules.END_TOLD_BEFORE:
            return False
        Duty.objects.filter(pk=duty.pk).update(end_told_at=at)
        notices.tell(
            duty.user_id,
            "duty_ends",
            link="/staff",
            dedup=f"duty_ends:{duty.pk}:{duty.ends_at.isoformat()}",
            at=at,
            until=duty.ends_at,
        )
    return True
