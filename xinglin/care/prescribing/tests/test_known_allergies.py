"""Which allergies the check is told of: of every place, with where it stands; none erases another."""

from uuid import UUID

import pytest

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.models import Consultation, RecordDraft
from xinglin.care.consultation.queries import allergies_before, allergies_of_visit
from xinglin.care.consultation.tests import factories as make
from xinglin.care.prescribing.models import PrescriptionVersion
from xinglin.care.prescribing.queries import reviews
from xinglin.care.prescribing.queries.verifying import doctors_hold, doctors_words
from xinglin.care.prescribing.services import rechecking, reviewing, signing
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.rx import Chain
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import NotFound, RuleRefused

pytestmark = pytest.mark.django_db
_AMOXICILLIN = {
    "generic_name_zh": "阿莫西林",
    "generic_name_en": "amoxicillin",
    "ingredients": [{"zh": "阿莫西林", "en": "amoxicillin"}],
}


def told(visit: UUID, words: str | None) -> None:
    """What the patient has told before the visit, and nothing of it on the draft."""
    Consultation.objects.filter(pk=visit).update(allergies=words)
    RecordDraft.objects.filter(pk=visit).update(fields={})


def write(of: Chain, **fields: object) -> None:
    revision = RecordDraft.objects.get(pk=of.visit).revision
    consultation.save_draft(
        of.cast.doctor.viewer, of.visit, fields=fields, revision=revision, at=clock.now()
    )


def amend(of: Chain, **fields: object) -> None:
    written = make.RECORD | fields
    viewer = of.cast.doctor.viewer
    consultation.amend(viewer, of.visit, fields=written, reason="核对后更正", at=clock.now())


def earlier(of: Chain, **fields: object) -> UUID:
    """An earlier visit, signed and closed by another doctor, in which nothing was told before."""
    visit = make.active(of.cast.patient, of.cast.other_doctor, where=1)
    told(visit, None)
    make.sign(visit, of.cast.other_doctor, **fields)
    make.close(visit, of.cast.other_doctor)
    return visit


def amoxicillin(of: Chain, *, at=None) -> UUID:
    prescription = rx.begun(of, at=at)
    rx.save(of, prescription, rx.item(rx.product(**_AMOXICILLIN)), at=at)
    return prescription


def checked(of: Chain, prescription: UUID) -> dict:
    return signing.check(of.cast.doctor.viewer, prescription, at=clock.now())


def blocks(found: dict) -> list[dict]:
    return [each for each in found["report"]["hits"] if each["level"] == "block"]


def seen(found: dict) -> list[tuple[str | None, list[str]]]:
    return [
        (each["words"], [o.zh.split("（")[0] for o in each["told_in"]])
        for each in found["allergies"]
    ]


@pytest.fixture
def chain(db) -> Chain:
    of = rx.chain()
    told(of.visit, "无")
    return of


@pytest.mark.parametrize("where", ["allergy", "past_history"])
def test_what_the_doctor_has_written_is_checked_although_the_intake_says_none(chain, where):
    prescription = amoxicillin(chain)
    assert not blocks(checked(chain, prescription))
    write(chain, **{where: "高血压5年，青霉素过敏"})
    found = checked(chain, prescription)
    [hit] = blocks(found)
    [origin] = hit["told_in"]
    assert origin["zh"].startswith("本次病历（未签署）（20")
    assert seen(found)[0] == ("无", ["本次问诊前填写"])
    with pytest.raises(RuleRefused):
        rx.sign(chain, prescription)


def test_a_medicine_of_the_past_history_is_no_allergen(chain):
    write(chain, past_history="高血压5年，口服阿莫西林，花生过敏")
    found = checked(chain, amoxicillin(chain))
    assert not blocks(found)
    assert seen(found)[1][0] == "花生过敏"


def test_none_in_the_record_takes_nothing_from_what_the_patient_told(chain):
    told(chain.visit, "青霉素")
    prescription = amoxicillin(chain)
    for words in ("否认药物过敏史", "没有过敏", "", "无"):
        write(chain, allergy=words)
        found = checked(chain, prescription)
        assert blocks(found), words
    assert [each["state"] for each in found["allergies"]] == ["some", "none"]


