"""Making an offer under the lease, and the doctor's answer to it."""

import json
from datetime import datetime
from uuid import UUID

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.types import ConsultationCard
from xinglin.care.dispatch import rules
from xinglin.care.dispatch.engine import Assignment
from xinglin.care.dispatch.events import OfferMade
from xinglin.care.dispatch.lifecycle import ANSWER_WITHIN
from xinglin.care.dispatch.models import Offer
from xinglin.care.dispatch.permissions import check_own_offer
from xinglin.care.dispatch.services.eligibility import check_may_accept
from xinglin.care.dispatch.services.lease import Lease, hold
from xinglin.care.dispatch.services.steps import note_step, take
from xinglin.care.dispatch.types import REFUSAL_REASONS
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.live import queries as live
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid, NotFound
from xinglin.kernel.text import Text

LONGEST_NOTE = 200

# The doctor's slot and the offer; no row when either is not to be had.
_MAKE = """
    with slot as (
        update dispatch_duty
        set reserved = reserved + 1, given_at = %(at)s, version = version + 1, updated_at = %(at)s
        where practitioner_id = %(doctor)s and on_since is not null and reserved < capacity
          and (away_until is null or away_until <= %(at)s)
          and departments ? %(department)s and institution_id = %(institution)s
          and user_id <> %(holder)s
        returning user_id
    )
    insert into dispatch_offer
        (id, consultation_id, practitioner_id, user_id, patient_id, department, state, made_at,
         expires_at, reason, why, epoch)
    select %(offer)s, %(visit)s, %(doctor)s, user_id, %(patient)s, %(department)s, 'offered', %(at)s,
        %(until)s, '', %(why)s::jsonb, %(epoch)s
    from slot
    on conflict (consultation_id) where state in ('accepted', 'offered') do nothing
    returning user_id
"""


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


class _LostError(Exception):
    """Something changed since the engine decided; it decides anew."""


def make_offer(assignment: Assignment, *, lease: Lease, at: datetime) -> UUID | None:
    """Commit a decision of the engine; None when it does not hold any more.

    Only the leader's decision, only while the visit waits and nobody else was asked, and only when
    the doctor is on duty, reachable and has room.

    Raises:
        FencedError: we lead no more.
    Locks: the lease (shared), the duty, the visit (its key). Emits: OfferMade.
    """
    try:
        with transaction.atomic():
            hold(lease)
            return _make(assignment, epoch=lease.epoch, at=at)
    except _LostError:
        return None
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return None
        raise


def _make(assignment: Assignment, *, epoch: int, at: datetime) -> UUID:
    card = _waiting_card(assignment.consultation_id)
    offer = _offered(assignment, card, epoch, at)
    # Read again behind the insert: its foreign key keeps the visit from leaving until we commit.
    if _waiting_card(card.consultation_id).department != card.department:
        raise _LostError
    dispatcher = Viewer.system("dispatcher")
    note_step(offer, "make", "", who="dispatcher", actor=dispatcher, at=at, detail={"epoch": epoch})
    outbox.emit(
        OfferMade(
            audience=(f"user:{offer.user_id}",),
            offer_id=offer.pk,
            consultation_id=offer.consultation_id,
            department=offer.department,
            expires_at=offer.expires_at,
        )
    )
    return offer.pk


def _waiting_card(consultation_id: UUID) -> ConsultationCard:
    card = visits.cards([consultation_id]).get(consultation_id)
    if card is None or card.state not in rules.WAITING:
        raise _LostError
    return card


def _offered(assignment: Assignment, card: ConsultationCard, epoch: int, at: datetime) -> Offer:
    """The offer with its slot; the doctor's duty is locked from here on."""
    offer = Offer(
        id=ids.new(),
        consultation_id=card.consultation_id,
        practitioner_id=assignment.practitioner_id,
        patient_id=card.patient_id,
        department=card.department,
        made_at=at,
        expires_at=at + ANSWER_WITHIN,
        why=assignment.why.as_dict(),
        epoch=epoch,
    )
    values = {
        "at": at,
        "doctor": offer.practitioner_id,
        "department": offer.department,
        "institution": card.institution_id,
        "holder": card.holder_id,
        "offer": offer.pk,
        "visit": offer.consultation_id,
        "patient": offer.patient_id,
        "until": offer.expires_at,
        "why": json.dumps(offer.why, ensure_ascii=False),
        "epoch": epoch,
    }
    row = database.fetch_one(_MAKE, values)
    if row is None or row[0] not in live.present([row[0]], at):
        raise _LostError
    offer.user_id = row[0]
    return offer


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
    check_may_accept(doctor, at=at)
    take(offer, "accept", who="doctor", actor=viewer, at=at)
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
