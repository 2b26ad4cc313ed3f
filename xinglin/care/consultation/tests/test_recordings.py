"""The recording of a call over HTTP: from the doctor's page to whoever may look, and nobody else."""

import hashlib
from datetime import UTC, timedelta

import av
import pytest

from xinglin.care.consultation import services
from xinglin.care.consultation.queries.evidence import visit_evidence, visit_facts
from xinglin.care.consultation.queries.recordings import recording_spans
from xinglin.care.consultation.tests import calls
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests.factories import Browser, Person
from xinglin.care.consultation.tests.recorders import Page, talking, up
from xinglin.care.people import queries as people_queries
from xinglin.care.people.tests import factories as people
from xinglin.foundation.accounts.models import User
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.outbox.services import relay_pending
from xinglin.foundation.recordings import rules
from xinglin.foundation.recordings.models import Recording
from xinglin.foundation.recordings.rules.verifying import faults_of
from xinglin.foundation.recordings.services import disk, make_due
from xinglin.foundation.recordings.tests import samples
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture(scope="module")
def whole():
    return samples.recorded(2.0)


@pytest.fixture
def talk(cast):
    """A call in which both agreed to be recorded; ids of the visit, the call and both seats."""
    return talking(cast)


@pytest.fixture
def page(at_the_door, talk, whole):
    _, call, patient_seat, doctor_seat = talk

    def made(of=None, browser=None, seat=None, **other):
        return Page(
            browser or at_the_door.doctor,
            call,
            seat or doctor_seat,
            of or patient_seat,
            whole,
            **other,
        )

    return made


def over(call, cast):
    """The doctor ends it three seconds from now."""
    services.end_call(cast.doctor.viewer, call, at=make.now() + 3 * SECOND)
    relay_pending()


def made_later():
    with clock.later(4 * SECOND):
        return make_due()


@pytest.fixture
def made(page, talk, cast):
    """The call is over, and its recording was made."""
    _, call, patient_seat, doctor_seat = talk
    page(patient_seat).all()
    page(doctor_seat).all()
    over(call, cast)
    assert made_later() == 1
    return call


def auditor(house=None):
    house = house or people_queries.default_institution().id
    return Browser(Person(people.staff_viewer("auditor", institution_id=house)))


def played(browser, call, purpose):
    answer = browser.post(f"/recordings/{call}/views", {"purpose": purpose})
    assert answer.status_code == 201, answer.json()
    return answer.json()["url"]


def fetched(browser, url, part=None):
    return browser._client.get(url, headers={"Range": part} if part else {})


def test_a_call_is_recorded_made_and_seen_by_both(at_the_door, talk, made, tmp_path):
    visit, call, *_ = talk
    card = at_the_door.patient.get(f"/recordings/{made}").json()
    assert (card["state"], card["verified"], card["why"]) == ("made", True, None)
    assert [(t["kind"], t["role"]) for t in card["tracks"]] == [
        ("video", "patient"),
        ("video", "doctor"),
        ("audio", ""),
    ]
    assert [p["code"] for p in card["purposes"]] == ["own"]
    (listed,) = at_the_door.doctor.get(f"/consultations/{visit}/calls").json()["items"]
    assert listed["recording_card"]["id"] == str(call)
    assert listed["recording_card"]["length_ms"] == card["length_ms"] > 1900
    url = played(at_the_door.doctor, made, "treatment")
    answer = fetched(at_the_door.doctor, url)
    whole = answer.content
    assert hashlib.sha256(whole).hexdigest() == card["sha256"]
    assert answer["Content-Type"] == "video/webm"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Cache-Control"] == "no-store"
    (tmp_path / "seen.webm").write_bytes(whole)
    with av.open(tmp_path / "seen.webm") as file:
        assert sum(1 for packet in file.demux() for _ in packet.decode()) > 100


