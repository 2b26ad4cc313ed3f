"""Going on and off duty, by choice, by a dead line or by law."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation import services as consultation
from xinglin.care.dispatch import rules, windows
from xinglin.care.dispatch.events import DutyChanged
from xinglin.care.dispatch.models import MOST_AT_ONCE, Duty, NobodyTold, Offer
from xinglin.care.dispatch.queries.doctors import fits_of
from xinglin.care.dispatch.queries.duty import doctor_of
from xinglin.care.dispatch.services.eligibility import check_may_accept, staff_verdict
from xinglin.care.dispatch.services.hand_overs import list_open
from xinglin.care.dispatch.services.profiles import mark_stale
from xinglin.care.dispatch.services.steps import locked_duty, take
from xinglin.care.people import queries as people_queries
from xinglin.care.people import services as people
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.live import queries as live
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid
from xinglin.kernel.text import Text
from xinglin.policy.places import layers

SUSPENDED_RULE = "XL8"

log = structlog.get_logger(__name__)


@outbox.in_one_transaction()
def start_duty(
    viewer: Viewer, *, capacity: int | None, at: datetime, institution_id: UUID | None = None
) -> None:
    """The doctor may be offered visits from now on; on duty already, the capacity changes.

    Args:
        capacity: visits at once; None: five, or three when part-time.
        institution_id: where, of those at which the doctor is licensed or filed (R17); None: the own.
    Raises:
        NotFound: the account is no doctor's.
        Invalid: the capacity is out of range, or below what is open.
        RuleRefused: policy `staff_eligibility` or `accept_consultation` says no (R14-R17).
    Locks: the duty. Emits: DutyChanged.
    """
    doctor = doctor_of(viewer)
    duty = own_duty(doctor, at)
    house = institution_id or doctor.institution_id
    if duty.reserved and duty.institution_id != house:
        raise _ELSEWHERE
    staff_verdict(doctor, at=at, institution_id=house).demand()
    check_may_accept(doctor, at=at, institution_id=house)
    fits = fits_of(doctor.id)
    if not fits:
        raise Conflict(
            "no_department",
            Text(
                "您还没有被分配科室，请联系管理员。",
                "You have no department yet; please ask the administrator.",
            ),
        )
    duty.capacity = _capacity(capacity, doctor, duty)
    duty.departments = fits
    duty.grade = rules.grade_of(doctor.title_code)
    duty.institution_id = house
    duty.on_since = duty.on_since or at
    duty.off_reason = ""
    duty.away_until = duty.paused_at = None
    duty.missed = 0
    duty.slowed = min(duty.slowed, duty.capacity - 1)
    duty.ends_at = _end_of_window(doctor, duty, at)
    duty.end_told_at = None
    duty.back_at = None
    duty.judged_at = at
    write(duty, at)
    tell_again(duty, doctor)
    announce(duty, "on")
    note(viewer, "dispatch.start_duty", duty, {"capacity": duty.capacity})


@outbox.in_one_transaction()
def set_named(viewer: Viewer, *, named_a_day: int, back_at: datetime | None, at: datetime) -> None:
    """How many patients a day may ask for the doctor by name, and when he is on duty next.

    Args:
        back_at: None: not known; going on duty forgets it.
    Raises:
        NotFound: the account is no doctor's.
        Invalid: out of bounds, in the past, or further away than anybody plans.
    Locks: the duty. Emits: DoctorChanged.
    """
    doctor = doctor_of(viewer)
    if back_at is not None and not at < back_at <= at + rules.FURTHEST_DUTY:
        raise Invalid(FieldError("back_at", rules.WRONG_DUTY))
    people.set_named_a_day(viewer, doctor.id, named_a_day=named_a_day)
    duty = own_duty(doctor, at)
    duty.back_at = None if duty.on_since else back_at
    write(duty, at)


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


@outbox.in_one_transaction()
def take_off_duty(practitioner_id: UUID, *, actor: Viewer, reason: str, at: datetime) -> bool:
    """An operator ends the duty of a doctor, who keeps the open visits; False: it had ended.

    Locks: the duty, its offers. Emits: DutyChanged, OfferClosed for each offer withdrawn.
    """
    duty = locked_duty(practitioner_id)
    if duty is None or duty.on_since is None:
        return False
    _go_off(duty, "by_operator", actor=actor, at=at, why=reason)
    return True


def end_window(practitioner_id: UUID, *, at: datetime) -> bool:
    """The doctor's own hours are over: no more offers; open visits stay until they end.

    Locks: the duty, unless it is in other hands now; its offers. Emits: DutyChanged, OfferClosed.
    """
    with transaction.atomic():
        duty = locked_duty(practitioner_id, skip_locked=True)
        if duty is None or duty.ends_at is None or duty.ends_at > at:
            return False
        _go_off(duty, "window_ended", actor=Viewer.system("sweeper"), at=at)
    return True


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
    """Off duty when policy `staff_eligibility` says no, and open visits on the list (V30, A06).

    From there they are handed over at once when the house has suspended the doctor, else when nobody
    of the house has acted within `rules.HAND_OVER_WITHIN`.
    """
    with transaction.atomic():
        duty = locked_duty(practitioner_id, skip_locked=True)
        if duty is None:
            return False
        doctor = people_queries.practitioner(practitioner_id)
        verdict = staff_verdict(doctor, at=at, institution_id=duty.institution_id)
        if verdict.allowed:
            Duty.objects.filter(pk=duty.pk).update(judged_at=at)
            return False
        was_on = duty.on_since is not None
        if was_on:
            _go_off(duty, "not_eligible", actor=Viewer.system("sweeper"), at=at)
            mark_stale(practitioner_id)
        Duty.objects.filter(pk=duty.pk).update(judged_at=at)
        suspended = SUSPENDED_RULE in verdict.rule_ids
        listed = list_open(
            practitioner_id,
            duty.institution_id,
            reason="suspended" if suspended else "licence_expired",
            due_at=at if suspended else at + rules.HAND_OVER_WITHIN,
            at=at,
        )
    return was_on or listed > 0


def own_duty(doctor: PractitionerCard, at: datetime) -> Duty:
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


def _end_of_window(doctor: PractitionerCard, duty: Duty, at: datetime) -> datetime | None:
    """None: there are no own hours. Raises Conflict: it is outside of them."""
    if doctor.full_time or not duty.windows:
        return None
    end = windows.end_of(duty.windows, at, layers(doctor.place)[-1].zone)
    if end is None:
        raise _OUTSIDE
    return end


def tell_again(duty: Duty, doctor: PractitionerCard) -> None:
    """Who was told that nobody is there is told again when the doctor is away the next time.

    Not who waits for a language that this one does not speak.
    """
    departments, languages = list(duty.departments), ["", *doctor.languages]
    NobodyTold.objects.filter(
        Q(named=duty.practitioner_id)
        | Q(named__isnull=True, department__in=departments, language__in=languages)
    ).delete()


def _capacity(wanted: int | None, doctor: PractitionerCard, duty: Duty) -> int:
    """Room for what is open; whoever has one above the number already may keep the number."""
    usual = rules.usual_capacity(full_time=doctor.full_time)
    least = min(duty.reserved, max(duty.capacity, duty.reserved - rules.OVER))
    capacity = max(usual, least) if wanted is None else wanted
    if not 1 <= capacity <= MOST_AT_ONCE:
        raise Invalid(
            FieldError(
                "capacity",
                Text("同时接诊数为 1 到 {n}。", "Visits at once: 1 to {n}.").filled(n=MOST_AT_ONCE),
            )
        )
    if capacity < least:
        raise Invalid(
            FieldError(
                "capacity",
                Text(
                    "您还有 {n} 个未结束的问诊或派单，同时接诊数不能更小。",
                    "You have {n} visits or offers open; the number cannot be smaller.",
                ).filled(n=duty.reserved),
            )
        )
    return capacity


def _go_off(duty: Duty, reason: str, *, actor: Viewer, at: datetime, why: str = "") -> None:
    """The duty is locked."""
    duty.on_since = None
    duty.off_reason = reason
    duty.away_until = duty.paused_at = duty.ends_at = duty.end_told_at = None
    duty.missed = 0
    write(duty, at)
    offers = Offer.objects.select_for_update().filter(
        practitioner_id=duty.practitioner_id, state="offered"
    )
    for offer in offers.order_by("pk"):
        take(offer, "withdraw", who="dispatcher", actor=actor, at=at, reason="duty_ended")
    announce(duty, reason)
    told: dict[str, object] = {"reason": reason}
    note(actor, "dispatch.stop_duty", duty, told | ({"why": why} if why else {}))


def write(duty: Duty, at: datetime) -> None:
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
            "missed",
            "paused_at",
            "slowed",
            "windows",
            "ends_at",
            "end_told_at",
            "judged_at",
            "back_at",
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


def note(actor: Viewer, action: str, duty: Duty, detail: dict[str, object]) -> None:
    audit.record(
        actor,
        action,
        subject=None,
        thing="duty",
        thing_id=duty.practitioner_id,
        purpose="care",
        detail=detail,
    )


_OUTSIDE = Conflict(
    "outside_window",
    Text(
        "现在不在您自己设定的出诊时段内。如要现在出诊，请先修改出诊时段。",
        "This is outside of your own hours. To go on duty now, please change them first.",
    ),
)
_ELSEWHERE = Conflict(
    "visits_elsewhere",
    Text(
        "您在另一家机构还有未结束的问诊，请先结束后再切换。",
        "You still have open visits at another institution; please end them before you change.",
    ),
)