def test_the_record_that_holds_counts_and_not_the_draft_behind_it(chain):
    prescription = amoxicillin(chain)
    make.sign(chain.visit, chain.cast.doctor, allergy="青霉素过敏")
    assert blocks(checked(chain, prescription))
    amend(chain, allergy="花生过敏")
    found = checked(chain, prescription)
    assert not blocks(found)
    assert seen(found)[1] == ("花生过敏", ["本次病历"])


def test_a_record_changed_after_the_check_is_checked_again_at_the_signature(chain):
    prescription = amoxicillin(chain)
    found = checked(chain, prescription)
    assert not blocks(found)
    write(chain, allergy="阿莫西林皮疹")
    with pytest.raises(RuleRefused):
        signing.sign(
            chain.cast.doctor.viewer,
            prescription,
            revision=rx.row(prescription).revision,
            overrides=dict.fromkeys(found["to_answer"], "已评估，获益大于风险"),
            at=clock.now(),
        )
    assert not PrescriptionVersion.objects.exists()


def test_an_earlier_record_is_checked_and_its_reading_is_told_to_the_patient(chain):
    before = earlier(chain, allergy="青霉素过敏")
    found = checked(chain, amoxicillin(chain))
    [hit] = blocks(found)
    [origin] = hit["told_in"]
    assert origin["zh"].startswith("既往病历（20")
    assert origin["en"].startswith("record of an earlier visit (20")
    assert seen(found) == [("无", ["本次问诊前填写"]), ("青霉素过敏", ["既往病历"])]
    assert ("consultation.read_earlier_allergies", chain.cast.doctor.id) in make.audited(before)


def test_an_earlier_intake_is_checked_although_its_record_says_none(chain):
    before = earlier(chain, allergy="无")
    told(before, "青霉素，起过疹子")
    assert blocks(checked(chain, amoxicillin(chain)))


def test_what_an_earlier_visit_says_answers_nothing_today(chain):
    told(chain.visit, None)
    earlier(chain, allergy="否认药物过敏史")
    found = checked(chain, amoxicillin(chain))
    assert "未提供过敏史" in {each["why"]["zh"] for each in found["report"]["not_told"]}
    assert seen(found) == [(None, ["本次问诊前填写"])]
    earlier(chain, allergy="青霉素过敏")
    found = checked(chain, amoxicillin(chain))
    assert blocks(found)
    assert "未提供过敏史" in {each["why"]["zh"] for each in found["report"]["not_told"]}


def test_the_same_words_are_told_once_with_each_place(chain):
    told(chain.visit, "青霉素过敏。")
    write(chain, allergy="青霉素过敏")
    earlier(chain, allergy="青霉素过敏")
    earlier(chain, allergy=" 青霉素过敏")
    assert seen(checked(chain, amoxicillin(chain))) == [
        ("青霉素过敏。", ["本次问诊前填写", "本次病历", "既往病历"])
    ]


def test_no_record_of_somebody_else_is_read(chain):
    other = make.active(chain.cast.other_patient, chain.cast.other_doctor)
    make.sign(other, chain.cast.other_doctor, allergy="青霉素过敏")
    make.close(other, chain.cast.other_doctor)
    assert not blocks(checked(chain, amoxicillin(chain)))


def test_no_record_of_another_institution_is_opened(chain):
    before = earlier(chain, allergy="青霉素过敏")
    Consultation.objects.filter(pk=before).update(institution_id=ids.new())
    assert not allergies_before(chain.visit)
    assert not blocks(checked(chain, amoxicillin(chain)))
    assert "consultation.read_earlier_allergies" not in dict(make.audited(before))


def test_neither_a_visit_without_a_doctor_nor_one_still_open_is_opened(chain):
    told(make.visit(chain.cast.patient, where=2), "青霉素")
    told(make.active(chain.cast.patient, chain.cast.other_doctor, where=1), "青霉素")
    assert not allergies_before(chain.visit)


def test_with_the_visit_the_earlier_ones_are_closed(chain):
    earlier(chain, allergy="青霉素过敏")
    assert allergies_before(chain.visit)
    make.sign(chain.visit, chain.cast.doctor)
    make.close(chain.visit, chain.cast.doctor)
    assert not allergies_before(chain.visit)
    assert [each.source for each in allergies_of_visit(chain.visit)] == ["intake", *["record"] * 2]


