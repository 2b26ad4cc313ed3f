"""Making offers under the lease: all that a turn has decided in one transaction."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import DataError, IntegrityError, OperationalError
from psycopg.errors import DeadlockDetected, LockNotAvailable

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation.types import ConsultationCard
from xinglin.care.dispatch import rules
from xinglin.care.dispatch.events import OfferMade
from xinglin.care.dispatch.lifecycle import ANSWER_WITHIN
from xinglin.care.dispatch.services.lease import FencedError, Lease, hold, renew
from xinglin.care.dispatch.types import Assignment
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.live import queries as live
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids

log = structlog.get_logger(__name__)

MOST_TOGETHER = 200

# What is in other hands now is left out: a batch that waits for one row holds up all its doctors,
# and two that wait for each other fail both.
_HOLD_DUTIES = """
    select practitioner_id, user_id from dispatch_duty where practitioner_id = any(%s)
    order by practitioner_id for update skip locked
"""
# Of `fit`: `nth` offer of this batch to the doctor, `room` that the doctor has. The most urgent may be
# one more than the doctor's number.
_ROOM = f"nth <= room + case when urgency = {rules.MOST_URGENT} then {rules.OVER} else 0 end"
# The doctors' slots and the offers; no row of those that are not to be had.
_MAKE = f"""
    with wanted as materialized (
        select * from unnest(%(offers)s::uuid[], %(visits)s::uuid[], %(doctors)s::uuid[],
            %(patients)s::uuid[], %(departments)s::text[], %(houses)s::uuid[], %(holders)s::uuid[],
            %(urgencies)s::integer[], %(languages)s::text[], %(whys)s::text[]) with ordinality
            as w (offer, visit, doctor, patient, department, house, holder, urgency, language, why, turn)
    ), fit as (
        select w.*, d.user_id, d.capacity - d.slowed - d.reserved as room,
            row_number() over (partition by w.doctor order by w.turn) as nth
        from wanted w join dispatch_duty d on d.practitioner_id = w.doctor
        where d.on_since is not null and (d.away_until is null or d.away_until <= %(at)s)
            and (d.ends_at is null or d.ends_at > %(at)s)
            and d.departments ? w.department and d.institution_id = w.house
            and d.user_id <> w.holder
            and (w.language = '' or exists (
                select from people_practitioner p
                where p.id = w.doctor and w.language = any(p.languages)
            ))
            and not exists (
                select from dispatch_offer o
                where o.consultation_id = w.visit and o.state in ('accepted', 'offered')
            )
    ), made as (
        insert into dispatch_offer
            (id, consultation_id, practitioner_id, user_id, patient_id, department, state, made_at,
             expires_at, reason, why, epoch)
        select offer, visit, doctor, user_id, patient, department, 'offered', %(at)s, %(until)s, '',
            why::jsonb, %(epoch)s
        from fit where {_ROOM} order by visit
        on conflict (consultation_id) where state in ('accepted', 'offered') do nothing
        returning id, practitioner_id, user_id
    ), slots as (
        update dispatch_duty d
        set reserved = d.reserved + g.offers, given_at = %(at)s, version = d.version + 1,
            updated_at = %(at)s
        from (select practitioner_id, count(*) as offers from made group by 1) g
        where d.practitioner_id = g.practitioner_id
    )
    select id, user_id from made
"""  # noqa: S608  # our own words
_STEPS = """
    insert into dispatch_offer_step
        (id, offer_id, step, from_state, to_state, who, actor_id, at, reason, detail)
    select s.id, s.offer, 'make', '', 'offered', 'dispatcher', %(actor)s::uuid, %(at)s::timestamptz, '',
        %(detail)s::jsonb
    from unnest(%(ids)s::uuid[], %(offers)s::uuid[]) as s (id, offer)
