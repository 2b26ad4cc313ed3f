"""Going on and off duty, by choice, by a dead line or by law."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation import services as consultation
from xinglin.care.dispatch import rules
from xinglin.care.dispatch.events import DutyChanged
from xinglin.care.dispatch.models import MOST_AT_ONCE, Duty, NobodyTold, Offer
from xinglin.care.dispatch.queries.doctors import fits_of
from xinglin.care.dispatch.queries.duty import doctor_of
from xinglin.care.dispatch.services.eligibility import check_may_accept, is_fit, staff_verdict
from xinglin.care.dispatch.services.steps import locked_duty, take
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.live import queries as live
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid
from xinglin.kernel.text import Text

log = structlog.get_logger(__name__)


@outbox.in_one_transaction()
def start_duty(viewer: Viewer, *, capacity: int | None, at: datetime) -> None:
    """The doctor may be offered visits from now on; on duty already, the capacity changes.

    Args:
        capacity: visits at once; None: five, or three when part-time.
    Raises:
        NotFound: the account is no doctor's.
        Invalid: the capacity is out of range, or below what is open.
        RuleRefused: policy `staff_eligibility` or `accept_consultation` says no (R14-R17).
    Locks: the duty. Emits: DutyChanged.
    """
    doctor = doctor_of(viewer)
    duty = _own_duty(doctor, at)
    staff_verdict(doctor, at=at).demand()
    check_may_accept(doctor, at=at)
    fits = fits_of(doctor.id)
    if not fits:
        raise Conflict(
            "no_department",
            Text(
                "您还没有被分配科室，请联系管理员。",
                "You have no department yet; please ask the administrator.",
            ),
        )
    duty.capacity = _capacity(capacity, doctor, duty.reserved)
    duty.departments = fits
    duty.grade = rules.grade_of(doctor.title_code)
    duty.institution_id = doctor.institution_id
    duty.on_since = duty.on_since or at
    duty.off_reason = ""
    duty.away_until = None
    duty.judged_at = at
    _write(duty, at)
    NobodyTold.objects.filter(department__in=list(fits)).delete()
    announce(duty, "on")
    _note(viewer, "dispatch.start_duty", duty, {"capacity": duty.capacity})


@outbox.in_one_transaction()
def stop_duty(viewer: Viewer, *, at: datetime) -> None:
    """No more offers; visits that are open stay with the doctor until they end.

    Raises:
        NotFound: the account is no doctor's.
    Locks: the duty, its offers. Emits: DutyChanged, OfferClosed for each offer withdrawn.
    """
    doctor = doctor_of(viewer)
    duty = locked_duty(doctor.id)
    if duty is not None and duty.on_since is not None:
        _go_off(duty, "own_choice", actor=viewer, at=at)


def drop_dead_line(practitioner_id: UUID, *, at: datetime) -> bool:
    """Off duty, and open visits handed over, when the line is dead; whether anything changed.

    A doctor who stopped duty with open visits loses them as well. One who has just started may
    still be connecting.
    """
    with transaction.atomic():
        duty = locked_duty(practitioner_id, skip_locked=True)
        if duty is None or (
            duty.on_since is not None and duty.on_since > at - rules.LINE_DEAD_AFTER
        ):
            return False
        if live.present([duty.user_id], at, rules.LINE_DEAD_AFTER):
            return False
        was_on = duty.on_since is not None
        if was_on:
            _go_off(duty, "line_dead", actor=Viewer.system("sweeper"), at=at)
    return _hand_over_all(practitioner_id, reason="line_dead", at=at) > 0 or was_on


def drop_unfit(practitioner_id: UUID, *, at: datetime) -> bool:
    """Off duty, and open visits handed over, when policy `staff_eligibility` says no (V30)."""
    with transaction.atomic():
        duty = locked_duty(practitioner_id, skip_locked=True)
        if duty is None:
            return False
        if is_fit(practitioner_id, at=at):
            Duty.objects.filter(pk=duty.pk).update(judged_at=at)
            return False
        if duty.on_since is not None:
            _go_off(duty, "not_eligible", actor=Viewer.system("sweeper"), at=at)
        Duty.objects.filter(pk=duty.pk).update(judged_at=at)
    _hand_over_all(practitioner_id, reason="licence_expired", at=at)
    return True


def _own_duty(doctor: PractitionerCard, at: datetime) -> Duty:
    Duty.objects.get_or_create(
        practitioner_id=doctor.id,
        defaults={
            "user_id": doctor.user_id,
            "institution_id": doctor.institution_id,
            "updated_at": at,
        },
    )
    duty = locked_duty(doctor.id)
    assert duty is not None
    return duty


def _capacity(wanted: int | None, doctor: PractitionerCard, reserved: int) -> int:
    usual = rules.usual_capacity(full_time=doctor.full_time)
    capacity = max(usual, reserved) if wanted is None else wanted
    if not 1 <= capacity <= MOST_AT_ONCE:
        raise Invalid(
            FieldError(
                "capacity",
                Text("同时接诊数为 1 到 {n}。", "Visits at once: 1 to {n}.").filled(n=MOST_AT_ONCE),
            )
        )
    if capacity < reserved:
        raise Invalid(
            FieldError(
                "capacity",
                Text(
                    "您还有 {n} 个未结束的问诊或派单，同时接诊数不能更小。",
                    "You have {n} visits or offers open; the number cannot be smaller.",
                ).filled(n=reserved),
            )
        )
    return capacity


def _go_off(duty: Duty, reason: str, *, actor: Viewer, at: datetime) -> None:
    """The duty is locked."""
    duty.on_since = None
    duty.off_reason = reason
    duty.away_until = None
    _write(duty, at)
    offers = Offer.objects.select_for_update().filter(
        practitioner_id=duty.practitioner_id, state="offered"
    )
    for offer in offers.order_by("pk"):
        take(offer, "withdraw", who="dispatcher", actor=actor, at=at, reason="duty_ended")
    announce(duty, reason)
    _note(actor, "dispatch.stop_duty", duty, {"reason": reason})


def _write(duty: Duty, at: datetime) -> None:
    """Everything but `reserved`, which only the steps of offers change."""
    duty.version += 1
    duty.updated_at = at
    duty.save(
        update_fields=[
            "institution_id",
            "departments",
            "grade",
            "capacity",
            "on_since",
            "off_reason",
            "away_until",
            "judged_at",
            "version",
            "updated_at",
        ]
    )


def _hand_over_all(practitioner_id: UUID, *, reason: str, at: datetime) -> int:
    """Each in a transaction of its own; what fails is tried again by the next sweep."""
    handed_over = 0
    for consultation_id in visits.open_visits_of(practitioner_id):
        try:
            consultation.hand_over(consultation_id, reason=reason, at=at, who="clock")
        except IllegalStep:
            continue  # it has just ended
        handed_over += 1
    return handed_over


def announce(duty: Duty, reason: str) -> None:
    departments = tuple(sorted(duty.departments))
    outbox.emit(
        DutyChanged(
            audience=(
                f"user:{duty.user_id}",
                "board",
                *(f"department:{slug}" for slug in departments),
            ),
            practitioner_id=duty.practitioner_id,
            departments=departments,
            is_on=duty.on_since is not None,
            reason=reason,
        )
    )


def _note(actor: Viewer, action: str, duty: Duty, detail: dict[str, object]) -> None:
    audit.record(
        actor,
        action,
        subject=None,
        thing="duty",
        thing_id=duty.practitioner_id,
        purpose="care",
        detail=detail,
    )
