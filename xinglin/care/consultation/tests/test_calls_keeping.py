"""What is kept of a call: only with consent, which may be taken back."""

import json
from datetime import UTC

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from xinglin.care.consultation import queries, rules, services
from xinglin.care.consultation.models import CallConsent, Still
from xinglin.care.consultation.queries.exports import export_part
from xinglin.care.consultation.queries.recordings import purposes_of
from xinglin.care.consultation.tests import calls
from xinglin.care.consultation.tests import factories as make
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, Invalid, NotFound


@pytest.fixture
def talk(cast):
    return calls.talking(cast.patient, cast.doctor)


def recording(cast, call):
    return calls.seen(cast.doctor, call)["recording"]["state"]


def test_a_recording_exists_only_with_both_consents(cast, talk):
    visit, call = talk
    assert recording(cast, call) == "off"
    calls.record(cast.doctor, call)
    assert recording(cast, call) == "asked"
    calls.agree(cast.patient, call)
    assert recording(cast, call) == "on"
    assert make.cards(visit)[-1] == "call_recording"
    said = CallConsent.objects.filter(call=call).order_by("id")
    assert [(one.side, one.answer, one.version) for one in said] == [
        ("doctor", True, calls.VERSION),
        ("patient", True, calls.VERSION),
    ]


def test_consent_taken_back_stops_the_recording_at_once(cast, talk):
    visit, call = talk
    calls.record(cast.doctor, call)
    calls.agree(cast.patient, call)
    calls.agree(cast.patient, call, answer=False)
    calls.agree(cast.patient, call, answer=False)
    assert recording(cast, call) == "refused"
    assert [kind for kind, _ in make.events(visit)].count("CallRecordingChanged") == 3
    calls.record(cast.doctor, call)
    assert calls.seen(cast.patient, call)["recording"]["patient"] == "unasked"
    assert recording(cast, call) == "asked"
    assert CallConsent.objects.filter(call=call, side="patient").count() == 2


def test_a_yes_before_the_doctor_asks_counts_when_the_doctor_asks(cast, talk):
    _, call = talk
    calls.agree(cast.patient, call)
    assert recording(cast, call) == "off"
    calls.record(cast.doctor, call)
    assert recording(cast, call) == "on"
    calls.record(cast.doctor, call, on=False)
    calls.record(cast.doctor, call, on=False)
    assert recording(cast, call) == "off"
    assert CallConsent.objects.filter(call=call, side="doctor").count() == 2


def test_nobody_consents_for_the_other_and_to_no_old_text(cast, talk):
    _, call = talk
    with pytest.raises(NotFound):
        calls.agree(cast.doctor, call)
    with pytest.raises(NotFound):
        calls.record(cast.patient, call)
    with pytest.raises(Conflict, match="consent_text_changed"):
        services.consent_to_keeping(
            cast.patient.viewer,
            call,
            kind="recording",
            answer=True,
            version="older",
            at=make.now(),
        )


def test_where_recordings_are_forbidden_none_is_asked_for(cast, talk, monkeypatch):
    _, call = talk
    calls.with_knob(monkeypatch, "recording_rule", "never")
    with pytest.raises(Conflict, match="no_recordings_here"):
        calls.record(cast.doctor, call)


def test_only_the_doctors_own_seat_uploads_and_a_day_after_the_end_no_more(cast, talk):
    _, call = talk
    mine, theirs = calls.sit(cast.doctor, call), calls.sit(cast.patient, call)
    doctor, patient = cast.doctor.viewer, cast.patient.viewer
    assert not queries.may_upload(doctor, call, mine)
    calls.agree(cast.patient, call)
    calls.record(cast.doctor, call)
    assert queries.may_upload(doctor, call, mine)
    assert not queries.may_upload(doctor, call, theirs)
    assert not queries.may_upload(patient, call, theirs)
    assert not queries.may_upload(cast.other_doctor.viewer, call, mine)
    assert not queries.may_upload(doctor, ids.new(), mine)
    calls.agree(cast.patient, call, answer=False)
    services.end_call(doctor, call, at=make.now())
    assert queries.may_upload(doctor, call, mine)
    with clock.later(make.minutes(24 * 60 + 1)):
        assert not queries.may_upload(doctor, call, mine)


