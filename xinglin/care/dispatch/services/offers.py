"""The doctor's answer to an offer."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation import services as consultation
from xinglin.care.dispatch.models import Offer
from xinglin.care.dispatch.permissions import check_own_offer
from xinglin.care.dispatch.services.abnormal import note_refusals
from xinglin.care.dispatch.services.eligibility import check_may_accept
from xinglin.care.dispatch.services.needs import raise_need
from xinglin.care.dispatch.services.pausing import note_missed, note_taken
from xinglin.care.dispatch.services.steps import take
from xinglin.care.dispatch.types import NEEDS_SENIOR, REFUSAL_REASONS
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid, NotFound
from xinglin.kernel.text import Text

LONGEST_NOTE = 200

_OWN_FIELDS = [f.attname for f in Offer._meta.concrete_fields if f.attname != "why"]  # noqa: SLF001  # Django's public name for it
# Only for the doctor who is asked: a stranger's word locks nothing. The duty is locked before the
# offer, which is looked at again if it changed while we waited.
_LOCK_OWN = f"""
    with duty as materialized (
        select practitioner_id from dispatch_duty where practitioner_id = (
            select practitioner_id from dispatch_offer where id = %(offer)s and user_id = %(user)s
        ) for update
    )
    select {", ".join(f"o.{field}" for field in _OWN_FIELDS)}
    from duty join dispatch_offer o using (practitioner_id)
    where o.id = %(offer)s and o.user_id = %(user)s
    for update of o
"""  # noqa: S608  # our own columns


@outbox.in_one_transaction()
def accept_offer(viewer: Viewer, offer_id: UUID, *, at: datetime) -> UUID:
    """The doctor takes the visit; answers its id. Twice is as good as once.

    Raises:
        NotFound: no such offer for this doctor.
        Conflict: `offer_expired`, `offer_withdrawn` or `offer_refused`.
        RuleRefused: policy `accept_consultation` says no; `recheck` asks for an identity check.
    Locks: the duty, the offer, the visit. Emits: OfferClosed, ConsultationAccepted.
    """
    offer = _own_locked(viewer, offer_id)
    if offer.state == "accepted":
        return offer.consultation_id
    _check_open(offer, at)
    doctor = people.practitioner(offer.practitioner_id)
    house = visits.parties(offer.consultation_id).institution_id
    check_may_accept(doctor, at=at, institution_id=house)
    take(offer, "accept", who="doctor", actor=viewer, at=at)
    note_taken(offer.practitioner_id, at=at)
    try:
        consultation.accept(offer.consultation_id, practitioner=doctor, at=at, viewer=viewer)
    except IllegalStep as gone:
        raise _GONE["withdrawn"] from gone
    return offer.consultation_id


@outbox.in_one_transaction()
def refuse_offer(
    viewer: Viewer, offer_id: UUID, *, reason: str, at: datetime, note: str = ""
) -> None:
    """The doctor declines; the next one is asked, the patient keeps the place.

    Who finds that it needs a more senior doctor raises the visit's need.

    Raises:
        NotFound: no such offer for this doctor.
        Invalid: the reason is not of `REFUSAL_REASONS`, or the note is too long.
        Conflict: as in `accept_offer`, and `offer_accepted`.
    Locks: the duty, the offer. Emits: OfferClosed.
    """
    if reason not in REFUSAL_REASONS:
        raise Invalid(FieldError("reason", Text("没有这个原因。", "There is no such reason.")))
    if len(note) > LONGEST_NOTE:
        raise Invalid(
            FieldError(
                "note",
                Text("说明最多 {n} 个字。", "A note has at most {n} characters.").filled(
                    n=LONGEST_NOTE
                ),
            )
        )
    offer = _own_locked(viewer, offer_id)
    if offer.state == "refused":
        return
    _check_open(offer, at)
    take(offer, "refuse", who="doctor", actor=viewer, at=at, reason=reason, note=note)
    note_missed(offer, at=at)
    note_refusals(offer, at=at)
    if reason == NEEDS_SENIOR:
        raise_need(
            viewer,
            offer.consultation_id,
            doctor=people.practitioner(offer.practitioner_id),
            patient_id=offer.patient_id,
            how="refused",
            at=at,
        )


def _own_locked(viewer: Viewer, offer_id: UUID) -> Offer:
    """The duty is locked first, as everywhere."""
    row = database.fetch_one(_LOCK_OWN, {"offer": offer_id, "user": viewer.user_id})
    if row is None:
        raise NotFound
    offer = Offer.from_db(connection.alias, _OWN_FIELDS, row)
    check_own_offer(viewer, offer)
    return offer


def _check_open(offer: Offer, at: datetime) -> None:
    if offer.state != "offered":
        raise _GONE[offer.state]
    if offer.expires_at <= at:
        raise _GONE["lapsed"]


_GONE = {
    "accepted": Conflict(
        "offer_accepted",
        Text(
            "您已接诊，不能再拒绝；如无法继续，请在会话中转交。",
            "You have taken this visit; if you cannot go on, hand it back there.",
        ),
    ),
    "lapsed": Conflict(
        "offer_expired",
        Text(
            "应答时间已过，患者已转给其他医生。",
            "The time to answer is over; the patient goes to another doctor.",
        ),
    ),
    "withdrawn": Conflict(
        "offer_withdrawn",
        Text(
            "患者已离开或改了科室，此次派单已撤回。",
            "The patient has left or changed the department; the offer was withdrawn.",
        ),
    ),
    "refused": Conflict(
        "offer_refused", Text("您已拒绝此次派单。", "You have declined this offer.")
    ),
    "released": Conflict(
        "offer_released",
        Text("此次问诊已结束或已转交。", "This visit has ended or was handed over."),
    ),
}
