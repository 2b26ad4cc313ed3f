"""How an offer ends without its doctor: lapsed, withdrawn, released; and telling of nobody."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation import services as consultation
from xinglin.care.dispatch import rules
from xinglin.care.dispatch.models import Offer
from xinglin.care.dispatch.queries.forsaken import Forsaken
from xinglin.care.dispatch.services.abnormal import note_lapse
from xinglin.care.dispatch.services.lease import Lease, hold
from xinglin.care.dispatch.services.pausing import note_missed
from xinglin.care.dispatch.services.steps import locked_duty, take
from xinglin.care.dispatch.types import FINAL_REFUSALS
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import IllegalStep, NotFound

_TELL = """
    insert into dispatch_nobodytold as n (consultation_id, department, named, language, at)
    values (%(visit)s, %(department)s, %(named)s, %(language)s, %(at)s)
    on conflict (consultation_id) do update
    set department = excluded.department, named = excluded.named, language = excluded.language,
        at = excluded.at
    where n.department <> excluded.department or n.named is distinct from excluded.named
        or n.language <> excluded.language or n.at < %(since)s::timestamptz
"""
# A visit that its speaker has declined for good is as forsaken as it was.
_SPOKEN = """
    delete from dispatch_nobodytold n
    using consultation_consultation c, dispatch_duty d, people_practitioner p
    where c.id = n.consultation_id and n.named is null and p.id = d.practitioner_id
        and d.practitioner_id = any(%(doctors)s) and d.on_since is not null
        and d.institution_id = c.institution_id and d.departments ? n.department
        and n.language = any(p.languages)
        and not exists (
            select from dispatch_offer o where o.consultation_id = n.consultation_id
                and o.practitioner_id = d.practitioner_id and o.reason = any(%(final)s)
        )
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

    After the third in a row he is asked whether he is there, and for nothing until he answers.

    Locks: the duty, unless it is in other hands now; the offer. Emits: OfferClosed, DutyChanged.
    """
    with transaction.atomic():
        offer = _locked(offer_id, skip_locked=True)
        if offer is None or offer.state != "offered" or offer.expires_at > at:
            return False
        take(offer, "lapse", who="clock", actor=Viewer.system("sweeper"), at=at)
        note_missed(offer, at=at, away_until=at + rules.AWAY_AFTER_LAPSE)
        note_lapse(offer, at=at)
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
def take_back(consultation_id: UUID, *, actor: Viewer, at: datetime, unless: UUID | None) -> bool:
    """An operator gives the visit to the doctor `unless`, or to another department: the offer goes.

    Locks: the duty, the offer. Emits: OfferClosed.
    """
    offer = _held(consultation_id, "offered")
    if offer is None or offer.practitioner_id == unless:
        return False
    take(offer, "withdraw", who="operator", actor=actor, at=at, reason="reassigned")
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


def tell_nobody(visit: Forsaken, *, lease: Lease, at: datetime) -> bool:
    """Tell the patient once that nobody is there to take the visit; whether it was told now.

    Raises:
        FencedError: we lead no more.
    """
    named = people.practitioner(visit.named_id) if visit.named_id else None
    values: dict[str, Any] = {
        "visit": visit.consultation_id,
        "department": visit.department,
        "named": visit.named_id,
        "language": visit.language,
        "since": visit.since,
        "at": at,
    }
    try:
        with transaction.atomic():
            hold(lease)
            with connection.cursor() as cursor:
                cursor.execute(_TELL, values)
                if cursor.rowcount != 1:
                    return False
            consultation.find_nobody(
                visit.consultation_id,
                at,
                named=named,
                reason=visit.reason,
                language=visit.language,
            )
    except (IllegalStep, NotFound):
        return False
    return True


def hear_of_languages(practitioner_ids: Iterable[UUID]) -> int:
    """What these doctors speak may have changed: who was told that nobody speaks a language which one of
    them, on duty, does is told again when nobody does any more; how many.
    """
    values = {"doctors": list(practitioner_ids), "final": sorted(FINAL_REFUSALS)}
    return database.change(_SPOKEN, values)


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