def test_a_player_asks_for_parts(at_the_door, made):
    browser = at_the_door.patient
    url = played(browser, made, "own")
    whole = fetched(browser, url).content
    for part, start, stop in (
        ("bytes=0-", 0, len(whole)),
        ("bytes=0-99", 0, 100),
        ("bytes=100-5000", 100, 5001),
        ("bytes=-10", len(whole) - 10, len(whole)),
        (f"bytes=7-{10**12}", 7, len(whole)),
    ):
        answer = fetched(browser, url, part)
        assert (answer.status_code, answer.content) == (206, whole[start:stop])
        assert answer["Content-Range"] == f"bytes {start}-{stop - 1}/{len(whole)}"
        assert answer["Accept-Ranges"] == "bytes"
    beyond = fetched(browser, url, f"bytes={len(whole)}-")
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(whole)}")
    for nonsense in ("bytes=5-2", "bytes=-", "bytes=0-1,5-6", "pages=1-2"):
        assert fetched(browser, url, nonsense).status_code == 200


def test_a_part_is_never_more_than_a_megabyte(at_the_door, made, monkeypatch):
    from xinglin.edge.api import recordings

    monkeypatch.setattr(recordings, "MOST", 1000)
    url = played(at_the_door.patient, made, "own")
    answer = fetched(at_the_door.patient, url, "bytes=500-")
    assert (answer.status_code, len(answer.content)) == (206, 1000)
    assert answer["Content-Range"].startswith("bytes 500-1499/")
    whole = fetched(at_the_door.patient, url)
    assert (whole.status_code, whole.json()["code"]) == (413, "recording_by_parts")


def test_who_lost_the_right_to_look_sees_no_more_of_it(at_the_door, made):
    """At the next part, not when the link has run out."""
    looking = auditor()
    url = played(looking, made, "law")
    assert fetched(looking, url, "bytes=0-9").status_code == 206
    User.objects.filter(roles__contains=["auditor"]).update(roles=[])
    assert fetched(looking, url, "bytes=0-9").status_code == 404


def test_staff_see_nothing_of_it_without_their_second_factor(at_the_door, made):
    looking = auditor()
    url = played(looking, made, "law")
    session = looking._client.session
    session.pop("account_authentication_methods", None)
    session.save()
    assert fetched(looking, url, "bytes=0-9").status_code == 404


def test_an_altered_file_is_refused_in_words_and_noted(at_the_door, made):
    url = played(at_the_door.patient, made, "own")
    row = Recording.objects.get(pk=made)
    path = disk.place(rules.made_path(made, bytes(row.sha256)))
    path.write_bytes(path.read_bytes()[:-1])
    for spoil in (lambda: None, path.unlink):
        spoil()
        refused = fetched(at_the_door.patient, url)
        assert (refused.status_code, refused.json()["code"]) == (409, "recording_altered")
    assert at_the_door.patient.get(f"/recordings/{made}").json()["verified"] is False
    assert AuditLine.objects.filter(action="recordings.check", thing_id=made).count() == 1


def test_a_link_is_of_one_person_and_opens_within_a_minute(at_the_door, made):
    url = played(at_the_door.doctor, made, "treatment")
    for other in (at_the_door.patient, at_the_door.operator, at_the_door.stranger):
        assert fetched(other, url).status_code == 404
    with clock.later(61 * SECOND):
        assert fetched(at_the_door.doctor, url).status_code == 404
    assert fetched(at_the_door.doctor, url, "bytes=0-9").status_code == 206
    with clock.later(30 * 60 * SECOND):  # who watches goes back
        assert fetched(at_the_door.doctor, url, "bytes=0-9").status_code == 206
    with clock.later(2 * 3600 * SECOND):
        assert fetched(at_the_door.doctor, url, "bytes=0-9").status_code == 404
    assert fetched(at_the_door.doctor, url + "x").status_code == 404


def test_each_view_is_in_the_audit_with_its_purpose(at_the_door, made, cast):
    for browser, purpose in ((at_the_door.patient, "own"), (auditor(), "law")):
        played(browser, made, purpose)
    lines = AuditLine.objects.filter(action="recordings.view", thing_id=made).order_by("id")
    assert [line.purpose for line in lines] == ["own", "law"]
    assert {line.subject_id for line in lines} == {Recording.objects.get(pk=made).subject_id}


