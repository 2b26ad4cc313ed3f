"""How an offer ends without its doctor: lapsed, withdrawn, released; and telling of nobody."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation import services as consultation
from xinglin.care.dispatch import rules
from xinglin.care.dispatch.models import Duty, Offer
from xinglin.care.dispatch.services.duty import announce
from xinglin.care.dispatch.services.lease import Lease, hold
from xinglin.care.dispatch.services.steps import locked_duty, take
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import IllegalStep, NotFound

_TELL = """
    insert into dispatch_nobodytold as n (consultation_id, department, at) values (%s, %s, %s)
    on conflict (consultation_id) do update
    set department = excluded.department, at = excluded.at where n.department <> excluded.department
"""
# The duty is locked before the offer, which is looked at again if it changed while we waited.
_HOLD = """
    with duty as materialized (
        select practitioner_id from dispatch_duty where practitioner_id in (
            select practitioner_id from dispatch_offer
            where consultation_id = %(visit)s and state = %(state)s
        ) for update
    )
    select o.* from duty join dispatch_offer o using (practitioner_id)
    where o.consultation_id = %(visit)s and o.state = %(state)s
    for update of o
"""


def lapse(offer_id: UUID, *, at: datetime) -> bool:
    """The doctor did not answer in time and is asked for nothing for two minutes; whether so.

    Locks: the duty, unless it is in other hands now; the offer. Emits: OfferClosed, DutyChanged.
    """
    with transaction.atomic():
        offer = _locked(offer_id, skip_locked=True)
        if offer is None or offer.state != "offered" or offer.expires_at > at:
            return False
        take(offer, "lapse", who="clock", actor=Viewer.system("sweeper"), at=at)
        Duty.objects.filter(pk=offer.practitioner_id).update(away_until=at + rules.AWAY_AFTER_LAPSE)
        duty = Duty.objects.get(pk=offer.practitioner_id)
        announce(duty, "away")
    return True


@outbox.in_one_transaction()
def withdraw(consultation_id: UUID, *, who: str, reason: str, at: datetime) -> bool:
    """The visit left the queue of this department: its offer goes; whether there was one.

    Locks: the duty, the offer. Emits: OfferClosed.
    """
    offer = _held(consultation_id, "offered")
    if offer is None or _still_wanted(offer):
        return False
    take(offer, "withdraw", who=who, actor=Viewer.system(who), at=at, reason=reason)
    return True


@outbox.in_one_transaction()
def release(consultation_id: UUID, *, practitioner_id: UUID, reason: str, at: datetime) -> bool:
    """The doctor has the visit no more: the slot is free; whether it was held.

    A late word about an earlier turn with the same doctor releases nothing.

    Locks: the duty, the offer. Emits: OfferClosed.
    """
    offer = _held(consultation_id, "accepted")
    if offer is None or offer.practitioner_id != practitioner_id or _is_his(offer):
        return False
    take(offer, "release", who="system", actor=Viewer.system("worker"), at=at, reason=reason)
    return True


def tell_nobody(consultation_id: UUID, *, department: str, lease: Lease, at: datetime) -> bool:
    """Tell the patient once that nobody is on duty there; whether it was told now.

    Raises:
        FencedError: we lead no more.
    """
    try:
        with transaction.atomic():
            hold(lease)
            with connection.cursor() as cursor:
                cursor.execute(_TELL, [consultation_id, department, at])
                if cursor.rowcount != 1:
                    return False
            consultation.find_nobody(consultation_id, at)
    except (IllegalStep, NotFound):
        return False
    return True


def _held(consultation_id: UUID, state: str) -> Offer | None:
    """The visit's offer in this state, behind its duty; both in one statement."""
    found: Iterable[Offer] = Offer.objects.raw(_HOLD, {"visit": consultation_id, "state": state})
    return next(iter(found), None)


def _locked(offer_id: UUID, *, skip_locked: bool = False) -> Offer | None:
    """Behind its duty, which is locked first."""
    doctor = Offer.objects.values_list("practitioner_id", flat=True).get(pk=offer_id)
    if locked_duty(doctor, skip_locked=skip_locked) is None:
        return None
    return Offer.objects.select_for_update().get(pk=offer_id)


def _still_wanted(offer: Offer) -> bool:
    card = visits.cards([offer.consultation_id])[offer.consultation_id]
    return card.state in rules.WAITING and card.department == offer.department


def _is_his(offer: Offer) -> bool:
    parties = visits.parties(offer.consultation_id)
    return parties.state == "active" and parties.doctor_user_id == offer.user_id
