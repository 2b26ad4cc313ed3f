"""The pharmacist's review: claimed, and passed by another person, or returned, or refused."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from xinglin.care.consultation.tests import factories as make
from xinglin.care.people.services import found_institution
from xinglin.care.people.tests.factories import as_viewer, staff_viewer
from xinglin.care.prescribing.models import (
    Pharmacist,
    PrescriptionReview,
    PrescriptionTicket,
    PrescriptionVersion,
)
from xinglin.care.prescribing.queries import reviews
from xinglin.care.prescribing.services import checking, reviewing, signing
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.test_writing import refused, wrong
from xinglin.foundation.accounts.services import grant_role
from xinglin.kernel import clock
from xinglin.kernel.errors import IllegalStep, NotFound
from xinglin.kernel.text import Text
from xinglin.policy import rules as law

BACK = {"version": 1, "reason": "dose", "words": "剂量偏大，请核对"}


def shown(events) -> list[str]:
    return [kind for kind, _ in events if kind.startswith("Prescription")]


def test_what_a_pharmacist_passes_is_effective_with_its_ticket(chain):
    done = rx.effective(chain)
    row = rx.row(done)
    assert (row.state, row.reviewer_id) == ("effective", chain.pharmacist.user_id)
    assert (row.due_at, row.due_step) == (row.expires_at, "expire")
    assert PrescriptionTicket.objects.get(pk=done).taken_at is None
    assert make.cards(chain.visit)[-2:] == ["prescription_signed", "prescription_effective"]
    assert shown(make.events(chain.visit)) == [
        "PrescriptionBegun",
        "PrescriptionSigned",
        "PrescriptionClaimed",
        "PrescriptionApproved",
    ]


def test_every_step_leaves_its_row_and_its_line(chain):
    done = rx.effective(chain)
    with connection.cursor() as cursor:
        cursor.execute(
            "select step, from_state, to_state, who from prescription_step"
            " where prescription_id = %s order by id",
            [done],
        )
        assert cursor.fetchall() == [
            ("begin", "", "draft", "doctor"),
            ("sign", "draft", "signed_by_doctor", "doctor"),
            ("claim", "signed_by_doctor", "claimed", "pharmacist"),
            ("approve", "claimed", "effective", "pharmacist"),
        ]
    lines = [action for action, _ in make.audited(done)]
    assert [each for each in lines if each.rpartition(".")[2] != "check"] == [
        "prescription.begin",
        "prescription.save",
        "prescription.sign",
        "prescription.claim",
        "prescription.approve",
    ]


def test_a_returned_one_is_amended_and_signed_again(chain):
    done = rx.claimed(chain)
    reviewing.send_back(chain.pharmacist, done, **BACK, at=clock.now())
    assert rx.state(done) == "returned"
    with pytest.raises(IllegalStep):
        rx.approve(chain, done)
    rx.save(chain, done, rx.item(chain.product, days=5))
    assert rx.sign(chain, done) == 2
    reviewing.claim(chain.other_pharmacist, done, at=clock.now())
    rx.approve(chain, done, by=chain.other_pharmacist)
    assert rx.state(done) == "effective"
    kept = PrescriptionVersion.objects.filter(prescription_id=done).order_by("number")
    assert [each.review.outcome for each in kept] == ["returned", "approved"]


def test_what_was_sent_back_is_taken_by_nobody(chain):
    """The check of the next prescription meets the version that was passed, and no other."""
    done = rx.claimed(chain)
    reviewing.send_back(chain.pharmacist, done, **BACK, at=clock.now())
    rx.save(chain, done, rx.item(rx.product(generic_name_en="valsartan")))
    rx.sign(chain, done)
    reviewing.claim(chain.pharmacist, done, at=clock.now())
    rx.approve(chain, done)
    taken = checking.taken_now(rx.row(done).patient_id, but=rx.begun(chain), at=clock.now())
    assert [each.generic_en for each in taken] == ["valsartan"]


@pytest.mark.usefixtures("at_noon")
@pytest.mark.parametrize("was_kept", [True, False])
def test_a_combination_that_is_taken_already_is_checked_by_what_it_holds(chain, was_kept):
    """As it was signed; a version of before they were kept, as the catalogue has them."""
    house = rx.product(
        generic_name_zh="院内一号",
        generic_name_en="house one",
        ingredients=[{"zh": "布洛芬", "en": "ibuprofen"}, {"zh": "咖啡因", "en": "caffeine"}],
    )
    rx.sign(chain, rx_of(chain, house))
    if not was_kept:
        rx.past_its_guard("content = content #- '{items,0,ingredients}'")
    warfarin = {"zh": "华法林", "en": "warfarin"}
    named = {f"generic_name_{language}": name for language, name in warfarin.items()}
    new = rx_of(chain, rx.product(ingredients=[warfarin], **named))
    found = signing.check(chain.cast.doctor.viewer, new, at=clock.now())["report"]
    [hit] = [each for each in found["hits"] if each["kind"] == "interaction"]
    assert hit["items"] == [0, 1]
    assert "院内一号" not in found["unknown"]


def rx_of(of, product):
    prescription = rx.begun(of)
    rx.save(of, prescription, rx.item(product))
    return prescription


def test_a_returned_one_is_amended_although_its_visit_was_closed(chain):
    done = rx.claimed(chain)
    make.sign(chain.visit, chain.cast.doctor)
    make.close(chain.visit, chain.cast.doctor)
    reviewing.send_back(chain.pharmacist, done, **BACK, at=clock.now())
    rx.save(chain, done, rx.item(chain.product, days=5))
    assert rx.sign(chain, done) == 2


def test_when_online_care_was_stopped_nothing_is_amended(chain):
    done = rx.claimed(chain)
    make.stop(chain.visit, chain.cast.doctor)
    reviewing.send_back(chain.pharmacist, done, **BACK, at=clock.now())
    with pytest.raises(IllegalStep):
        rx.save(chain, done)
    with pytest.raises(IllegalStep):
        rx.sign(chain, done)


def test_a_refused_one_is_refused_for_good(chain):
    done = rx.claimed(chain)
    reviewing.refuse(chain.pharmacist, done, **BACK, at=clock.now())
    assert rx.state(done) == "refused"
    with pytest.raises(IllegalStep):
        rx.save(chain, done)
    with pytest.raises(IllegalStep):
        rx.approve(chain, done)
    assert not PrescriptionTicket.objects.exists()


@pytest.mark.parametrize("act", [reviewing.send_back, reviewing.refuse])
@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"reason": "", "words": "剂量偏大，请核对"}, "reason"),
        ({"reason": "because", "words": "剂量偏大，请核对"}, "reason"),
        ({"reason": "dose", "words": " 改 "}, "words"),
        ({"reason": "dose", "words": "请改\n成两行"}, "words"),
    ],
)
def test_a_return_and_a_refusal_say_why(chain, act, told, field):
    done = rx.claimed(chain)
    assert wrong(act, chain.pharmacist, done, version=1, **told, at=clock.now()) == {field}
    assert rx.state(done) == "claimed"


def test_all_four_checks_are_confirmed_and_nothing_unseen_is_passed(chain):
    done = rx.claimed(chain)
    told = {"version": 1, "at": clock.now()}
    for nth in range(4):
        left = [each for each in rx.CHECKS if each != rx.CHECKS[nth]]
        act = reviewing.approve
        assert wrong(act, chain.pharmacist, done, checks=left, **told) == {
            f"checks.{rx.CHECKS[nth]}"
        }
    with pytest.raises(reviewing.AnotherVersionError):
        reviewing.approve(chain.pharmacist, done, checks=rx.CHECKS, version=2, at=clock.now())
    assert rx.state(done) == "claimed"


@pytest.mark.parametrize("act", [reviewing.approve, reviewing.send_back, reviewing.refuse])
def test_nobody_judges_a_version_that_was_not_seen(chain, act):
    """From a page that still shows what the doctor has amended since."""
    done = rx.claimed(chain)
    reviewing.send_back(chain.pharmacist, done, **BACK, at=clock.now())
    rx.save(chain, done, rx.item(chain.product, days=5))
    rx.sign(chain, done)
    reviewing.claim(chain.pharmacist, done, at=clock.now())
    told = {"checks": rx.CHECKS} if act == reviewing.approve else BACK
    for unseen in (1, 3):
        with pytest.raises(reviewing.AnotherVersionError):
            act(chain.pharmacist, done, **{**told, "version": unseen}, at=clock.now())
    assert rx.state(done) == "claimed"
    assert PrescriptionReview.objects.filter(version__number__gt=1).count() == 0
    act(chain.pharmacist, done, **{**told, "version": 2}, at=clock.now())
    assert PrescriptionReview.objects.filter(version__number=2).count() == 1


def test_nobody_reviews_what_one_has_written(chain):
    """V15: a doctor who is a pharmacist as well is still the prescriber."""
    both = chain.cast.doctor
    grant_role(both.id, "pharmacist", institution_id=both.card.institution_id, display_name="both")
    viewer = as_viewer(both.id)
    rx.note_licence(viewer)
    done = rx.signed(chain)
    assert "R23" in refused(reviewing.claim, viewer, done, at=clock.now())


@pytest.mark.parametrize(
    "changed",
    [
        {"licence_until": clock.now() - timedelta(days=1)},
        {"licence_number": ""},
        {"suspended_at": clock.now()},
        {"licence_from": clock.now().date() + timedelta(days=2)},
    ],
)
def test_a_pharmacist_without_a_licence_that_holds_reviews_nothing(chain, changed):
    done = rx.claimed(chain)
    rx.note_licence(chain.pharmacist, **changed)
    assert refused(rx.approve, chain, done)
    other = rx.signed(chain)
    assert refused(reviewing.claim, chain.pharmacist, other, at=clock.now())
    assert rx.state(done) == "claimed"


def test_a_role_without_any_licence_on_file_reviews_nothing(chain):
    Pharmacist.objects.filter(pk=chain.pharmacist.user_id).delete()
    assert refused(reviewing.claim, chain.pharmacist, rx.signed(chain), at=clock.now())


def test_another_house_sees_and_claims_nothing(chain):
    there = found_institution(code="there", name=Text("另一家", "Elsewhere")).id
    stranger = staff_viewer("pharmacist", institution_id=there)
    rx.note_licence(stranger, institution_id=there)
    done, at = rx.signed(chain), clock.now()
    assert reviews.pool(stranger, after=None, limit=9, at=at)["items"] == []
    with pytest.raises(NotFound):
        reviews.screen(stranger, done, at=at)
    with pytest.raises(NotFound):
        reviewing.claim(stranger, done, at=at)


def test_what_one_has_claimed_nobody_else_judges(chain):
    done, at = rx.claimed(chain), clock.now()
    for act in (
        lambda: reviewing.claim(chain.other_pharmacist, done, at=at),
        lambda: rx.approve(chain, done, by=chain.other_pharmacist),
        lambda: reviewing.refuse(chain.other_pharmacist, done, **BACK, at=at),
        lambda: reviewing.release(chain.other_pharmacist, done, at=at),
    ):
        with pytest.raises(reviewing.NotYourClaimError):
            act()
    reviewing.claim(chain.pharmacist, done, at=at)
    reviewing.release(chain.pharmacist, done, at=at)
    reviewing.claim(chain.other_pharmacist, done, at=at)
    rx.approve(chain, done, by=chain.other_pharmacist)


def test_the_database_lets_nothing_become_effective_without_both_signatures(chain):
    """By raw SQL, past every service."""
    waiting, mine = rx.signed(chain), rx.claimed(chain)
    acts = [
        "update prescription set state = 'effective', effective_at = now() where id = %s",
        "update prescription set state = 'claimed', reviewer_id = prescriber_id where id = %s",
        "update prescription set state = 'dispensed', effective_at = now() where id = %s",
        "update prescription set state = 'draft' where id = %s",
    ]
    for done in (waiting, mine):
        for act in acts:
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(act, [done])
    assert (rx.state(waiting), rx.state(mine)) == ("signed_by_doctor", "claimed")


@pytest.mark.parametrize(
    "forged",
    [
        {"reviewed_by": "prescriber"},
        {"outcome": "returned", "reason": "dose", "signature": b"", "sha256": "", "algorithm": ""},
        {"reviewer_marks": ["one person"]},
    ],
)
def test_a_forged_approval_makes_nothing_effective(chain, forged):
    done = rx.claimed(chain)
    version = PrescriptionVersion.objects.get(prescription_id=done)
    rx.past_its_guard("signer_marks = '{one person}'")
    told = {
        "version": version,
        "outcome": "approved",
        "reviewed_by": chain.pharmacist.user_id,
        "reviewer_marks": [],
        "reviewed_at": clock.now(),
        "algorithm": "x",
        "key_id": "x",
        "signature": b"x",
        "sha256": "x",
        **forged,
    }
    if told["reviewed_by"] == "prescriber":
        told["reviewed_by"] = chain.cast.doctor.id
    PrescriptionReview.objects.create(**told)
    act = "update prescription set state = 'effective', effective_at = now() where id = %s"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act, [done])


def test_the_screen_holds_four_checks_and_ten_matches(chain):
    earlier = rx.effective(chain)
    done = rx.claimed(chain)
    screen = reviews.screen(chain.pharmacist, done, at=clock.now())
    assert [len(each["matches"]) for each in screen["checks"]] == [3, 4, 2, 1]
    assert all(match["values"] for check in screen["checks"] for match in check["matches"])
    said = {each["code"]: each["values"] for check in screen["checks"] for each in check["matches"]}
    assert said["quantity"] == [Text("7 片", "7 tablets")]
    assert said["use"][0].en.startswith("1 tablet each time")
    assert "DEMO" not in said["properties"][0].en, "a number of approval is no property"
    assert [each["id"] for each in screen["earlier"]] == [earlier]
    assert (screen["is_mine"], screen["signed"]["verified"]) == (True, True)
    assert screen["signed"]["report"] is not None
    with pytest.raises(NotFound):
        reviews.screen(chain.pharmacist, rx.begun(chain), at=clock.now())


def test_the_pool_shows_what_waits_the_oldest_first(chain):
    first, second = rx.signed(chain), rx.signed(chain)
    rx.begun(chain)
    at = clock.now()
    page = reviews.pool(chain.pharmacist, after=None, limit=1, at=at)
    assert [each["id"] for each in page["items"]] == [first]
    rest = reviews.pool(chain.pharmacist, after=page["next"], limit=9, at=at)
    assert [each["id"] for each in rest["items"]] == [second]
    assert rest["next"] is None


def test_a_day_at_the_other_end_of_the_month_is_the_next_day(chain):
    """Valid for three days: day 1 is the day of writing."""
    done = rx.signed(chain, valid_days=3)
    written = law.local_date(clock.now())
    assert rx.row(done).expires_at == law.day_begins(written + timedelta(days=3))
