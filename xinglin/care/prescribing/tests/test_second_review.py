"""Two pharmacists, where the hospital or its place wants them: nothing is effective before both have signed."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction

from xinglin.care.consultation.tests import factories as make
from xinglin.care.prescribing import tasks
from xinglin.care.prescribing.apps import PrescribingConfig
from xinglin.care.prescribing.lifecycle import CLAIM_HELD_FOR, REVIEW_WITHIN
from xinglin.care.prescribing.models import (
    FirstReview,
    Pharmacist,
    PrescriptionReview,
    PrescriptionStep,
    PrescriptionTicket,
    PrescriptionVersion,
)
from xinglin.care.prescribing.permissions import reviewer_can
from xinglin.care.prescribing.queries import exports, prescriptions, reviews, verifying
from xinglin.care.prescribing.services import reviewing, validity
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.test_reviewing import BACK, shown
from xinglin.care.prescribing.tests.test_writing import refused
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound

EFFECTIVE = "update prescription set state = 'effective', effective_at = now() where id = %s"


@pytest.fixture(autouse=True)
def _wanted(settings):
    settings.SECOND_REVIEW_FOR = frozenset({"high_alert"})


@pytest.fixture
def risky(chain):
    """Of a chain whose medicine is one of those."""
    return rx.Chain(
        chain.cast,
        chain.visit,
        chain.pharmacist,
        chain.other_pharmacist,
        rx.product(high_alert=True),
    )


def passed_once(of, **changed):
    """By the first of two; the second holds it."""
    done = rx.claimed(of, **changed)
    rx.approve(of, done)
    reviewing.claim(of.other_pharmacist, done, at=clock.now())
    return done


def version_of(done):
    return PrescriptionVersion.objects.get(prescription_id=done, number=rx.row(done).version)


def test_it_is_effective_when_both_have_signed_and_not_before(risky):
    done = rx.claimed(risky)
    rx.approve(risky, done)
    row = rx.row(done)
    assert (row.state, row.reviewer_id, row.effective_at) == ("signed_by_doctor", None, None)
    assert not PrescriptionReview.objects.exists()
    assert not PrescriptionTicket.objects.exists()
    with pytest.raises(Exception, match="not_effective"):
        rx.token(risky, done)
    reviewing.claim(risky.other_pharmacist, done, at=clock.now())
    rx.approve(risky, done, by=risky.other_pharmacist)
    assert (rx.state(done), version_of(done).reviews_needed) == ("effective", 2)
    validity.take(risky.pharmacist, rx.token(risky, done), at=clock.now())
    assert shown(make.events(risky.visit)) == [
        "PrescriptionBegun",
        "PrescriptionSigned",
        "PrescriptionClaimed",
        "PrescriptionPassedOn",
        "PrescriptionClaimed",
        "PrescriptionApproved",
        "PrescriptionDispensed",
    ]


def test_of_other_medicines_one_pharmacist_is_enough(chain):
    done = rx.effective(chain)
    assert (rx.state(done), version_of(done).reviews_needed) == ("effective", 1)
    assert not FirstReview.objects.exists()


def test_the_place_may_want_it_as_well(chain, settings, monkeypatch):
    settings.SECOND_REVIEW_FOR = frozenset()
    rx.with_knob(monkeypatch, "second_review_classes", cn=frozenset({"rx"}))
    done = rx.claimed(chain)
    rx.approve(chain, done)
    assert rx.state(done) == "signed_by_doctor"


def test_what_was_signed_before_it_was_wanted_is_passed_by_two_and_the_other_way_round(
    risky, settings
):
    settings.SECOND_REVIEW_FOR = frozenset()
    before = rx.claimed(risky)
    settings.SECOND_REVIEW_FOR = frozenset({"high_alert"})
    rx.approve(risky, before)
    assert rx.state(before) == "signed_by_doctor"
    after = rx.claimed(risky)
    settings.SECOND_REVIEW_FOR = frozenset()
    rx.approve(risky, after)
    assert rx.state(after) == "signed_by_doctor"
    for done in (before, after):
        reviewing.claim(risky.other_pharmacist, done, at=clock.now())
        rx.approve(risky, done, by=risky.other_pharmacist)
        assert rx.state(done) == "effective"


def test_the_second_is_another_person_than_the_first(risky):
    done, at = rx.claimed(risky), clock.now()
    rx.approve(risky, done)
    assert "XL26" in refused(reviewing.claim, risky.pharmacist, done, at=at)
    mark = Pharmacist.objects.get(pk=risky.pharmacist.user_id).id_number_index
    same = rx.pharmacist(id_number_index=mark)
    assert "XL26" in refused(reviewing.claim, same, done, at=at)
    reviewing.claim(risky.other_pharmacist, done, at=at)
    assert rx.state(done) == "claimed"


@pytest.mark.usefixtures("at_noon")
def test_the_second_review_has_a_deadline_and_a_claim_of_its_own(risky):
    at = clock.now()
    done = rx.claimed(risky, at=at)
    first = at + timedelta(minutes=9)
    rx.approve(risky, done, at=first)
    assert rx.row(done).review_due_at == first + REVIEW_WITHIN
    with clock.frozen(at + REVIEW_WITHIN):
        assert tasks.sweep() == 0
    late = first + REVIEW_WITHIN
    with clock.frozen(late):
        assert tasks.sweep() == 1
    assert rx.state(done) == "escalated"
    reviewing.claim(risky.other_pharmacist, done, at=late)
    with clock.frozen(late + CLAIM_HELD_FOR):
        assert [tasks.sweep(), tasks.sweep()] == [1, 1]
    assert rx.state(done) == "escalated"
    reviewing.claim(risky.other_pharmacist, done, at=late + CLAIM_HELD_FOR)
    rx.approve(risky, done, by=risky.other_pharmacist, at=late + CLAIM_HELD_FOR)
    assert rx.state(done) == "effective"


@pytest.mark.parametrize(
    ("judge", "state"), [(reviewing.send_back, "returned"), (reviewing.refuse, "refused")]
)
def test_the_second_returns_and_refuses_as_the_first_does(risky, judge, state):
    done = passed_once(risky)
    judge(risky.other_pharmacist, done, **BACK, at=clock.now())
    assert (rx.state(done), rx.row(done).effective_at) == (state, None)


def test_what_is_amended_after_the_first_review_is_passed_by_two_anew(risky):
    done = passed_once(risky)
    reviewing.send_back(risky.other_pharmacist, done, **BACK, at=clock.now())
    rx.save(risky, done, rx.item(risky.product, days=5))
    rx.sign(risky, done)
    reviewing.claim(risky.other_pharmacist, done, at=clock.now())
    rx.approve(risky, done, by=risky.other_pharmacist)
    assert rx.state(done) == "signed_by_doctor"
    reviewing.claim(risky.pharmacist, done, at=clock.now())
    rx.approve(risky, done)
    assert rx.state(done) == "effective"


FORGED = {
    "outcome": "approved",
    "reviewer_marks": [],
    "algorithm": "x",
    "key_id": "x",
    "signature": b"x",
    "sha256": "x",
}


@pytest.mark.parametrize("first", [None, "prescriber", "second", "same person", "same as doctor"])
def test_the_database_wants_the_first_signature_as_well(risky, first):
    """By raw SQL, past every service."""
    done = rx.claimed(risky)
    rx.past_its_guard("signer_marks = '{doctor}'")
    told = {**FORGED, "version": version_of(done), "reviewed_at": clock.now()}
    second = {"reviewed_by": risky.pharmacist.user_id, "reviewer_marks": ["second"]}
    PrescriptionReview.objects.create(**told | second)
    if first:
        del told["outcome"]
        by = {
            "prescriber": risky.cast.doctor.id,
            "second": risky.pharmacist.user_id,
        }.get(first, risky.other_pharmacist.user_id)
        marks = {"same person": ["second"], "same as doctor": ["doctor"]}.get(first, [])
        FirstReview.objects.create(**told | {"reviewed_by": by, "reviewer_marks": marks})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(EFFECTIVE, [done])


def test_a_first_review_is_changed_by_nobody(risky):
    passed_once(risky)
    for act in (
        "update prescription_first_review set checks = '{}'",
        "delete from prescription_first_review",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act)


def test_neither_signature_is_good_for_the_other(risky):
    """What the first has signed is no approval; and the second has signed the first one's signature too."""
    done = passed_once(risky)
    rx.approve(risky, done, by=risky.other_pharmacist)
    version = version_of(done)
    first, final = version.first_review, version.review
    assert verifying.first_holds(version, first)
    assert verifying.reviewers_hold(version, final)
    as_first = FirstReview(
        **{f.attname: getattr(final, f.attname) for f in FirstReview._meta.concrete_fields}
    )
    assert not verifying.first_holds(version, as_first)
    for changed in ({"signature": b"x" * 64}, {"checks": []}, {"reviewed_by": final.reviewed_by}):
        forged = version_of(done)
        for name, value in changed.items():
            setattr(forged.first_review, name, value)
        assert not verifying.reviewers_hold(forged, final)
    alone = version_of(done)
    alone._state.fields_cache["first_review"] = None
    assert not verifying.reviewers_hold(alone, final)


