"""Review by sample on the real rows: drawn, judged by others, told to the doctor, objected to once, closed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from xinglin.care.prescribing import drawing
from xinglin.care.prescribing.drawing import Criteria
from xinglin.care.prescribing.models import (
    MedicinalProduct,
    PrescriptionSample,
    SampledPrescription,
    SampleJudgement,
)
from xinglin.care.prescribing.queries import findings, frames
from xinglin.care.prescribing.queries import sampling as queries
from xinglin.care.prescribing.services import reviewing, sample_judging, sampling, validity
from xinglin.care.prescribing.services.sample_judging import Finding
from xinglin.care.prescribing.services.sampling import Wish
from xinglin.care.prescribing.sheet import Told
from xinglin.care.prescribing.tests import rx
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.notices.models import Notice
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, IllegalStep, Invalid, NotFound
from xinglin.policy import rules as law

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
OBJECTED = "剂量依据指南，已写明理由"
BAD = Finding(is_rational=False, problems=("2-5", "1-10"), comment="诊断不全，剂量偏大")
GOOD = Finding(is_rational=True)


def today():
    return law.local_date(clock.now())


def period(**changed) -> Criteria:
    return Criteria(**{"since": today(), "until": today(), **changed})


def draw(head, *, count=None, percent=None, seed="s-1", **changed):
    share = 100 if count is None and percent is None else percent
    wish = Wish(criteria=period(**changed), count=count, percent=share, seed=seed)
    return sampling.draw(head, wish, at=clock.now())


def drawn(sample) -> list[SampledPrescription]:
    return list(SampledPrescription.objects.filter(sample=sample).order_by("position"))


def judge(viewer, row, finding=GOOD, *, after=0):
    told = replace(finding, after=after)
    return sample_judging.judge(viewer, row.sample_id, row.pk, told, at=clock.now())


def announce(head, sample):
    sampling.announce(head, sample, at=clock.now())


def close(head, sample):
    sampling.close(head, sample, at=clock.now())


def told_of(chain, head, finding=BAD):
    """One prescription, judged by another pharmacist, and the doctor knows."""
    rx.effective(chain)
    (row,) = drawn(draw(head))
    judge(chain.other_pharmacist, row, finding)
    announce(head, row.sample_id)
    return row


def object_to(chain, row, words=OBJECTED):
    sample_judging.object_to(chain.cast.doctor.viewer, row.pk, words, at=clock.now())


def of_product(chain, product, **changed):
    one = rx.begun(chain)
    rx.save(chain, one, rx.item(product), **changed)
    rx.sign(chain, one)
    reviewing.claim(chain.pharmacist, one, at=clock.now())
    rx.approve(chain, one)
    return one


def frame_of(head, **changed) -> set:
    return set(frames.ids(head, period(**changed)))


# The frame and the drawing


def test_the_frame_is_what_took_effect_in_the_period(chain, head):
    effective, voided = rx.effective(chain), rx.effective(chain)
    validity.void(chain.cast.doctor.viewer, voided, reason="wrong", at=clock.now())
    rx.signed(chain)
    rx.begun(chain)
    assert frame_of(head) == {effective, voided}
    assert sampling.count_frame(head, period(), at=clock.now()) == 2
    yesterday = today() - timedelta(days=1)
    assert frame_of(head, since=yesterday, until=yesterday) == set()
    (line,) = AuditLine.objects.filter(action="prescribing.count_frame")
    assert (line.purpose, line.detail["frame"]) == ("quality", 2)


def test_a_frame_is_aimed_by_what_was_signed(chain, head):
    plain = rx.effective(chain)
    antibiotic = of_product(chain, rx.product(antibiotic=True))
    alert = of_product(chain, rx.product(high_alert=True))
    needle = of_product(chain, rx.product(injection=True))
    longer = rx.effective(
        chain, told=Told(longer_for="chronic", longer_reason="血压平稳，路途较远")
    )
    MedicinalProduct.objects.update(antibiotic=True)  # of tomorrow's catalogue nothing is drawn
    assert frame_of(head, focus="antibacterial") == {antibiotic}
    assert frame_of(head, focus="injection") == {needle}
    assert frame_of(head, focus="high_alert") == {alert}
    assert frame_of(head, focus="long_supply") == {longer}
    everything = {plain, antibiotic, alert, needle, longer}
    # The same medicine again while the first still runs: the doctor went on for a reason.
    assert frame_of(head, focus="overridden") == everything - {plain}
    assert frame_of(head, practitioner=chain.cast.doctor.card.id) == everything
    assert frame_of(head, practitioner=chain.cast.other_doctor.card.id) == set()
    assert frame_of(head, department=rx.row(plain).department) == everything
    assert frame_of(head, department="dermatology") == set()


def test_the_same_seed_and_frame_give_the_same_sample(chain, head):
    frame = {rx.effective(chain) for _ in range(4)}
    few, many = draw(head, count=2), draw(head, count=3)
    of_few, of_many = ([row.prescription_id for row in drawn(each)] for each in (few, many))
    assert of_few == drawing.draw(frame, "s-1", 2) == of_many[:2]
    kept = PrescriptionSample.objects.get(pk=few)
    assert set(kept.frame) == frame
    assert (kept.frame_size, kept.size) == (4, 2)
    assert kept.frame_sha256 == drawing.frame_sha256(frame)
    # Whatever has come since: what was frozen draws the same again.
    rx.effective(chain)
    assert drawing.draw(kept.frame, kept.seed, kept.size) == of_few
    (line,) = AuditLine.objects.filter(action="prescribing.draw_sample", thing_id=few)
    assert line.actor_id == head.user_id
    assert (line.detail["seed"], line.detail["frame"], line.detail["size"]) == ("s-1", 4, 2)


def test_the_same_drawn_twice_is_told_where_it_is(chain, head):
    rx.effective(chain)
    first = draw(head)
    with pytest.raises(sampling.DrawnBeforeError) as told:
        draw(head)
    assert told.value.extra == {"sample_id": str(first)}
    draw(head, seed="s-2")
    assert draw(head, seed="") != draw(head, seed="")
    rx.effective(chain)
    draw(head)  # of another frame


def test_what_is_no_sample_is_refused_in_plain_words(chain, head):
    rx.effective(chain)
    tomorrow, yesterday = (today() + timedelta(days=n) for n in (1, -1))
    wrong = [
        ("count", {"count": 5}),
        ("count", {"count": 0}),
        ("count", {"count": 501}),
        ("count", {"count": 1, "percent": 1}),
        ("percent", {"percent": 0}),
        ("percent", {"percent": 101}),
        ("seed", {"seed": "种子"}),
        ("seed", {"seed": "a b"}),
        ("focus", {"focus": "costly"}),
        ("practitioner_id", {"practitioner": ids.new()}),
        ("until", {"until": tomorrow}),
        ("until", {"until": yesterday}),
        ("since", {"since": yesterday, "until": yesterday}),
    ]
    for field, told in wrong:
        with pytest.raises(Invalid) as refused:
            draw(head, **told)
        (error,) = refused.value.errors
        assert error.field == field
        assert error.text.zh
        assert error.text.en
    assert not PrescriptionSample.objects.exists()


# Judging


def test_neither_the_doctor_nor_the_reviewing_pharmacist_judges(chain, head):
    rx.effective(chain)
    (row,) = drawn(draw(head))
    for own in (chain.pharmacist, chain.cast.doctor.viewer):
        with pytest.raises(sample_judging.OwnWorkError):
            judge(own, row)
    twin = rx.pharmacist(id_number_index=chain.pharmacist.user_id.bytes)
    with pytest.raises(sample_judging.OwnWorkError):
        judge(twin, row)
    assert not queries.sampled(chain.pharmacist, row.sample_id, row.pk)["may_judge"]
    assert queries.sampled(head, row.sample_id, row.pk)["may_judge"]
    assert judge(chain.other_pharmacist, row) == 1


def test_a_finding_is_by_the_codes_of_the_rule(chain, head):
    rx.effective(chain)
    (row,) = drawn(draw(head))
    wrong = {
        "problems": [
            replace(BAD, problems=()),
            replace(BAD, problems=("9-9",)),
            replace(BAD, is_rational=True),
        ],
        "comment": [replace(BAD, comment=""), replace(BAD, comment="短")],
    }
    for field, each in ((field, each) for field, found in wrong.items() for each in found):
        with pytest.raises(Invalid) as refused:
            judge(head, row, each)
        assert [error.field for error in refused.value.errors] == [field]
    judge(head, row, BAD)
    kept = SampleJudgement.objects.get(sampled=row)
    assert kept.problems == ["1-10", "2-5"]
    assert kept.classes == ["irregular", "unsuitable"]


def test_a_judge_may_mend_what_nobody_was_told_and_no_other_writes_over_it(chain, head):
    rx.effective(chain)
    (row,) = drawn(draw(head))
    judge(chain.other_pharmacist, row, BAD)
    for viewer, after in ((head, 0), (head, 1), (chain.other_pharmacist, 0)):
        with pytest.raises(sample_judging.JudgedMeanwhileError):
            judge(viewer, row, after=after)
    assert judge(chain.other_pharmacist, row, after=1) == 2
    assert queries.one(head, row.sample_id)["score"]["rational_pct"] == 100.0


def test_another_house_finds_nothing(chain, head):
    rx.effective(chain)
    (row,) = drawn(draw(head))
    stranger = replace(head, institution_id=ids.new())
    for act in (
        lambda: queries.one(stranger, row.sample_id),
        lambda: queries.sampled(stranger, row.sample_id, row.pk),
        lambda: findings.sheets_of(stranger, row.sample_id, locale="zh"),
        lambda: judge(stranger, row),
        lambda: announce(stranger, row.sample_id),
        lambda: close(stranger, row.sample_id),
        lambda: judge(head, SampledPrescription(pk=row.pk, sample_id=ids.new())),
    ):
        with pytest.raises(NotFound):
            act()


# Told, objected to, closed


def test_nothing_is_told_before_all_of_it_is_judged(chain, head):
    for _ in range(2):
        rx.effective(chain)
    first, second = drawn(draw(head))
    judge(chain.other_pharmacist, first, BAD)
    with pytest.raises(Conflict) as refused:
        announce(head, first.sample_id)
    assert refused.value.code == "sample_not_judged"
    assert findings.own(chain.cast.doctor.viewer, after=None, limit=20)["items"] == []
    with pytest.raises(NotFound):
        object_to(chain, first)
    with pytest.raises(IllegalStep):
        close(head, first.sample_id)
    judge(head, second)
    announce(head, first.sample_id)
    with pytest.raises(IllegalStep):
        announce(head, first.sample_id)


def test_the_result_enters_the_doctors_scorecard_and_the_doctor_is_told(chain, head):
    row = told_of(chain, head)
    outbox.relay()
    doctor = chain.cast.doctor.viewer
    assert Notice.objects.filter(user_id=doctor.user_id, kind="prescriptions_sampled").count() == 1
    own = findings.own(doctor, after=None, limit=20)
    assert (own["score"]["drawn"], own["score"]["rational_pct"]) == (1, 0.0)
    (item,) = own["items"]
    assert item["may_object"]
    assert [each["code"] for each in item["finding"]["problems"]] == ["1-10", "2-5"]
    assert "by" not in item["finding"]
    other = findings.own(chain.cast.other_doctor.viewer, after=None, limit=20)
    assert (other["items"], other["score"]["rational_pct"]) == ([], None)
    assert AuditLine.objects.filter(
        action="prescription.read_finding", subject_id=rx.row(row.prescription_id).patient_id
    ).exists()


def test_the_doctor_objects_once_and_somebody_else_looks_again(chain, head):
    row = told_of(chain, head)
    with pytest.raises(NotFound):
        sample_judging.object_to(chain.cast.other_doctor.viewer, row.pk, OBJECTED, at=clock.now())
    with pytest.raises(Invalid):
        object_to(chain, row, "不")
    with pytest.raises(sample_judging.AlreadyToldError):
        judge(head, row, after=1)
    object_to(chain, row)
    with pytest.raises(sample_judging.NotOpenToObjectionError):
        object_to(chain, row)
    with pytest.raises(Conflict) as refused:
        close(head, row.sample_id)
    assert refused.value.code == "objection_not_answered"
    with pytest.raises(sample_judging.OwnAnswerError):
        judge(chain.other_pharmacist, row, after=1)
    judge(head, row, after=1)
    with pytest.raises(sample_judging.AlreadyToldError):
        judge(head, row, BAD, after=2)
    own = findings.own(chain.cast.doctor.viewer, after=None, limit=20)
    assert own["score"]["rational_pct"] == 100.0
    assert own["items"][0]["finding"]["answers"]
    close(head, row.sample_id)


def test_there_is_nothing_to_object_to_where_it_is_rational(chain, head):
    row = told_of(chain, head, GOOD)
    with pytest.raises(sample_judging.NotOpenToObjectionError):
        object_to(chain, row)


def test_a_closed_sample_changes_no_more(chain, head):
    row = told_of(chain, head)
    close(head, row.sample_id)
    with pytest.raises(sample_judging.SampleClosedError):
        judge(head, row, after=1)
    with pytest.raises(sample_judging.NotOpenToObjectionError):
        object_to(chain, row)
    with pytest.raises(IllegalStep):
        announce(head, row.sample_id)
    assert findings.own(chain.cast.doctor.viewer, after=None, limit=20)["items"][0]["is_closed"]


def test_the_database_keeps_what_was_drawn_and_found(chain, head):
    row = told_of(chain, head)
    sample, doctor = f"'{row.sample_id}'", f"'{row.prescriber_id}'"
    other = f"'{chain.other_pharmacist.user_id}'"
    judged = (
        "insert into prescription_sample_judgement (id, sampled_id, number, problems, classes,"
        f" comment, judged_by, judge_marks, at) values (gen_random_uuid(), '{row.pk}', 2, '{{}}',"
        " '{}', '', %s, '{}', now())"
    )
    objected = (
        "insert into prescription_sample_objection (sampled_id, words, said_by, at)"
        f" values ('{row.pk}', 'w', {other}, now())"
    )
    again = (
        "insert into prescription_sampled (id, sample_id, position, prescription_id, version_id,"
        " practitioner_id, prescriber_id, reviewer_id, department) select gen_random_uuid(),"
        f" {sample}, 1, prescription_id, version_id, practitioner_id, prescriber_id, reviewer_id,"
        " department from prescription_sampled"
    )
    refused = [
        "delete from prescription_sample",
        "update prescription_sample set seed = 'other'",
        "update prescription_sample set frame = '{}'",
        "update prescription_sample set size = 2, frame_size = 2",
        "update prescription_sample set state = 'drawn', announced_at = null, announced_by = null",
        "update prescription_sample set announced_at = now()",
        "update prescription_sampled set position = 9",
        "delete from prescription_sampled",
        "update prescription_sample_judgement set problems = '{}', classes = '{}'",
        "delete from prescription_sample_judgement",
        judged % doctor,
        judged % f"'{row.reviewer_id}'",
        judged % other,
        objected,
        again,
    ]
    for sql in refused:
        with (
            pytest.raises(DatabaseError, match=r"^(?!.*(syntax|column|unique)).*"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
