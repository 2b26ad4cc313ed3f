"""Every figure of the board, counted again in plain Python from the rows themselves."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection

from xinglin.care.consultation.lifecycle import active_due
from xinglin.care.consultation.models import Consultation
from xinglin.care.dispatch import queries, rules
from xinglin.care.dispatch.models import Duty, Offer
from xinglin.care.dispatch.queries.board import DUE_SOON, WEEK, day_began
from xinglin.care.dispatch.tests.cast import NOON, House
from xinglin.care.dispatch.tests.history import a_history
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.live import queries as live
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.django_db
GIVEN_UP = {"no_doctor_in_time", "no_choice_made", "message_unanswered"}


def operator(house: House | None) -> Viewer:
    return Viewer(
        user_id=ids.new(),
        roles=frozenset({"operator"}),
        permissions=settings.ROLE_PERMISSIONS["operator"],
        institution_id=house.institution.id if house else None,
    )


class Rows:
    """All there is, read as it stands; `of` one department or the whole."""

    def __init__(self, house: House, viewer: Viewer) -> None:
        self.at = house.at
        own = viewer.institution_id
        self.visits = [
            v for v in Consultation.objects.all() if own is None or v.institution_id == own
        ]
        mine = {v.pk for v in self.visits}
        self.offers = [o for o in Offer.objects.all() if o.consultation_id in mine]
        self.duties = [
            d for d in Duty.objects.all() if d.on_since and own in {None, d.institution_id}
        ]
        self.alive = live.present([d.user_id for d in self.duties], house.at)
        with connection.cursor() as cursor:
            cursor.execute(
                "select consultation_id, last_patient_at, last_doctor_at, closes_at"
                " from consultation_thread"
            )
            self.threads = {row[0]: row[1:] for row in cursor.fetchall()}

    def due(self, visit: Consultation) -> datetime | None:
        if visit.state != "active":
            return visit.due_at
        patient, doctor, closes = self.threads[visit.pk]
        return active_due(
            accepted_at=visit.state_since,
            last_patient_at=patient,
            last_doctor_at=doctor,
            closes_at=closes,
            may_ask=True,
            extended_until=visit.extended_until,
        )[0]

    def now(self, slug: str | None) -> dict[str, int | None]:
        visits = [v for v in self.visits if slug in {None, v.department}]
        staff = [d for d in self.duties if slug is None or slug in d.departments]
        there = [d for d in staff if d.user_id in self.alive]
        paused = [d for d in there if d.away_until and d.away_until > self.at]
        free = [d for d in there if d not in paused and d.capacity > d.reserved]
        waiting = [v for v in visits if v.state in {"waiting", "nobody"}]
        due = [d for v in visits if (d := self.due(v)) is not None and v.ended_at is None]
        return {
            "waiting": len(waiting),
            "left_messages": sum(v.state == "left_message" for v in visits),
            "oldest_wait_s": int((self.at - min(v.requested_at for v in waiting)).total_seconds())
            if waiting
            else None,
            "offers_out": sum(
                o.state == "offered" and slug in {None, o.department} for o in self.offers
            ),
            "due_soon": sum(d <= self.at + DUE_SOON for d in due),
            "active": sum(v.state == "active" for v in visits),
            "on_duty": len(there),
            "unreachable": len(staff) - len(there),
            "paused": len(paused),
            "free_doctors": len(free),
            "free_slots": sum(d.capacity - d.reserved for d in free),
        }

    def day(self, slug: str | None, since: datetime, until: datetime) -> dict[str, int | None]:
        def within(moment: datetime | None) -> bool:
            return moment is not None and since <= moment < until

        visits = [v for v in self.visits if slug in {None, v.department}]
        offers = [o for o in self.offers if within(o.made_at) and slug in {None, o.department}]
        waits = [v.first_reply_at - v.requested_at for v in visits if within(v.first_reply_at)]
        ended = [v for v in visits if within(v.ended_at)]
        half, most = (rules.percentile(waits, percent) for percent in (50, 90))
        return {
            "asked": sum(within(v.requested_at) for v in visits),
            "served": sum(v.state == "ended" for v in ended),
            "given_up": sum(v.ending in GIVEN_UP for v in ended),
            "first_reply_p50_s": None if half is None else round(half.total_seconds()),
            "first_reply_p90_s": None if most is None else round(most.total_seconds()),
            "offers_made": len(offers),
            "offers_accepted": sum(o.accepted_at is not None for o in offers),
            "offers_refused": sum(o.state == "refused" for o in offers),
            "offers_lapsed": sum(o.state == "lapsed" for o in offers),
        }


def as_told(told: object, names: dict[str, int | None]) -> dict[str, int | None]:
    return {name: getattr(told, name) for name in names}


@pytest.mark.parametrize("scope", ["own", "all"])
@pytest.mark.parametrize("seed", range(6))
def test_every_figure_equals_a_recount_from_the_rows(db, seed, scope):
    house = House(NOON + timedelta(minutes=7 * seed))
    with clock.frozen(house.at):
        a_history(house, seed)
    viewer = operator(house if scope == "own" else None)
    rows, board = Rows(house, viewer), queries.board(viewer, house.at)
    since = day_began(viewer, house.at)
    lines = {None: board.totals} | {d.department.slug: d.figures for d in board.departments}
    for slug, told in lines.items():
        now = rows.now(slug)
        assert as_told(told, now) == now, slug
        today = rows.day(slug, since, house.at)
        assert as_told(told.today, today) == today, slug
        before = rows.day(slug, since - WEEK, house.at - WEEK)
        assert as_told(told.last_week, before) == before, slug
        assert told.served_today == today["served"]
    assert board.totals.waiting > 0
    assert board.totals.today.offers_made > 0


FIGURES = ("waiting", "left_messages", "active", "offers_out", "due_soon")
TODAY = {"asked_today": "asked", "served_today": "served", "given_up_today": "given_up"}


@pytest.mark.parametrize("figure", [*FIGURES, *TODAY])
@pytest.mark.parametrize("seed", [1, 4])
def test_each_number_opens_as_many_visits_as_it_says(db, figure, seed):
    house = House(NOON)
    with clock.frozen(house.at):
        a_history(house, seed, visits=60)
    viewer = operator(house)
    board = queries.board(viewer, house.at)
    said = (
        getattr(board.totals, figure)
        if figure in FIGURES
        else getattr(board.totals.today, TODAY[figure])
    )
    shown, after = [], ""
    while True:
        asked = queries.Asked(figure=figure, after=after, limit=7)
        page = queries.board_visits(viewer, asked, house.at)
        shown += [line.id for line in page.items]
        if page.next is None:
            break
        after = str(page.next)
    assert len(shown) == len(set(shown)) == said
    assert shown == sorted(shown)


def test_doctors_behind_a_number_are_as_many_as_it_says_and_those_who_refused_most_come_first(db):
    house = House(NOON)
    with clock.frozen(house.at):
        a_history(house, 3, visits=80)
    viewer = operator(house)
    totals = queries.board(viewer, house.at).totals
    said = {
        "on_duty": totals.on_duty,
        "free": totals.free_doctors,
        "paused": totals.paused,
        "unreachable": totals.unreachable,
    }
    for state, number in said.items():
        page = queries.board_doctors(viewer, queries.Asked(figure=state), house.at)
        assert len(page.items) == number, state
    shown, after = [], ""
    while True:
        page = queries.board_doctors(viewer, queries.Asked(after=after, limit=2), house.at)
        shown += page.items
        if page.next is None:
            break
        after = page.next
    missed = [d.offers_refused + d.offers_lapsed for d in shown]
    assert missed == sorted(missed, reverse=True)
    assert len({d.id for d in shown}) == len(shown) > 2
    since = day_began(viewer, house.at)
    for line in shown:
        offers = Offer.objects.filter(practitioner_id=line.id, made_at__gte=since)
        assert line.offers_made == offers.count()
        assert line.offers_refused == offers.filter(state="refused").count()
        assert line.offers_accepted == offers.filter(accepted_at__isnull=False).count()