def test_who_may_read_the_visit_may_play_what_was_recorded(cast, talk):
    _, call = talk
    assert queries.may_play(cast.patient.viewer, call)
    assert queries.may_play(cast.doctor.viewer, call)
    for stranger in (cast.other_doctor, cast.other_patient, cast.operator):
        assert not queries.may_play(stranger.viewer, call)
    assert not queries.may_play(cast.patient.viewer, ids.new())


def still(cast, call, picture):
    return services.keep_still(cast.doctor.viewer, call, file_id=picture, at=make.now())


def test_a_still_needs_the_patients_yes_and_stands_in_the_conversation(cast, talk):
    visit, call = talk
    picture = make.picture(cast.doctor)
    with pytest.raises(Conflict, match="no_consent_to_stills"):
        still(cast, call, picture)
    services.ask_for_stills(cast.doctor.viewer, call, at=make.now())
    services.ask_for_stills(cast.doctor.viewer, call, at=make.now())
    assert calls.seen(cast.patient, call)["still"]["patient"] == "asked"
    calls.agree(cast.patient, call, "still")
    kept = still(cast, call, picture)
    assert still(cast, call, picture) == kept
    found = queries.messages_of(cast.patient.viewer, visit, since=kept["seq"] - 1, limit=1)
    message = found["messages"][0]
    assert message.kind == "picture"
    assert (message.body["still"], message.body["call_id"]) == (True, str(call))
    assert queries.picture_of(cast.patient.viewer, visit, picture) == picture
    (listed,) = queries.calls_of_visit(cast.patient.viewer, visit)
    assert [one["file_id"] for one in listed["stills"]] == [picture]
    calls.agree(cast.patient, call, "still", answer=False)
    with pytest.raises(Conflict, match="no_consent_to_stills"):
        still(cast, call, make.picture(cast.doctor))


def test_a_still_is_a_picture_of_the_doctors_own(cast, talk):
    _, call = talk
    calls.agree(cast.patient, call, "still")
    for file in (ids.new(), make.picture(cast.patient)):
        with pytest.raises(Invalid):
            still(cast, call, file)
    assert not Still.objects.exists()


def test_what_was_consented_to_is_never_changed_or_deleted(cast, talk):
    _, call = talk
    calls.agree(cast.patient, call)
    for sql in (
        "update consultation_call_consent set answer = false",
        "delete from consultation_call_consent",
        "update consultation_call_step set who = 'doctor'",
        "delete from consultation_call",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_copy_and_a_dispute_package_tell_of_every_call(cast, talk):
    visit, call = talk
    calls.agree(cast.patient, call, answer=False)
    services.end_call(cast.patient.viewer, call, at=make.now())
    (part,) = [p for p in queries.visit_evidence(visit, UTC) if p.name == "calls"]
    (told,) = part.data["calls"]
    assert [step["step"] for step in told["steps"]] == ["ring", "answer", "consent", "end"]
    assert [(one["kind"], one["answer"]) for one in told["consents"]] == [("recording", False)]
    (own,) = export_part(cast.patient.id).data["visits"]
    assert [(one["id"], one["ending"]) for one in own["calls"]] == [(call, "ended_by_patient")]
    json.dumps({"package": part.data, "copy": own["calls"]}, default=str)


def test_a_doctor_who_may_not_read_the_visit_any_more_plays_no_recording_of_it(cast, talk):
    visit, call = talk
    assert purposes_of(cast.doctor.viewer, call) == ("treatment", "complaint")
    services.hand_back(cast.doctor.viewer, visit, reason="doctor_unable", at=make.now())
    make.accept(visit, cast.other_doctor)
    assert purposes_of(cast.doctor.viewer, call) == ()
    assert purposes_of(cast.other_doctor.viewer, call) == ("treatment", "complaint")


def test_the_text_on_stills_says_that_those_kept_stay():
    assert rules.CALL_CONSENT_VERSION == "call-2026-11-30"
    assert "已保存的截图" in rules.STILL_CONSENT.zh
    assert "kept before" in rules.STILL_CONSENT.en