def test_who_may_not_look_learns_of_nothing(at_the_door, made, cast):
    allowed = {
        at_the_door.patient: "own",
        at_the_door.doctor: "treatment",
        Browser(calls.officer()): "quality",
        auditor(): "law",
    }
    for browser, purpose in allowed.items():
        assert browser.get(f"/recordings/{made}").status_code == 200
        wrong = browser.post(f"/recordings/{made}/views", {"purpose": "curiosity"})
        assert wrong.status_code == 422
        assert browser.post(f"/recordings/{made}/views", {"purpose": purpose}).status_code == 201
    elsewhere = auditor(house=ids.new())
    for browser in (at_the_door.other_patient, at_the_door.other_doctor, elsewhere):
        assert browser.get(f"/recordings/{made}").status_code == 404
        assert browser.post(f"/recordings/{made}/views", {"purpose": "own"}).status_code == 404
    assert at_the_door.operator.get(f"/recordings/{made}").status_code == 403
    assert at_the_door.stranger.get(f"/recordings/{made}").status_code == 401


def test_only_the_doctor_of_the_call_sends_from_an_own_seat(at_the_door, page, talk):
    _, _, patient_seat, doctor_seat = talk
    assert page(browser=at_the_door.other_doctor).begin().status_code == 404
    assert page(browser=at_the_door.patient, seat=patient_seat).begin().status_code == 403
    assert page(seat=patient_seat).begin().status_code == 404
    assert page(of=ids.new()).begin().status_code == 422
    own = page(doctor_seat)
    own.begin()
    assert own.send(0, browser=at_the_door.other_doctor).status_code == 404


def test_whose_voice_it_is_says_the_house(page, talk):
    _, call, patient_seat, _ = talk
    sent = page(patient_seat)
    sent.begin(of_role="doctor")
    assert Recording.objects.get(pk=call).segments.get().of_role == "patient"


def test_without_consent_nothing_is_taken(at_the_door, cast, whole):
    _, call = calls.talking(cast.patient, cast.doctor)
    patient_seat, doctor_seat = calls.sit(cast.patient, call), calls.sit(cast.doctor, call)
    calls.record(cast.doctor, call)
    sent = Page(at_the_door.doctor, call, doctor_seat, patient_seat, whole)
    assert sent.begin().status_code == 404
    assert not Recording.objects.exists()


def test_what_was_said_after_consent_was_taken_back_is_not_kept(page, talk, cast):
    _, call, *_ = talk
    sent = page()
    sent.begin()
    assert sent.send(0).status_code == 200
    with clock.later(60 * SECOND):
        calls.agree(cast.patient, call, answer=False)
    with clock.later(70 * SECOND):
        late = sent.send(1, began_ms=68_000)
        assert (late.status_code, late.json()["code"]) == (409, "recording_not_agreed")
        # What was said before, and waited in the outbox, is what both agreed to.
        assert sent.send(1, began_ms=30_000).status_code == 200
    ((_, until),) = recording_spans(call, at=make.now() + 90 * SECOND)
    assert until < make.now() + 61 * SECOND


def test_nothing_said_after_the_no_is_in_the_file(page, talk, cast):
    """Taken in one chunk with what was said before, or under a wrong time: it is cut by its packets."""
    _, call, patient_seat, _ = talk
    sent = page(patient_seat)
    sent.begin()
    with clock.later(SECOND):
        calls.agree(cast.patient, call, answer=False)
    with clock.later(4 * SECOND):
        for seq, began_ms in enumerate((0, 1, 2)):
            assert sent.send(seq, began_ms=began_ms).status_code == 200
        sent.close()
    over(call, cast)
    with clock.later(5 * SECOND):
        assert make_due() == 1
    row = Recording.objects.get(pk=call)
    assert (row.state, row.milliseconds) == ("made", pytest.approx(1000, abs=150))


def test_a_second_after_the_no_nothing_is_taken(page, talk, cast):
    _, call, *_ = talk
    sent = page()
    sent.begin()
    with clock.later(60 * SECOND):
        calls.agree(cast.patient, call, answer=False)
    with clock.later(63 * SECOND):
        assert sent.send(0, began_ms=61_500).json()["code"] == "recording_not_agreed"
        assert sent.send(0, began_ms=58_000).status_code == 200
        assert sent.send(1, began_ms=58_000).status_code == 422


