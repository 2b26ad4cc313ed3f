"""A reply that other patients got already is flagged to quality control; greetings are not (D02)."""

from datetime import timedelta

import pytest
from django.db import connection

from xinglin.care.consultation import services
from xinglin.care.consultation.models import RepeatedReply
from xinglin.care.consultation.services import indexing, likeness, repeating
from xinglin.care.consultation.tests import factories as make

SAID = "您的皮疹看起来和新换的洗衣液有关，请先换回原来的，再观察三天，如果面部肿胀请马上线下就诊。"
NEARLY = SAID.replace("三天", "两天")
OTHER = "孩子的体温在晚上升高很常见，请记录每四个小时的体温和精神状态，明天上午发给我看一下。"
HELLO = "您好，我是皮肤科的医生，您写的内容我已经看过了，想再了解几个问题，请您慢慢回答。"


def told(person, doctor, *texts):
    """A visit with these replies, closed and followed."""
    visit = make.active(person, doctor)
    for text in texts:
        make.say(visit, doctor, words=text)
    make.sign(visit, doctor)
    services.close(doctor.viewer, visit, reason="treated", at=make.now())
    indexing.follow()
    repeating.follow()
    return visit


def flagged():
    rows = RepeatedReply.objects.order_by("found_at", "seq")
    return [(row.consultation_id, row.other_consultation_id) for row in rows]


def test_a_reply_to_another_patient_is_flagged_with_both_visits(cast):
    first = told(cast.patient, cast.doctor, "请问多久了？", SAID)
    assert flagged() == []
    second = told(cast.other_patient, cast.doctor, "请问多久了？", NEARLY)
    assert flagged() == [(second, first)]
    (row,) = RepeatedReply.objects.all()
    assert row.similarity > likeness.TOO_ALIKE
    assert row.doctor_user_id == cast.doctor.id
    assert ("ReplyRepeated", set()) in make.events(second)


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        ((SAID, OTHER), "another reply"),
        ((HELLO, HELLO), "a greeting that opens the visit"),
        (("请发一张照片。", "请发一张照片。"), "a short one"),
    ],
    ids=["another", "greeting", "short"],
)
def test_an_honest_reply_is_not(cast, texts, why):
    for person, text in zip((cast.patient, cast.other_patient), texts, strict=True):
        told(person, cast.doctor, text)
    assert flagged() == [], why


def test_what_was_said_to_the_same_patient_or_by_another_doctor_is_not(cast):
    told(cast.patient, cast.doctor, SAID)
    told(cast.patient, cast.doctor, SAID)
    told(cast.other_patient, cast.other_doctor, SAID)
    assert flagged() == []


def test_what_lies_a_month_back_counts_no_more(cast):
    told(cast.patient, cast.doctor, SAID)
    back = repeating.REMEMBERED + timedelta(hours=1)
    with connection.cursor() as cursor:
        cursor.execute("update consultation_reply_print set at = at - %s", [back])
    told(cast.other_patient, cast.doctor, SAID)
    assert flagged() == []
    assert repeating.prune() == 1


def test_each_visit_is_looked_at_once(cast):
    told(cast.patient, cast.doctor, SAID)
    told(cast.other_patient, cast.doctor, SAID)
    assert repeating.follow() == 0
    assert len(flagged()) == 1


@pytest.mark.parametrize(
    ("one", "other", "is_too_alike"),
    [
        (SAID, NEARLY, True),
        (SAID, f"  {SAID}！ ", True),
        (SAID, SAID[:25], False),
        (SAID, SAID + OTHER, False),
        (SAID, OTHER, False),
    ],
    ids=["a word", "marks", "half", "twice as long", "another"],
)
def test_alike_is_what_stands_in_both(one, other, is_too_alike):
    assert (likeness.similarity(one, other) > likeness.TOO_ALIKE) == is_too_alike
    if is_too_alike:
        assert set(likeness.sketch(one)) & set(likeness.sketch(other))
        least, most = likeness.lengths_like(len(likeness.essence(one)))
        assert least <= len(likeness.essence(other)) <= most


def test_a_sketch_fits_into_the_column():
    assert all(-(2**31) <= number < 2**31 for number in likeness.sketch(SAID + OTHER))
    assert likeness.sketch("短") == []