"""


def make_offer(assignment: Assignment, *, lease: Lease, at: datetime) -> UUID | None:
    """As `make_offers`, of one."""
    return make_offers([assignment], lease=lease, at=at)[0]


def make_offers(
    assignments: Sequence[Assignment], *, lease: Lease, at: datetime
) -> list[UUID | None]:
    """Commit decisions of the engine, in their order; None for one that does not hold any more.

    Only the leader's decision, only while the visit waits and nobody else was asked, and only when
    the doctor is on duty, reachable and has room. Nothing is waited for: what others hold now is
    None too. What fails together is tried one by one.

    Raises:
        FencedError: we lead no more.
    Locks: the lease (shared), the duties, the visits. Emits: OfferMade.
    """
    made: list[UUID | None] = []
    for start in range(0, len(assignments), MOST_TOGETHER):
        if start and not renew(lease):
            raise FencedError(f"{lease.name}: epoch {lease.epoch} is over")
        made += _committed(assignments[start : start + MOST_TOGETHER], lease, at)
    return made


def _committed(batch: Sequence[Assignment], lease: Lease, at: datetime) -> list[UUID | None]:
    try:
        with outbox.in_one_transaction():
            hold(lease)
            made = _make(batch, epoch=lease.epoch, at=at)
    except (OperationalError, IntegrityError, DataError) as error:
        if not _may_be_one_row(error):
            raise
        if len(batch) > 1:
            return [_committed([each], lease, at)[0] for each in batch]
        log.warning("offer failed", error=type(error.__cause__ or error).__name__)
        return [None]
    return [made.get(each.consultation_id) for each in batch]


def _may_be_one_row(error: Exception) -> bool:
    """And not the line to the database."""
    rows = (LockNotAvailable, DeadlockDetected)
    return not isinstance(error, OperationalError) or isinstance(error.__cause__, rows)


def _make(batch: Sequence[Assignment], *, epoch: int, at: datetime) -> dict[UUID, UUID]:
    """Visit -> its offer. Duties are locked first, as everywhere."""
    lines: dict[UUID, UUID] = dict(
        database.fetch(_HOLD_DUTIES, [sorted({a.practitioner_id for a in batch})])
    )
    present = live.present(list(lines.values()), at)
    cards = visits.held_cards([a.consultation_id for a in batch])
    offers = {
        ids.new(): (a, card)
        for a in batch
        if lines.get(a.practitioner_id) in present
        and (card := cards.get(a.consultation_id)) is not None
        and card.state in rules.WAITING
        and card.named_id in {None, a.practitioner_id}
    }
    if not offers:
        return {}
    values = {"at": at, "until": at + ANSWER_WITHIN, "epoch": epoch}
    users: dict[UUID, UUID] = dict(database.fetch(_MAKE, _columns(offers) | values))
    made = {offer: offers[offer] for offer in offers if offer in users}
    if made:
        _note(made, users, epoch=epoch, at=at)
    return {card.consultation_id: offer for offer, (_, card) in made.items()}


Offers = Mapping[UUID, tuple[Assignment, ConsultationCard]]


def _columns(offers: Offers) -> dict[str, Any]:
    pairs = offers.values()
    return {
        "offers": list(offers),
        "visits": [card.consultation_id for _, card in pairs],
        "doctors": [a.practitioner_id for a, _ in pairs],
        "patients": [card.patient_id for _, card in pairs],
        "departments": [card.department for _, card in pairs],
        "houses": [card.institution_id for _, card in pairs],
        "holders": [card.holder_id for _, card in pairs],
        "urgencies": [card.urgency for _, card in pairs],
        "languages": [card.asked_language for _, card in pairs],
        "whys": [json.dumps(a.why, ensure_ascii=False) for a, _ in pairs],
    }


def _note(made: Offers, users: Mapping[UUID, UUID], *, epoch: int, at: datetime) -> None:
    """The immutable rows of the steps, the audit's lines, the events."""
    dispatcher = Viewer.system("dispatcher")
    database.later(
        _STEPS,
        {
            "ids": [ids.new() for _ in made],
            "offers": list(made),
            "actor": dispatcher.user_id,
            "at": at,
            "detail": json.dumps({"epoch": epoch}),
        },
    )
    audit.record_each(
        dispatcher,
        "dispatch.make_offer",
        {offer: card.patient_id for offer, (_, card) in made.items()},
        thing="offer",
        purpose="care",
        details={offer: _detail(a) for offer, (a, _) in made.items()},
    )
    outbox.emit_at_once(_events(made, users, at + ANSWER_WITHIN))


def _detail(assignment: Assignment) -> dict[str, str]:
    return {
        "consultation_id": str(assignment.consultation_id),
        "practitioner_id": str(assignment.practitioner_id),
        "from": "",
        "to": "offered",
        "reason": "",
    }


def _events(made: Offers, users: Mapping[UUID, UUID], until: datetime) -> Iterable[OfferMade]:
    for offer, (_, card) in made.items():
        yield OfferMade(
            audience=(f"user:{users[offer]}",),
            offer_id=offer,
            consultation_id=card.consultation_id,
            department=card.department,
            expires_at=until,
        )