def test_pool_and_screen_say_which_review_it_is(risky):
    done, at = rx.signed(risky), clock.now()

    def line(who):
        (row,) = reviews.pool(who, after=None, limit=9, at=clock.now())["items"]
        return row["reviews_made"], row["reviews_needed"], row["may_claim"]

    assert line(risky.pharmacist) == (0, 2, True)
    reviewing.claim(risky.pharmacist, done, at=at)
    rx.approve(risky, done)
    assert line(risky.pharmacist) == (1, 2, False)
    assert line(risky.other_pharmacist) == (1, 2, True)
    reviewing.claim(risky.other_pharmacist, done, at=at)
    screen = reviews.screen(risky.other_pharmacist, done, at=at)
    assert (screen["first_review"]["outcome"], screen["first_review"]["verified"]) == (
        "passed_on",
        True,
    )
    assert screen["review"] is None
    rx.approve(risky, done, by=risky.other_pharmacist)
    seen = prescriptions.one(risky.cast.patient.viewer, done)
    assert [seen[each]["verified"] for each in ("first_review", "review")] == [True, True]
    for who in (risky.pharmacist, risky.other_pharmacist):
        assert reviews.screen(who, done, at=at)["reviews_made"] == 2
    with pytest.raises(NotFound):
        reviews.screen(rx.pharmacist(), done, at=at)


