"""The patient who does not look at a visit is told of it, and not more often than is good."""

from datetime import timedelta

import pytest
from django.db import connection

from xinglin.care.consultation import services
from xinglin.care.consultation.lifecycle import ANSWER_WITHIN
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.services import deadlines, telling
from xinglin.care.consultation.tests import factories as make
from xinglin.foundation.notices.models import Notice
from xinglin.foundation.notices.queries import text_of
from xinglin.foundation.outbox.services import relay_pending
from xinglin.kernel import clock

SECONDS = timedelta(seconds=1)


def told(person) -> list[str]:
    rows = Notice.objects.filter(user_id=person.id).order_by("id")
    return list(rows.values_list("kind", flat=True))


def carried() -> None:
    while relay_pending():
        pass


def read_up_to(visit, person, seq: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from mark_batch(%s::uuid[], %s::uuid[], %s::integer[], %s::integer[])",
            [[visit], [person.id], [seq], [seq]],
        )


def now():
    """A moment from which the doctor's last words are some time ago."""
    return clock.now() + 11 * SECONDS


def test_every_turn_of_a_visit_is_told_once(cast):
    visit = make.signed(cast.patient, cast.doctor)
    services.close(cast.doctor.viewer, visit, reason="treated", at=make.now())
    carried()
    assert told(cast.patient) == ["doctor_accepted", "summary_ready", "visit_ended"]
    links = set(Notice.objects.values_list("link", flat=True))
    assert links == {f"/visits/{visit}", f"/visits/{visit}/summary"}
    assert not Notice.objects.filter(user_id=cast.doctor.id).exists()


def test_who_cancels_is_not_told_that_it_is_cancelled(cast):
    visit = make.visit(cast.patient)
    services.choose(cast.patient.viewer, visit, choice="cancel", at=make.now())
    carried()
    assert told(cast.patient) == []


def test_that_nobody_came_is_told(cast):
    visit = make.nobody(cast.patient)
    carried()
    deadlines.meet_deadline(visit, at=make.now() + timedelta(minutes=31))
    carried()
    assert told(cast.patient) == ["nobody_found", "visit_cancelled"]


def test_a_correction_of_the_record_is_told(cast):
    visit = make.ended(cast.patient, cast.doctor)
    carried()
    services.amend(
        cast.doctor.viewer,
        visit,
        fields=make.RECORD | {"advice": "多饮水，注意休息；两天不好转请到医院就诊。"},
        reason="更正复诊时间",
        at=make.now(),
    )
    carried()
    assert told(cast.patient)[-1] == "summary_changed"


def test_who_does_not_look_is_told_that_the_doctor_wrote_without_the_words(cast):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.doctor, words="请问胸痛多久了")
    assert telling.tell_unread(at=clock.now()) == 0, "perhaps it is being read just now"
    assert telling.tell_unread(at=now()) == 1
    (notice,) = Notice.objects.filter(kind="doctor_wrote")
    assert (notice.user_id, notice.link) == (cast.patient.id, f"/visits/{visit}")
    assert "胸痛" not in str(text_of(notice.kind, notice.values))


def test_who_reads_is_told_nothing(cast):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.doctor)
    read_up_to(visit, cast.patient, 99)
    assert telling.tell_unread(at=now()) == 0


def test_many_messages_in_ten_minutes_are_one_notice(cast):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.doctor)
    at = now()
    assert telling.tell_unread(at=at) == 1
    assert telling.tell_unread(at=at) == 0
    make.say(visit, cast.doctor)
    assert telling.tell_unread(at=at + timedelta(minutes=9)) == 0
    assert telling.tell_unread(at=at + timedelta(minutes=10)) == 1
    assert telling.tell_unread(at=at + timedelta(minutes=20)) == 0, "of these it was told already"
    assert told(cast.patient).count("doctor_wrote") == 2


@pytest.mark.parametrize("end", ["withdrawn", "ended", "by_patient"])
def test_what_is_no_word_of_the_doctor_is_not_told(cast, end):
    visit = make.signed(cast.patient, cast.doctor)
    if end == "by_patient":
        make.say(visit, cast.patient)
    else:
        make.say(visit, cast.doctor)
    if end == "ended":
        services.close(cast.doctor.viewer, visit, reason="treated", at=make.now())
    if end == "withdrawn":
        last = messages_of(visit)
        messages.post(visit, cast.doctor.id, "withdrawal", {"of": last})
    assert telling.tell_unread(at=now()) == 0


def messages_of(visit) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select max(seq) from consultation_message"
            " where consultation_id = %s and sender = 'doctor'",
            [visit],
        )
        return cursor.fetchone()[0]


def test_a_visit_that_will_end_in_silence_is_told_before_and_once(cast):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.doctor)
    wrote = clock.now()
    assert telling.warn_of_endings(at=wrote + timedelta(minutes=19)) == 0
    at = wrote + ANSWER_WITHIN - timedelta(minutes=8)
    assert telling.warn_of_endings(at=at) == 1
    assert telling.warn_of_endings(at=at + 5 * SECONDS) == 0
    notice = Notice.objects.get(kind="visit_ending")
    assert notice.values["minutes"] in {7, 8}


def test_a_visit_whose_time_runs_out_is_told_before(cast):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.doctor)
    make.say(visit, cast.patient)
    closes = clock.now() + timedelta(minutes=4)
    with connection.cursor() as cursor:
        cursor.execute(
            "update consultation_thread set closes_at = %s where consultation_id = %s",
            [closes, visit],
        )
    assert telling.warn_of_endings(at=closes - timedelta(minutes=3)) == 1
    assert Notice.objects.get(kind="visit_ending").values == {"minutes": 3}


def test_a_doctors_silence_is_no_warning_to_the_patient(cast):
    make.active(cast.patient, cast.doctor)
    assert telling.warn_of_endings(at=clock.now() + timedelta(minutes=4)) == 0
