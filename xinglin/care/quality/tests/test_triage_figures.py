"""The sums by which people judge triage; and that they are of what happened in the hospital."""

from datetime import date, timedelta

import pytest

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.tests import factories
from xinglin.care.quality import queries
from xinglin.care.quality.triage_figures import (
    LEAST_A_WEEK,
    Seen,
    confusion,
    coverage,
    missed,
    report,
    weeks,
)
from xinglin.care.triage.models import Intake
from xinglin.host.triage_report import printed
from xinglin.kernel import ids

MONDAY = date(2026, 11, 2)


def seen(suggested: str = "ent", ended: str | None = "ent", **told) -> Seen:
    values = {
        "week": MONDAY,
        "outcome": "ready",
        "level": "online_routine",
        "suggested": suggested,
        "sure": True,
        "confidence": 0.9,
        "consultation_id": ids.new() if ended else None,
        "department": ended or "",
    }
    return Seen(**{**values, **told})


def test_what_was_confused_is_counted_and_the_most_frequent_stands_first():
    rows = [seen(), *[seen("ent", "neurology")] * 2, seen("ent", "tcm")]
    assert confusion(rows) == (("ent", "neurology", 2), ("ent", "tcm", 1))


def test_a_higher_threshold_covers_less():
    rows = [
        seen(confidence=0.95),
        seen(confidence=0.6),
        seen("ent", "tcm", confidence=0.4),
        seen(confidence=None),
    ]
    found = {each.threshold: each for each in coverage(rows)}
    assert (found[0.0].covered.n, found[0.0].covered.right) == (3, 3)
    assert (found[0.0].accuracy.n, found[0.0].accuracy.right) == (3, 2)
    assert (found[0.5].covered.right, found[0.5].accuracy.rate) == (2, 1.0)
    assert (found[0.9].covered.right, found[0.9].accuracy.n) == (1, 1)


def test_without_a_confidence_there_is_no_coverage():
    assert coverage([seen(confidence=None)]) == ()


def test_a_week_that_moves_is_noted_and_a_small_one_is_not():
    after = MONDAY + timedelta(days=7)

    def two_weeks(n: int):
        before = [seen("ent")] * n
        return weeks(
            [*before, *[seen("ent", week=after)] * (n // 2), *[seen("tcm", week=after)] * (n // 2)]
        )

    first, second = two_weeks(LEAST_A_WEEK)
    assert (first.moved, first.notable) == (None, False)
    assert (second.moved, second.notable) == (0.5, True)
    assert dict(second.most_moved) == {"ent": -0.5, "tcm": 0.5}
    assert not two_weeks(LEAST_A_WEEK - 2)[1].notable


def test_a_missed_danger_is_what_was_let_in_and_sent_away_at_once():
    danger, today = seen(stopped="emergency", go="now"), seen(stopped="unsuitable", go="today")
    rows = [
        danger,
        today,
        seen(stopped="unsuitable", go="days"),
        seen(level="in_person_today", stopped="emergency", go="now"),
        seen(),
    ]
    assert [each.consultation_id for each in missed(rows)] == [
        danger.consultation_id,
        today.consultation_id,
    ]


def test_nothing_to_count_is_no_fault():
    empty = report([])
    assert (empty.intakes, empty.accuracy.rate, empty.weeks, empty.coverage) == (0, 0.0, (), ())


@pytest.fixture
def cast(db):
    return factories.cast()


def _stopped(cast, **told):
    visit = factories.active(cast.patient, cast.doctor, **told)
    consultation.stop(cast.doctor.viewer, visit, referral=factories.referral(), at=factories.now())
    return visit


def test_the_report_is_of_what_happened_here(cast):
    stopped = _stopped(
        cast, ranked=[{"department": factories.department(), "probability": 0.8}], sure=True
    )
    factories.active(cast.other_patient, cast.doctor, where=2)
    factories.intake(cast.patient, outcome="emergency", level="emergency")
    at = factories.now()
    found = queries.triage_report(at - timedelta(days=1), at + timedelta(minutes=1))
    assert (found.intakes, found.visits, found.stopped_at_the_door) == (3, 1, 1)
    assert found.overrides == {"patient": 1}
    assert [each.consultation_id for each in found.missed] == [stopped]
    assert (found.accuracy.n, found.accuracy.right) == (1, 1)
    assert found.coverage[0].covered.n == 1
    (week,) = found.weeks
    assert week.intakes == 3


def test_what_is_older_is_not_counted(cast):
    factories.intake(cast.patient)
    Intake.objects.update(created_at=factories.now() - timedelta(days=30))
    at = factories.now()
    assert queries.triage_report(at - timedelta(days=28), at).intakes == 0


def test_the_report_is_printed_for_people_and_for_programs(cast):
    stopped = _stopped(cast)
    words = printed(days=7, as_json=False)
    assert str(stopped) in words
    assert "Nothing learns" in words
    assert f'"consultation_id": "{stopped}"' in printed(days=7, as_json=True)


def test_an_empty_hospital_has_a_report(cast):
    assert "0 intakes" in printed(days=7, as_json=False)
