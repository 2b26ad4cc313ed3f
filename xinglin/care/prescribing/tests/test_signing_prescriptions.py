"""What the doctor signs: every byte, with the safety check; what fails leaves a draft and nothing else."""

from datetime import date, timedelta

import pytest
from cryptography import x509
from django.db import DatabaseError, connection, transaction

from xinglin.care.people import queries as people
from xinglin.care.people.models import Patient, PractitionerDepartment
from xinglin.care.people.rules import age_months_on
from xinglin.care.prescribing.models import PrescriptionOverride, PrescriptionVersion
from xinglin.care.prescribing.queries.verifying import (
    doctors_hold,
    doctors_words,
    reviewers_hold,
)
from xinglin.care.prescribing.safety import KINDS, Hit, Report, Source, failed
from xinglin.care.prescribing.services import checking, lawful, rechecking, reviewing, signing
from xinglin.care.prescribing.sheet import Told
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.test_writing import refused, wrong
from xinglin.foundation.signing.gateways import x509 as gateway
from xinglin.kernel import clock
from xinglin.kernel.errors import Unavailable
from xinglin.kernel.text import Text
from xinglin.policy import rules as law

WORDS = Text("说明", "Words")


def hit(level: str, rule: str = "test") -> Hit:
    return Hit(
        kind="interaction",
        level=level,
        rule=rule,
        items=(0,),
        text=WORDS,
        instead=WORDS,
        source=Source("test", WORDS, "2026", "test"),
    )


@pytest.fixture
def finds(monkeypatch):
    """What the check of the test answers; an exception is raised."""

    def answer(found):
        def check(case):
            assert case.items
            if isinstance(found, Exception):
                raise found
            return found

        monkeypatch.setattr(checking, "checker", lambda: check)

    return answer


def newest(prescription) -> PrescriptionVersion:
    return PrescriptionVersion.objects.filter(prescription_id=prescription).latest("number")


@pytest.mark.usefixtures("at_noon")
def test_a_signed_prescription_waits_and_is_not_effective(chain):
    at = clock.now()
    done = rx.signed(chain, at=at)
    row = rx.row(done)
    assert (row.state, row.version, row.effective_at) == ("signed_by_doctor", 1, None)
    assert (row.due_at - at, row.due_step) == (timedelta(minutes=30), "escalate")
    tomorrow = law.local_date(at) + timedelta(days=1)
    assert row.expires_at == law.day_begins(tomorrow)
    assert doctors_hold(newest(done))


def test_each_changed_byte_breaks_the_signature(chain):
    """In the content, the report, the reasons, and in who and when."""
    version = newest(rx.signed(chain))
    changes = [
        {"content": {**version.content, "items": []}},
        {"content": {**version.content, "valid_days": 2}},
        {"report": {**version.report, "hits": [{"id": "x"}]}},
        {"overrides": [{"hit": "a", "reason": "b"}]},
        {"number": 2},
        {"signed_by": chain.cast.other_doctor.id},
        {"signed_at": version.signed_at + timedelta(microseconds=1)},
        {"practitioner_id": chain.cast.other_doctor.card.id},
        {"signature": bytes([bytes(version.signature)[0] ^ 1]) + bytes(version.signature)[1:]},
        {"key_id": version.key_id.replace(version.key_id[0], "f", 1)},
        {"certificates": []},
    ]
    for changed in changes[:-1]:
        other = PrescriptionVersion.objects.get(pk=version.pk)
        for name, value in changed.items():
            setattr(other, name, value)
        assert not doctors_hold(other), changed


def test_it_is_verified_far_from_here_by_the_certificates_alone(chain):
    version = newest(rx.signed(chain))
    signer, authority = (
        x509.load_der_x509_certificate(bytes(each)) for each in version.certificates
    )
    signer.verify_directly_issued_by(authority)
    signer.public_key().verify(bytes(version.signature), doctors_words(version))


def test_what_was_changed_in_the_database_does_not_pass(chain):
    done = rx.claimed(chain)
    rx.past_its_guard("content = jsonb_set(content, '{items,0,dose}', '\"9\"')")
    with pytest.raises(reviewing.TamperedError):
        rx.approve(chain, done)
    assert rx.state(done) == "claimed"


def test_a_signed_version_is_never_changed_or_deleted(chain):
    done = rx.signed(chain)
    acts = (
        "update prescription_version set number = 9",
        "delete from prescription_version",
        "update prescription_step set step = 'approve'",
        "delete from prescription",
        "update prescription set version = 2",
        "update prescription set holder_id = gen_random_uuid()",
        "update prescription set expires_at = now() + interval '9 days'",
    )
    for act in acts:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act)
    assert rx.state(done) == "signed_by_doctor"


