"""A doctor's own figures equal a recount from raw rows, and tell nothing of who has rated."""

from datetime import UTC, datetime, timedelta

import pytest

from xinglin.care.consultation.models import Consultation, Rating
from xinglin.care.consultation.tests import factories as make
from xinglin.care.dispatch import rules
from xinglin.care.dispatch.models import Offer
from xinglin.care.people.tests import factories as people
from xinglin.kernel import ids

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def cast():
    return make.cast()


@pytest.fixture
def door(cast):
    return make.Browser(cast.doctor)


def figures(browser, days=1):
    answer = browser.get("/desk/figures", days=days)
    assert answer.status_code == 200, answer.content
    return answer.json()


def had(doctor, *, days_ago=0, wait_s=60, reply_s=30, ended=True, stars=None):
    """A visit as it stands in the rows, of so many days ago."""
    visit = make.ended(make.patient(), doctor) if ended else make.active(make.patient(), doctor)
    accepted = make.now() - days_ago * DAY
    Consultation.objects.filter(pk=visit).update(
        requested_at=accepted - timedelta(seconds=wait_s),
        accepted_at=accepted,
        first_reply_at=None if reply_s is None else accepted + timedelta(seconds=reply_s),
    )
    if stars:
        Rating.objects.create(consultation_id=visit, score=stars, rated_at=accepted)
    return visit


def offered(doctor, state, *, days_ago=0, reason=""):
    made = make.now() - days_ago * DAY
    Offer.objects.create(
        id=ids.new(),
        consultation_id=make.visit(make.patient()),
        practitioner_id=doctor.card.id,
        user_id=doctor.id,
        patient_id=ids.new(),
        department=make.department(),
        state=state,
        made_at=made,
        expires_at=made,
        closed_at=made,
        reason=reason,
        why={"zh": "", "en": ""},
        epoch=1,
    )


def recount(doctor, days):
    """From the rows, one by one, in Python."""
    zone = timedelta(hours=8)
    midnight = (datetime.now(UTC) + zone).replace(hour=0, minute=0, second=0, microsecond=0)
    since = midnight - zone - (days - 1) * DAY
    rows = [
        row
        for row in Consultation.objects.filter(doctor_user_id=doctor.id)
        if row.accepted_at and row.accepted_at >= since
    ]
    waits = [row.accepted_at - row.requested_at for row in rows]
    replies = [row.first_reply_at - row.accepted_at for row in rows if row.first_reply_at]

    def seconds(of, percent):
        found = rules.percentile(of, percent)
        return None if found is None else round(found.total_seconds())

    offers = list(Offer.objects.filter(practitioner_id=doctor.card.id, made_at__gte=since))
    return {
        "visits": len(rows),
        "ended": sum(row.state == "ended" for row in rows),
        "active": sum(row.state == "active" for row in rows),
        "wait_p50_s": seconds(waits, 50),
        "wait_p90_s": seconds(waits, 90),
        "reply_p50_s": seconds(replies, 50),
        "reply_p90_s": seconds(replies, 90),
        "offers": len(offers),
        "refused": sum(each.state == "refused" for each in offers),
        "lapsed": sum(each.state == "lapsed" for each in offers),
    }


@pytest.mark.parametrize("days", [1, 7, 30])
def test_they_equal_a_recount_from_raw_rows(cast, door, days):
    for days_ago in (0, 0, 3, 6, 8, 29, 31):
        had(cast.doctor, days_ago=days_ago, wait_s=20 + 37 * days_ago, reply_s=5 + 11 * days_ago)
    had(cast.doctor, reply_s=None, ended=False)
    had(cast.other_doctor, wait_s=9999)
    for state, days_ago in (("refused", 0), ("lapsed", 2), ("refused", 12), ("refused", 40)):
        offered(cast.doctor, state, days_ago=days_ago, reason="busy")
    offered(cast.other_doctor, "refused", reason="busy")
    found = figures(door, days)
    expected = recount(cast.doctor, days)
    assert {name: found[name] for name in expected} == expected
    assert expected["visits"] == {1: 3, 7: 5, 30: 7}[days]
    assert found["refusals"] == [{"reason": "busy", "count": expected["refused"]}]


def test_a_day_without_anything_says_so(door):
    found = figures(door)
    assert (found["visits"], found["wait_p50_s"], found["reply_p90_s"]) == (0, None, None)
    assert found["ratings"] == {
        "fewest": rules.FEWEST_RATINGS,
        "count": 0,
        "mean": None,
        "scores": None,
    }


def test_a_reply_of_a_doctor_before_is_not_this_doctors(cast, door):
    visit = had(cast.doctor)
    row = make.row(visit)
    Consultation.objects.filter(pk=visit).update(first_reply_at=row.accepted_at - DAY)
    assert figures(door)["reply_p50_s"] is None


def test_few_ratings_show_no_stars(cast, door):
    for _ in range(rules.FEWEST_RATINGS - 1):
        had(cast.doctor, days_ago=2, stars=1)
    found = figures(door, 7)["ratings"]
    assert (found["count"], found["mean"], found["scores"]) == (9, None, None)
    had(cast.doctor, days_ago=2, stars=5)
    found = figures(door, 7)["ratings"]
    assert (found["mean"], found["scores"]) == (1.4, [9, 0, 0, 0, 1])


def test_a_rating_of_today_moves_nothing_before_tomorrow(cast, door):
    for _ in range(rules.FEWEST_RATINGS):
        had(cast.doctor, days_ago=2, stars=4)
    before = figures(door, 7)["ratings"]
    had(cast.doctor, stars=1)
    assert figures(door, 7)["ratings"] == before
    assert figures(door, 1)["ratings"]["count"] == 0


def test_nothing_in_them_names_a_patient(cast, door):
    had(cast.doctor, days_ago=1, stars=2)
    words = door.get("/desk/figures", days=7).content.decode()
    assert "林小满" not in words
    assert str(cast.patient.patient_id) not in words


@pytest.mark.parametrize("who", ["patient", "operator"])
def test_only_doctors_have_figures_of_their_own(cast, who):
    assert make.Browser(getattr(cast, who)).get("/desk/figures").status_code == 403
    assert make.Browser(None).get("/desk/figures").status_code == 401


def test_a_doctor_who_is_employed_nowhere_has_none():
    browser = people.Browser(people.staff_viewer("doctor"))
    assert browser._client.get("/api/v1/desk/figures").status_code == 404


@pytest.mark.parametrize("days", ["0", "2", "x", "-1"])
def test_another_span_is_refused(door, days):
    assert door.get("/desk/figures", days=days).status_code == 422
