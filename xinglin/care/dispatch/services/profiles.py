"""Profiles of doctors, made of other rows: they can be thrown away and made again."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from psycopg.types.json import Jsonb

from xinglin.care.consultation import queries as visits
from xinglin.care.dispatch.queries import words
from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.database import services as database
from xinglin.kernel import clock
from xinglin.kernel.errors import XinglinError
from xinglin.policy.rules import decide, local_date

log = structlog.get_logger(__name__)

JUDGE_EVERY = timedelta(hours=1)
_AT_ONCE = 20
_ACCEPTS = """
    select count(*), coalesce(sum(extract(epoch from accepted_at - made_at) * 1000), 0)::bigint
    from dispatch_offer where practitioner_id = %s and accepted_at is not null
"""
_TAKE_UP = """
    insert into dispatch_profile (practitioner_id, institution_id, title_code, departments, sort_key,
        names, words, grams, is_fit, is_stale, judged_at, visits, patients, scores, accepts, accept_ms)
    values (%(doctor)s, %(institution)s, '', '{}', '', '', '', '{}', false, true, %(at)s, 0, 0,
        '{0,0,0,0,0}', 0, 0)
    on conflict (practitioner_id) do nothing
"""
_TAKE_UP_ALL = """
    insert into dispatch_profile (practitioner_id, institution_id, title_code, departments, sort_key,
        names, words, grams, is_fit, is_stale, judged_at, visits, patients, scores, accepts, accept_ms)
    select practitioner_id, institution_id, '', '{}', '', '', '', '{}', false, true, %(at)s, 0, 0,
        '{0,0,0,0,0}', 0, 0
    from unnest(%(doctors)s::uuid[], %(institutions)s::uuid[]) as e (practitioner_id, institution_id)
    on conflict (practitioner_id) do nothing
"""
_ALL_STALE = """
    update dispatch_profile set is_stale = true
    where practitioner_id = any(%s) and not is_stale
"""
_STALE = "update dispatch_profile set is_stale = true where practitioner_id = %s and not is_stale"
# Who is marked again while we count is counted again: the mark waits for our commit.
_TAKE = """
    update dispatch_profile set is_stale = false, judged_at = %(at)s
    where practitioner_id in (
        select practitioner_id from dispatch_profile where is_stale
        order by practitioner_id limit %(most)s for update skip locked
    )
    returning practitioner_id
"""
_TAKE_OLD = """
    update dispatch_profile set judged_at = %(at)s
    where practitioner_id in (
        select practitioner_id from dispatch_profile where judged_at < %(before)s
        order by judged_at limit %(most)s for update skip locked
    )
    returning practitioner_id
"""
_WRITE = """
    update dispatch_profile set institution_id = %(institution)s, title_code = %(title)s,
        departments = %(departments)s, sort_key = %(sort_key)s, names = %(names)s, words = %(words)s,
        grams = %(grams)s, is_fit = %(is_fit)s, fit_until = %(fit_until)s, visits = %(visits)s,
        patients = %(patients)s, scores = %(scores)s, accepts = %(accepts)s,
        accept_ms = %(accept_ms)s
    where practitioner_id = %(doctor)s
"""


def mark_stale(practitioner_id: UUID) -> None:
    """Something has happened that the profile tells of; the worker counts again."""
    database.change(_STALE, [practitioner_id])


def take_up(practitioner_id: UUID, *, at: datetime) -> None:
    """The doctor can be found as soon as the worker has looked."""
    card = people.practitioner(practitioner_id)
    database.change(_TAKE_UP, {"doctor": card.id, "institution": card.institution_id, "at": at})


def mark_all_stale(practitioner_ids: list[UUID]) -> None:
    database.change(_ALL_STALE, [practitioner_ids])


def take_up_all(practitioner_ids: list[UUID], *, at: datetime) -> None:
    """As `take_up`, in two statements however many they are."""
    cards = list(people.practitioners(practitioner_ids).values())
    told = {
        "doctors": [card.id for card in cards],
        "institutions": [card.institution_id for card in cards],
        "at": at,
    }
    database.change(_TAKE_UP_ALL, told)


def follow() -> int:
    """Count again for those of whom something has happened, then judge those not looked at for long.

    A worker's loop; how many were done. Locks: their profiles.
    """
    at = clock.now()
    done = _each(_TAKE, {"at": at, "most": _AT_ONCE}, at)
    if done < _AT_ONCE:
        done += _each(_TAKE_OLD, {"at": at, "before": at - JUDGE_EVERY, "most": _AT_ONCE}, at)
    return done


def make_again() -> int:
    """Every profile from nothing, for an operator who doubts them; how many."""
    at, last, done = clock.now(), None, 0
    while page := people.practitioner_ids(after=last):
        for doctor in page:
            with transaction.atomic():
                take_up(doctor, at=at)
                write(doctor, at=at)
        last, done = page[-1], done + len(page)
    return done


def _each(take: str, values: dict[str, Any], at: datetime) -> int:
    """One that fails is left as it was, and holds up no other."""
    with transaction.atomic():
        taken = [doctor for (doctor,) in database.fetch(take, values)]
        for doctor in taken:
            try:
                with transaction.atomic():
                    write(doctor, at=at)
            except (XinglinError, DatabaseError) as error:  # whatever is wrong with one
                log.warning("profile failed", doctor=str(doctor), error=type(error).__name__)
    return len(taken)


def write(practitioner_id: UUID, *, at: datetime) -> None:
    """All of the profile but when it was made; what it costs grows with the doctor's visits."""
    card = people.practitioner(practitioner_id)
    count = visits.doctor_count(card.id)
    ((accepts, accept_ms),) = database.fetch(_ACCEPTS, [card.id])
    names = words.name_words(card.name)
    told = words.all_words(names, _texts(card))
    database.change(
        _WRITE,
        {
            "doctor": card.id,
            "institution": card.institution_id,
            "title": card.title_code,
            "departments": Jsonb({slug: 1 + (n > 0) for n, slug in enumerate(card.departments)}),
            "sort_key": words.sort_key(card.name),
            "names": names,
            "words": told,
            "grams": words.grams(told),
            **_fitness(card, at),
            "visits": count.visits,
            "patients": count.patients,
            "scores": list(count.scores),
            "accepts": accepts,
            "accept_ms": accept_ms,
        },
    )


def _texts(card: PractitionerCard) -> list[str]:
    """What is searched beside the name: departments as people call them, hospital, what he is good at."""
    served = [people.department(slug) for slug in card.departments]
    texts = [card.title, card.hospital, *(d.name for d in served)]
    if card.good_at:
        texts.append(card.good_at)
    return [
        *(part for text in texts for part in (text.zh, text.en)),
        *(alias for d in served for alias in d.aliases),
    ]


def _fitness(card: PractitionerCard, at: datetime) -> dict[str, object]:
    facts = people.staff_facts(card.id, at, 0)
    verdict = decide("staff_eligibility", facts, place=card.place, on=local_date(at, card.place))
    return {"is_fit": verdict.allowed, "fit_until": facts.licence_until}