def test_what_both_wanted_and_never_came_has_a_card_and_a_gap(at_the_door, talk, cast):
    _, call, *seats = talk
    at = make.now()
    for late in (0, 4, 8):
        up(call, *seats, at + late * SECOND)
    services.end_call(cast.doctor.viewer, call, at=at + 10 * SECOND)
    relay_pending()
    with clock.frozen(at + 3600 * SECOND):
        assert make_due() == 1
    card = at_the_door.patient.get(f"/recordings/{call}").json()
    assert (card["state"], bool(card["why"])) == ("failed", True)
    (gap,) = card["gaps"]
    assert 9000 <= gap["to_ms"] - gap["from_ms"] <= 10_000


def test_an_outbox_is_emptied_after_the_end(page, talk, cast):
    _, call, *_ = talk
    sent = page()
    sent.begin()
    sent.send(0)
    over(call, cast)
    with clock.later(23 * 3600 * SECOND):
        assert sent.begin().json()["next"] == 1
        assert sent.send(1).status_code == 200
        assert sent.send(2).status_code == 200
        assert sent.close().status_code == 200
        assert make_due() == 1
    assert Recording.objects.get(pk=call).state == "made"
    with clock.later(25 * 3600 * SECOND):
        assert page().begin().status_code == 404


def test_a_segment_that_begins_after_the_end_is_made_as_well(page, talk, cast):
    """The line was down from the first chunk on: all of it comes from the outbox."""
    _, call, *_ = talk
    sent = page()
    over(call, cast)
    with clock.later(60 * SECOND):
        sent.begin()
        assert make_due() == 0  # it is no failure that nothing has come yet
        assert Recording.objects.get(pk=call).state == "keeping"
        sent.all()
        assert make_due() == 1
    assert Recording.objects.get(pk=call).state == "made"


def test_a_chunk_says_what_it_is(page):
    sent = page()
    sent.begin()
    for header, bad in (("X-SHA256", "g" * 64), ("X-Chain", "0"), ("X-Began-At", "-1")):
        assert sent.send(0, **{header: bad}).status_code == 422
    wrong = sent.browser._client.put(
        f"/api/v1{sent.path}/chunks/0",
        b"{}",
        "application/json",
        headers={"X-SHA256": "0" * 64, "X-Chain": "0" * 64, "X-Began-At": "0"},
    )
    assert wrong.status_code == 415


def test_a_chunk_may_be_larger_than_other_bodies_and_no_larger_than_4_mb(page):
    sent = page()
    sent.begin()
    sent.parts = [bytes(3 * 1024 * 1024), bytes(4 * 1024 * 1024 + 1)]
    assert sent.send(0).status_code == 200
    refused = sent.send(1)
    assert (refused.status_code, refused.json()["code"]) == (413, "chunk_too_large")


def test_what_was_not_recorded_while_the_line_was_up_is_a_gap(page, talk, cast):
    _, call, *seats = talk
    at = make.now()
    for late in range(0, 21, 4):
        up(call, *seats, at + late * SECOND)
    with clock.frozen(at):
        page(seats[0]).all()
        page(seats[1]).all()
    services.end_call(cast.doctor.viewer, call, at=at + 20 * SECOND)
    relay_pending()
    with clock.frozen(at + 20 * SECOND):
        make_due()
    (gap,) = Browser(cast.doctor).get(f"/recordings/{call}").json()["gaps"]
    assert 1900 <= gap["from_ms"] <= 3500
    assert 19_000 <= gap["to_ms"] <= 20_500


def test_a_dispute_package_holds_what_proves_the_recording(talk, made):
    visit, call, *_ = talk
    told = {part.name: part for part in visit_evidence(visit, UTC)}["recordings"]
    (manifest,) = told.data
    row = Recording.objects.get(pk=call)
    key = disk.key_of(row)
    assert faults_of(manifest, lambda s, seq: disk.chunk(key, call, s, seq)) == []
    assert faults_of(manifest, lambda s, seq: b"another")
    assert call in visit_facts(visit).things
