"""What dispatch does when a visit changes; at least once, so twice is as good as once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.services import abnormal, profiles, promising
from xinglin.foundation.accounts.queries import active_staff
from xinglin.foundation.notices import services as notices


def release_slot(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationEnded, ConsultationReturned: the doctor has room again."""
    del event_id
    services.release(
        UUID(payload["consultation_id"]),
        practitioner_id=UUID(payload["practitioner_id"]),
        reason=payload["reason"],
        at=at,
    )
    services.close_hand_over(UUID(payload["consultation_id"]), at=at)


def leave_pool(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """DoctorSuspended: at once, not with the next sweep."""
    del event_id
    doctor = UUID(payload["practitioner_id"])
    services.drop_unfit(doctor, at=at)
    profiles.mark_stale(doctor)


def take_up_doctor(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """DoctorEmployed: can be found from now on."""
    del event_id
    profiles.take_up(UUID(payload["practitioner_id"]), at=at)


def take_up_doctors(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """DoctorsEmployed: all of them in one statement."""
    del event_id
    profiles.take_up_all([UUID(found) for found in payload["practitioner_ids"]], at=at)


def hear_of_languages(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """DoctorChanged, DoctorsChanged: one on duty may speak now what nobody there spoke."""
    del event_id, at
    one = payload.get("practitioner_id")
    services.hear_of_languages(map(UUID, payload["practitioner_ids"] if one is None else [one]))


def count_all_again(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """DoctorsChanged: what is told of them may be another thing now."""
    del event_id, at
    profiles.mark_all_stale([UUID(found) for found in payload["practitioner_ids"]])


def make_promises(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationRequested: deadlines that the patient may hold us to."""
    del event_id, at
    promising.promise(
        UUID(payload["consultation_id"]),
        made_at=datetime.fromisoformat(payload["requested_at"]),
    )


def keep_promise(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationAccepted: in time, or not, whoever has the visit by now."""
    del event_id
    promising.keep_taken(UUID(payload["consultation_id"]), department=payload["department"], at=at)


def promise_specialist(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationTransferred: from general practice the specialist's clock begins."""
    del event_id
    promising.promise_specialist(
        UUID(payload["consultation_id"]),
        former_department=payload["former_department"],
        department=payload["department"],
        at=at,
    )


def release_promises(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationMessageLeft: nobody is bound by the clock any more."""
    del event_id
    promising.release(UUID(payload["consultation_id"]), at=at)


def count_again(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationAccepted, ConsultationEnded, DoctorChanged: the profile tells of it."""
    del event_id, at
    profiles.mark_stale(UUID(payload["practitioner_id"]))


def count_rating(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationRated: of the doctor who saw the visit to its end."""
    del event_id, at
    doctor = visits.doctor_of(UUID(payload["consultation_id"]))
    if doctor is not None:
        profiles.mark_stale(doctor)


def settle_told_wait(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationAccepted: what the patient was told has come true, or not."""
    del event_id, at
    services.settle_told_wait(UUID(payload["consultation_id"]))


def forget_told_wait(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationMessageLeft, DepartmentChanged: it was said of another wait."""
    del event_id, at
    services.forget_told_wait(
        UUID(payload["consultation_id"]),
        department=payload.get("former_department", payload["department"]),
    )


def note_span(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """DutyChanged: when a doctor was on duty, for whoever replays the day."""
    del event_id
    services.note_span(UUID(payload["practitioner_id"]), is_on=payload["is_on"], at=at)


def withdraw_offer(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationWithdrawn, DepartmentChanged: nobody needs to answer any more."""
    del event_id
    services.withdraw(
        UUID(payload["consultation_id"]),
        who="patient",
        reason=payload.get("reason", "department_changed"),
        at=at,
    )


def tell_offer(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """OfferMade: to the doctor's devices; a page of the workbench that is seen shows it itself."""
    doctor = queries.asked_doctor(UUID(payload["offer_id"]))
    if doctor is not None:
        notices.tell(
            doctor,
            "offer_made",
            link="/staff",
            dedup=f"offer:{event_id}",
            at=at,
            until=datetime.fromisoformat(payload["expires_at"]),
        )


def page_for_crisis(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """CrisisTold: on the monitor, and to every device of those who watch over the hospital."""
    institution = UUID(payload["institution_id"])
    abnormal.note_abnormal(
        "crisis_told",
        UUID(payload["intake_id"]),
        institution_id=institution,
        department=payload["department"],
        consultation_id=None,
        practitioner_id=None,
        due_at=at,
        at=at,
    )
    paged = {
        who for role in ("operator", "administrator") for who in active_staff(role, institution)
    }
    for who in sorted(paged, key=str):
        notices.tell(
            who,
            "crisis_told",
            link="/staff/monitor?kind=crisis_told",
            dedup=f"crisis:{event_id}",
            at=at,
        )


def note_silence(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """SiteSilent: whoever watches over the hospital calls there."""
    del event_id
    abnormal.note_silence(
        UUID(payload["silence_id"]),
        site_id=UUID(payload["site_id"]),
        institution_id=UUID(payload["institution_id"]),
        due_at=datetime.fromisoformat(payload["due_at"]),
        at=at,
    )


def settle_silence(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """SiteHeard, SiteRetired."""
    del event_id
    abnormal.settle_silence(UUID(payload["silence_id"]), at=at)


def note_late_reply(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationReturned, when the doctor had not replied in time."""
    if payload["reason"] != "no_reply":
        return
    visit = visits.house_visit(UUID(payload["consultation_id"]))
    abnormal.note_abnormal(
        "reply_late" if visit.first_reply_at else "first_reply_late",
        event_id,
        institution_id=visit.institution_id,
        department=visit.department,
        consultation_id=visit.id,
        practitioner_id=UUID(payload["practitioner_id"]),
        due_at=at,
        at=at,
    )


def note_without_doctor(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationWithdrawn by the clock: nobody took the visit."""
    if payload["reason"] not in visits.GIVEN_UP:
        return
    visit = visits.house_visit(UUID(payload["consultation_id"]))
    promising.bring_forward(visit.id, at=at)
    abnormal.note_abnormal(
        "no_doctor",
        event_id,
        institution_id=visit.institution_id,
        department=visit.department,
        consultation_id=visit.id,
        practitioner_id=None,
        due_at=visit.ended_at or at,
        at=at,
    )


def settle_record(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """RecordSigned."""
    del event_id
    abnormal.settle_record(UUID(payload["consultation_id"]), at=at)