def test_whoever_passed_an_old_version_first_does_not_read_the_next(risky):
    done, at = passed_once(risky), clock.now()
    reviewing.send_back(risky.other_pharmacist, done, **BACK, at=at)
    assert reviewer_can(risky.pharmacist, rx.row(done))
    rx.save(risky, done, rx.item(risky.product, days=3))
    rx.sign(risky, done)
    for who in (risky.other_pharmacist, rx.pharmacist()):
        reviewing.claim(who, done, at=at)
        rx.approve(risky, done, by=who)
    assert rx.row(done).version == 2
    assert reviewer_can(risky.other_pharmacist, rx.row(done))
    assert not reviewer_can(risky.pharmacist, rx.row(done))


def test_a_copy_of_ones_data_holds_what_both_have_signed(risky):
    done = passed_once(risky)
    rx.approve(risky, done, by=risky.other_pharmacist)
    part = exports.export_part(risky.cast.patient.id)
    names = [name.rpartition("-1-")[2] for name in part.texts]
    assert names == ["doctor.json", "first-pharmacist.json", "pharmacist.json"]


def test_a_claim_by_somebody_who_is_not_known_says_so(chain):
    unknown = rx.pharmacist(id_number_index=b"")
    done = rx.signed(chain)
    reviewing.claim(unknown, done, at=clock.now())
    step = PrescriptionStep.objects.get(prescription_id=done, step="claim")
    assert step.detail == {"notes": ["XL27"]}


def test_the_house_does_not_start_with_a_class_that_nobody_knows(settings):
    config = PrescribingConfig.create("xinglin.care.prescribing")
    config.ready()
    settings.SECOND_REVIEW_FOR = frozenset({"high alert"})
    with pytest.raises(ImproperlyConfigured, match="high alert"):
        config.ready()