@pytest.mark.parametrize(
    "found",
    [
        RuntimeError("the facts are corrupt"),
        failed("FactsBroken"),
        Report(failed={"interaction": "KeyError"}),
    ],
)
def test_nothing_is_signed_while_the_check_is_not_whole(chain, finds, found):
    """E02: a check that fails to run is no check that found nothing."""
    draft = rx.begun(chain)
    rx.save(chain, draft)
    finds(found)
    doctor, at = chain.cast.doctor.viewer, clock.now()
    with pytest.raises(checking.CheckFailedError):
        signing.sign(doctor, draft, revision=1, overrides={}, at=at)
    with pytest.raises(checking.CheckFailedError):
        signing.check(doctor, draft, at=at)
    assert rx.state(draft) == "draft"
    assert not PrescriptionVersion.objects.exists()


def test_a_check_that_fails_later_keeps_it_from_passing(chain, finds):
    done = rx.claimed(chain)
    finds(RuntimeError("gone"))
    with pytest.raises(checking.CheckFailedError):
        rx.approve(chain, done)
    assert rx.state(done) == "claimed"


def test_a_hit_that_asks_is_answered_with_a_reason_that_is_kept_and_counted(chain, finds):
    draft = rx.begun(chain)
    rx.save(chain, draft)
    warning = hit("warn")
    finds(Report(hits=(warning, hit("info", "quiet"))))
    doctor, at = chain.cast.doctor.viewer, clock.now()
    asked = checking.hit_id(warning)
    told = {"revision": 1, "at": at}
    assert wrong(signing.sign, doctor, draft, overrides={}, **told) == {f"overrides.{asked}"}
    for empty in ("", "   ", "好", "两行\n理由在此"):
        assert wrong(signing.sign, doctor, draft, overrides={asked: empty}, **told)
    signing.sign(doctor, draft, overrides={asked: "已与患者说明风险"}, **told)
    version = newest(draft)
    assert version.overrides == [{"hit": asked, "reason": "已与患者说明风险"}]
    counted = PrescriptionOverride.objects.get(version=version)
    assert (counted.level, counted.rule, counted.practitioner_id) == (
        "warn",
        "test",
        chain.cast.doctor.card.id,
    )


def test_what_policy_refuses_no_reason_takes_away(chain, finds):
    draft = rx.begun(chain)
    rx.save(chain, draft)
    blocked = hit("block")
    finds(Report(hits=(blocked,)))
    reasons = {checking.hit_id(blocked): "我坚持要开这个药"}
    told = {"revision": 1, "overrides": reasons, "at": clock.now()}
    assert refused(signing.sign, chain.cast.doctor.viewer, draft, **told) == {"XL14"}
    assert rx.state(draft) == "draft"


def test_a_new_hit_at_the_review_keeps_it_from_passing(chain, finds):
    finds(Report())
    done = rx.claimed(chain)
    finds(Report(hits=(hit("warn"),)))
    assert "XL14" in refused(rx.approve, chain, done)
    assert rx.state(done) == "claimed"


def test_what_is_new_at_the_review_passes_once_it_was_seen(chain, finds):
    finds(Report())
    done = rx.claimed(chain)
    fresh = hit("caution")
    finds(Report(hits=(fresh,)))
    for seen in ((), ("caution:another:1",)):
        with pytest.raises(reviewing.NewHitsError):
            rx.approve(chain, done, seen=seen)
    assert rx.state(done) == "claimed"
    rx.approve(chain, done, seen=(checking.hit_id(fresh),))
    assert rx.state(done) == "effective"


def test_two_sheets_of_one_visit_see_each_other(chain):
    """From the doctor's signature on, and for as long as the first may pass."""
    first, second = rx.begun(chain), rx.begun(chain)
    doctor = chain.cast.doctor.viewer
    for draft in (first, second):
        rx.save(chain, draft)

    def kinds() -> set[str]:
        found = signing.check(doctor, second, at=clock.now())
        return {
            each["kind"] for each in found["report"]["hits"] if each["id"] in found["to_answer"]
        }

    assert kinds() == set()
    rx.sign(chain, first)
    assert kinds() == {"duplicate"}
    told = {"revision": 1, "overrides": {}, "at": clock.now()}
    assert wrong(signing.sign, doctor, second, **told)
    reviewing.claim(chain.pharmacist, first, at=clock.now())
    assert kinds() == {"duplicate"}
    told = {"version": 1, "reason": "duplicate", "words": "与另一张重复"}
    reviewing.send_back(chain.pharmacist, first, **told, at=clock.now())
    assert kinds() == set()


def test_the_doctor_of_the_later_sheet_answers_for_both(chain):
    first, second = rx.claimed(chain), rx.signed(chain)
    rx.approve(chain, first)
    reviewing.claim(chain.pharmacist, second, at=clock.now())
    rx.approve(chain, second)
    assert (rx.state(first), rx.state(second)) == ("effective", "effective")


