"""A doctor as patients read of him: the sums of the profile, and how things stand just now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.dispatch import rules
from xinglin.care.dispatch.types import DoctorCard, DoctorProfile, NextFree
from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.live import queries as live
from xinglin.kernel.errors import NotFound
from xinglin.policy.rules import decide, local_date

_SUMS = """
    select p.practitioner_id, p.visits, p.patients, p.scores, p.accepts, p.accept_ms, d.user_id,
        d.on_since is not null, greatest(0, d.capacity - d.slowed - d.reserved), d.away_until, d.back_at
    from dispatch_profile p
    left join dispatch_duty d on d.practitioner_id = p.practitioner_id
    where p.practitioner_id = any(%s)
"""


@dataclass(frozen=True, slots=True)
class Sums:
    """A row of the statement above. `free`: slots; None of somebody who was never on duty."""

    practitioner_id: UUID
    visits: int
    patients: int
    scores: list[int]
    accepts: int
    accept_ms: int
    user_id: UUID | None
    is_on: bool
    free: int | None
    away_until: datetime | None
    back_at: datetime | None


def cards_of(practitioner_ids: Sequence[UUID], at: datetime) -> dict[UUID, DoctorCard]:
    """Four statements, however many; doctors without a profile are left out."""
    if not practitioner_ids:
        return {}
    sums = {row[0]: Sums(*row) for row in database.fetch(_SUMS, [list(practitioner_ids)])}
    known = people.practitioners(sums)
    on_duty = [s.user_id for s in sums.values() if s.is_on and s.user_id]
    alive = live.present(on_duty, at) if on_duty else set()
    taken = _taken(list(known.values()), at)
    return {
        doctor.id: _card(doctor, sums[doctor.id], taken.get(doctor.id, 0), alive, at)
        for doctor in known.values()
    }


def doctor_profile(viewer: Viewer, practitioner_id: UUID, at: datetime) -> DoctorProfile:
    """The whole page.

    Raises:
        NotFound: no such doctor here, or one who may not work now (policy `staff_eligibility`).
    """
    doctor = people.practitioner(practitioner_id)
    if doctor.institution_id != people.own_house(viewer):
        raise NotFound
    facts = people.staff_facts(doctor.id, at, 0)
    on = local_date(at, doctor.place)
    if not decide("staff_eligibility", facts, place=doctor.place, on=on).allowed:
        raise NotFound
    card = cards_of([doctor.id], at).get(doctor.id)
    if card is None:
        raise NotFound
    ((scores,),) = database.fetch(
        "select scores from dispatch_profile where practitioner_id = %s", [doctor.id]
    )
    return DoctorProfile(
        card=card,
        scores=None if card.score is None else tuple(scores),
        how=rules.HOW_IT_IS_COUNTED,
    )


def _taken(doctors: Sequence[PractitionerCard], at: datetime) -> dict[UUID, int]:
    """Places of today; one statement for each time zone, and there is one."""
    taken: dict[UUID, int] = {}
    by_place: dict[str, list[UUID]] = {}
    for doctor in doctors:
        by_place.setdefault(doctor.place, []).append(doctor.id)
    for place, ids in by_place.items():
        taken |= visits.named_on(ids, local_date(at, place))
    return taken


def _card(
    doctor: PractitionerCard, sums: Sums, taken: int, alive: set[UUID], at: datetime
) -> DoctorCard:
    left = max(0, doctor.named_a_day - taken)
    return DoctorCard(
        id=doctor.id,
        name=doctor.name,
        title=doctor.title,
        title_code=doctor.title_code,
        hospital=doctor.hospital,
        grade=doctor.grade,
        departments=tuple(people.department(slug) for slug in doctor.departments),
        good_at=doctor.good_at,
        full_time=doctor.full_time,
        synthetic=doctor.synthetic,
        score=rules.score_of(sums.scores),
        ratings=sum(sums.scores),
        patients=sums.patients,
        visits=sums.visits,
        accept_s=round(sums.accept_ms / sums.accepts / 1000) if sums.accepts else None,
        accepts=sums.accepts,
        price_fen=rules.PRICE_FEN,
        price=rules.PRICE,
        is_on_duty=sums.is_on,
        is_online=sums.user_id in alive,
        named_a_day=doctor.named_a_day,
        named_left=left,
        next_free=_next_free(doctor, sums, left, at),
        languages=people.languages_of(doctor.languages),
    )


def _next_free(doctor: PractitionerCard, sums: Sums, left: int, at: datetime) -> NextFree:
    """What is shown is the first moment at which the doctor can be had by name."""
    back_at = sums.back_at if sums.back_at and sums.back_at > at and not sums.is_on else None
    if not doctor.named_a_day:
        return NextFree(state="never", at=None, text=rules.TAKES_NONE)
    if not left:
        opens = visits.named_opening_after(doctor, at)
        return NextFree(state="full", at=opens, text=rules.FULL_TODAY)
    if not sums.is_on:
        return NextFree(
            state="off", at=back_at, text=rules.BACK_LATER if back_at else rules.NOT_ON_DUTY
        )
    has_room = (sums.free or 0) > 0 and not (sums.away_until and sums.away_until > at)
    if has_room:
        return NextFree(state="now", at=at, text=rules.FREE_NOW)
    return NextFree(state="busy", at=None, text=rules.BUSY)