def test_nobody_but_its_doctor_has_it_checked(chain):
    prescription = amoxicillin(chain)
    with pytest.raises(NotFound):
        signing.check(chain.cast.other_doctor.viewer, prescription, at=clock.now())


def test_a_very_long_record_is_checked_to_its_end(chain):
    write(chain, allergy="芒果、" * 1300 + "青霉素")
    assert blocks(checked(chain, amoxicillin(chain)))


def signed_on(of: Chain) -> UUID:
    """Amlodipine, signed with an earlier record and a draft that name something else."""
    earlier(of, allergy="青霉素过敏")
    write(of, allergy="花生过敏")
    return rx.signed(of)


def test_what_was_checked_is_signed_and_checked_again_the_same(chain):
    done = signed_on(chain)
    version = PrescriptionVersion.objects.get(prescription_id=done)
    assert [
        (each["words"], [o["source"] for o in each["told"]])
        for each in version.content["allergies_checked"]
    ] == [("无", ["intake"]), ("花生过敏", ["draft"]), ("青霉素过敏", ["earlier_record"])]
    assert "青霉素过敏".encode() in doctors_words(version)
    assert doctors_hold(version)
    rx.past_its_guard("content = jsonb_set(content, '{allergies_checked}', '[]')")
    assert not doctors_hold(PrescriptionVersion.objects.get(prescription_id=done))


def test_the_pharmacist_sees_what_was_checked_and_where_it_stands(chain):
    done = signed_on(chain)
    screen = reviews.screen(chain.pharmacist, done, at=clock.now())
    found = screen["patient"]["allergies_checked"]
    assert [each["words"] for each in found] == ["无", "花生过敏", "青霉素过敏"]
    assert found[2]["told_in"][0].en.startswith("record of an earlier visit (")
    assert rechecking.seen_again(done, at=clock.now())["recheck"] == "same"


@pytest.mark.usefixtures("at_noon")
def test_what_the_record_names_after_the_signature_stops_the_pharmacist(chain):
    """Written as a draft or signed: the doctor has answered no such hit."""
    prescription = amoxicillin(chain)
    rx.sign(chain, prescription)
    reviewing.claim(chain.pharmacist, prescription, at=clock.now())
    write(chain, allergy="青霉素过敏")
    seen_now = rechecking.seen_again(prescription, at=clock.now())
    assert seen_now["recheck"] == "changed"
    assert {each["id"] for each in seen_now["report_now"]["hits"] if each["level"] == "block"} <= {
        *seen_now["new_hits"]
    }
    assert [each["words"] for each in seen_now["allergies_later"]] == ["青霉素过敏"]
    with pytest.raises(RuleRefused):
        rx.approve(chain, prescription)
    write(chain, **make.RECORD)
    consultation.sign(chain.cast.doctor.viewer, chain.visit, at=clock.now())
    with pytest.raises(RuleRefused):
        rx.approve(chain, prescription)
    assert rx.state(prescription) == "claimed"


@pytest.mark.usefixtures("at_noon")
def test_a_version_of_before_is_checked_on_its_intake(chain):
    told(chain.visit, "花生")
    done = rx.claimed(chain)
    rx.past_its_guard("content = content - 'allergies_checked'")
    screen = reviews.screen(chain.pharmacist, done, at=clock.now())
    assert [each["words"] for each in screen["patient"]["allergies_checked"]] == ["花生"]
    assert rechecking.seen_again(done, at=clock.now())["recheck"] == "same"


@pytest.mark.usefixtures("at_noon")
def test_what_comes_back_after_the_visit_keeps_what_earlier_records_said(chain):
    earlier(chain, allergy="青霉素过敏")
    done = rx.claimed(chain)
    make.sign(chain.visit, chain.cast.doctor, allergy="花生过敏")
    make.close(chain.visit, chain.cast.doctor)
    back = {"version": 1, "reason": "dose", "words": "剂量偏大，请核对"}
    reviewing.send_back(chain.pharmacist, done, **back, at=clock.now())
    rx.save(chain, done, rx.item(rx.product(**_AMOXICILLIN)))
    assert blocks(checked(chain, done))
