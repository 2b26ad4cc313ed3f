"""Asking one doctor by name: a place among those that the doctor has for the day."""

from datetime import date, datetime
from uuid import UUID

from xinglin.care.consultation.queries.naming import named_on, named_opening_after
from xinglin.care.people import queries as people
from xinglin.care.people.types import PatientCard, PractitionerCard
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text
from xinglin.policy import rules as law
from xinglin.policy.places import layers

_LOCK = "select pg_advisory_xact_lock(hashtextextended(%s, 0))"
_FULL = Text(
    "{zh}医生今天接受指名的{n}个名额已满，没有为您发起问诊，也没有收费。最早{at}可以再指名；您也可以现在问任意"
    "一位值班医生。",
    "The places of Dr {en} for today ({n}) are all taken; no visit was opened and nothing was"
    " charged. The next opening is {at}. You can also ask any doctor on duty now.",
)
_NONE = Text(
    "{zh}医生目前不接受指名问诊。您可以问任意一位值班医生。",
    "Dr {en} takes no visits by name at present. You can ask any doctor on duty.",
)
_GONE = Text(
    "这位医生目前不能线上接诊。您可以另选一位，或问任意一位值班医生。",
    "This doctor cannot see patients online at present. Please choose another one, or ask any doctor"
    " on duty.",
)


class DoctorFullError(Conflict):
    """`extra`: the first moment at which the doctor can be asked again, and what can be done now."""

    def __init__(self, doctor: PractitionerCard, opening: datetime | None) -> None:
        names = {"zh": doctor.name.zh, "en": doctor.name.en, "n": doctor.named_a_day}
        if opening is None:
            super().__init__("doctor_takes_none_by_name", _NONE.filled(**names))
        else:
            local = opening.astimezone(layers(doctor.place)[-1].zone)
            super().__init__(
                "doctor_full_today", _FULL.filled(**names, at=f"{local:%Y-%m-%d %H:%M}")
            )
        self.extra = {
            "practitioner_id": str(doctor.id),
            "next_opening": opening.isoformat() if opening else "",
            "instead": "any_doctor",
        }


def doctor_asked_for(
    practitioner_id: UUID,
    patient: PatientCard,
    *,
    department: str,
    at: datetime,
    on_duty_at: UUID | None = None,
) -> PractitionerCard:
    """The doctor, who may see this patient in this department now.

    Args:
        on_duty_at: the institution where the doctor is at work now, as the caller has seen; None:
            the doctor's own.
    Raises:
        NotFound: there is no such doctor in the patient's institution.
        Invalid: the doctor does not serve the department.
        Conflict: it is the patient's own account, or the doctor may not work (`staff_eligibility`).
    """
    doctor = people.practitioner(practitioner_id)
    if (on_duty_at or doctor.institution_id) != patient.institution_id:
        raise NotFound
    if department not in doctor.departments:
        raise Invalid(
            FieldError(
                "department",
                Text("这位医生不看这个科室。", "This doctor does not serve this department."),
            )
        )
    if doctor.user_id == patient.holder_id:
        raise Conflict(
            "own_visit", Text("不能向自己的账号问诊。", "You cannot ask your own account.")
        )
    if not may_work(doctor, at, institution_id=on_duty_at).allowed:
        gone = Conflict("doctor_not_available", _GONE)
        gone.extra = {"instead": "any_doctor"}
        raise gone
    return doctor


def may_work(
    doctor: PractitionerCard, at: datetime, *, institution_id: UUID | None = None
) -> law.Verdict:
    """What policy `staff_eligibility` says now; None: of the doctor's own institution."""
    facts = people.staff_facts(doctor.id, at, 0, institution_id=institution_id)
    on = law.local_date(at, doctor.place)
    return law.decide("staff_eligibility", facts, place=doctor.place, on=on)


def take_place(doctor: PractitionerCard, *, at: datetime) -> date:
    """The day on which the visit takes a place of the doctor.

    The places are counted from the visits themselves, so no counter can go wrong.

    Raises:
        DoctorFullError: none is left; it tells the next opening.
    Locks: the doctor's day, until the transaction ends: who comes at the same time counts this one.
    """
    day = law.local_date(at, doctor.place)
    database.later(_LOCK, [f"named {doctor.id} {day}"])
    if named_on([doctor.id], day).get(doctor.id, 0) >= doctor.named_a_day:
        raise DoctorFullError(
            doctor, named_opening_after(doctor, at) if doctor.named_a_day else None
        )
    return day