def test_what_the_check_says_now_is_shown_beside_what_was_signed(chain, finds):
    finds(Report(hits=(hit("info", "quiet"),)))
    done, at = rx.claimed(chain), clock.now()
    assert rechecking.seen_again(done, at=at) == {
        "recheck": "same",
        "report_now": None,
        "new_hits": [],
        "allergies_later": [],
    }
    fresh = hit("warn", "fresh")
    finds(Report(hits=(hit("info", "quiet"), fresh)))
    seen = rechecking.seen_again(done, at=at)
    assert (seen["recheck"], seen["new_hits"]) == ("changed", [checking.hit_id(fresh)])
    assert [each["rule"] for each in seen["report_now"]["hits"]] == ["quiet", "fresh"]
    finds(RuntimeError("gone"))
    assert rechecking.seen_again(done, at=at)["recheck"] == "failed"
    told = {"version": 1, "reason": "dose", "words": "剂量偏大，请核对"}
    reviewing.refuse(chain.pharmacist, done, **told, at=at)
    assert rechecking.seen_again(done, at=at)["recheck"] == ""


def test_the_engine_of_the_house_is_whole_and_is_the_one_that_is_asked(chain):
    draft = rx.begun(chain)
    rx.save(chain, draft)
    found = signing.check(chain.cast.doctor.viewer, draft, at=clock.now())["report"]
    assert set(found) == {"hits", "unknown", "no_data", "not_told"}
    assert found["unknown"] == []
    assert {each["kind"] for each in found["no_data"]} <= set(KINDS)
    enalapril = rx.item(rx.product(generic_name_zh="依那普利", generic_name_en="enalapril"))
    rx.save(chain, draft, enalapril, patient_facts={"is_pregnant": True})
    asked = signing.check(chain.cast.doctor.viewer, draft, at=clock.now())
    assert {each["kind"] for each in asked["report"]["hits"]} >= {"population"}
    assert "XL14" in {each.rule_id for each in asked["refusals"]}
    assert "XL14" in refused(rx.sign, chain, draft)


def test_a_signature_that_fails_leaves_a_draft_and_no_version(chain, monkeypatch):
    draft = rx.begun(chain)
    rx.save(chain, draft)

    def broken(*_args):
        raise OSError("the signing service is down")

    monkeypatch.setattr(gateway, "sign", broken)
    with pytest.raises(Unavailable) as error:
        rx.sign(chain, draft)
    assert error.value.code == "signing_failed"
    assert rx.state(draft) == "draft"
    assert not PrescriptionVersion.objects.exists()
    monkeypatch.undo()
    assert rx.sign(chain, draft) == 1


def test_what_the_gateway_gives_is_verified_before_anything_rests_on_it(chain, monkeypatch):
    done = rx.claimed(chain)
    monkeypatch.setattr(gateway, "sign", lambda *_: ("nobody:2026:0", b"x" * 64))
    with pytest.raises(Unavailable):
        rx.approve(chain, done)
    assert rx.state(done) == "claimed"


def test_both_signatures_hold_of_what_is_effective(chain):
    version = newest(rx.effective(chain))
    assert doctors_hold(version)
    assert reviewers_hold(version, version.review)
    review = version.review
    for name, value in (("checks", []), ("reviewed_by", chain.cast.doctor.id)):
        changed = type(review).objects.get(pk=review.pk)
        setattr(changed, name, value)
        assert not reviewers_hold(version, changed)


@pytest.mark.parametrize(
    ("months", "unit", "word"),
    [
        (0, "days", "天"),
        (1, "months", "个月"),
        (23, "months", "个月"),
        (24, "years", "岁"),
        (35, "years", "岁"),
    ],
)
def test_the_unit_of_an_age_is_the_one_that_its_words_have(chain, months, unit, word):
    today = law.local_date(clock.now())
    born = date(today.year - months // 12 - 1, 1, 1)
    while age_months_on(born, today) > months:
        born += timedelta(days=1)
    Patient.objects.filter(pk=chain.cast.patient.patient_id).update(birth_date=born)
    card = people.patient_card(chain.cast.patient.patient_id)
    assert (card.age_months, lawful.age_unit(card)) == (months, unit)
    assert card.age_text.zh.endswith(word)


@pytest.mark.parametrize(("days", "rules"), [(0, set()), (1, {"R29"})])
def test_a_patient_turns_six_at_midnight(chain, days, rules):
    """The guardian and the paediatrician are wanted until the day, and not on it."""
    today = law.local_date(clock.now())
    born = date(today.year - 6, today.month, today.day) + timedelta(days=days)
    Patient.objects.filter(pk=chain.cast.patient.patient_id).update(birth_date=born)
    PractitionerDepartment.objects.filter(practitioner_id=chain.cast.doctor.card.id).exclude(
        department_id="general_practice"
    ).delete()
    draft = rx.begun(chain)
    if rules:
        assert refused(rx.save, chain, draft) >= rules
        assert refused(rx.save, chain, draft, told=Told(guardian_present=True)) >= rules
    else:
        assert rx.save(chain, draft) == 1
