"""Voice notes and documents of a visit: heard by its two sides, hidden when withdrawn, kept anyway."""

import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.messages import services
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests import threads
from xinglin.foundation.media import services as media
from xinglin.foundation.media.models import File, Transcript
from xinglin.kernel import ids

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(cast):
    return make.active(cast.patient, cast.doctor)


def post(visit, person, kind, **more):
    row = File.objects.create(
        owner_id=person.id,
        kind=kind,
        ending="pdf" if kind == "document" else "webm",
        bytes=9,
        sha256=b"x",
        uploaded_at=timezone.now(),
        claimed_at=timezone.now(),
        **more,
    )
    seq = services.post(visit, person.id, kind, {f"{kind}_id": str(row.pk)})
    return row.pk, seq


def path_of(visit, kind, file_id):
    return f"/consultations/{visit}/{kind}s/{file_id}"


@pytest.mark.parametrize("kind", ["voice", "document"])
def test_both_sides_get_a_link_and_nobody_else(cast, at_the_door, visit, kind):
    found, _ = post(visit, cast.patient, kind)
    for browser in (at_the_door.patient, at_the_door.doctor):
        answer = browser.get(path_of(visit, kind, found))
        assert answer.status_code == 302
        assert answer["Cache-Control"] == "no-store"
    for browser in (at_the_door.other_patient, at_the_door.other_doctor):
        assert browser.get(path_of(visit, kind, found)).status_code == 404
        assert browser.get(f"/consultations/{visit}/transcripts").status_code == 404
    assert at_the_door.patient.get(path_of(visit, kind, ids.new())).status_code == 404
    other = {"voice": "document", "document": "voice"}[kind]
    assert at_the_door.patient.get(path_of(visit, other, found)).status_code == 404
    assert (f"consultation.read_{kind}", cast.doctor.id) in make.audited(visit)


def test_a_withdrawn_voice_note_is_hidden_from_everybody_and_kept_three_years(
    cast, at_the_door, visit
):
    """C02, R22."""
    voice, seq = post(visit, cast.patient, "voice")
    Transcript.objects.create(
        file_id=voice,
        text="words",
        by="demo",
        locale="zh",
        queued_at=timezone.now(),
        made_at=timezone.now(),
    )
    assert threads.said(threads.post_batch(threads.withdrawal(visit, cast.patient.id, seq)))
    for browser in (at_the_door.patient, at_the_door.doctor):
        assert browser.get(path_of(visit, "voice", voice)).status_code == 404
        assert browser.get(f"/consultations/{visit}/transcripts").json() == {"items": []}
    shown = [m for m in messages.read(visit) if m.seq == seq]
    assert (shown[0].withdrawn, shown[0].body) == (True, {})
    with connection.cursor() as cursor:
        cursor.execute(
            "select body::text from consultation_message where consultation_id = %s and seq = %s",
            [visit, seq],
        )
        assert json.loads(cursor.fetchone()[0]) == {"voice_id": str(voice)}
    with pytest.raises(IntegrityError, match="R22"), transaction.atomic():
        File.objects.filter(pk=voice).delete()
    assert media.prune() == 0


def test_transcripts_stand_beside_their_recordings(
    cast, at_the_door, visit, django_assert_max_num_queries
):
    at = timezone.now()
    voices = [post(visit, cast.patient, "voice")[0] for _ in range(3)]
    Transcript.objects.create(
        file_id=voices[0], text="头痛三天", by="demo", locale="zh", queued_at=at, made_at=at
    )
    Transcript.objects.create(file_id=voices[1], locale="zh", queued_at=at, due_at=at)
    with django_assert_max_num_queries(14):
        answer = at_the_door.doctor.get(f"/consultations/{visit}/transcripts")
    told = {item["voice_id"]: item for item in answer.json()["items"]}
    assert [told[str(v)]["state"] for v in voices] == ["done", "pending", "none"]
    assert told[str(voices[0])]["text"] == "头痛三天"
    assert told[str(voices[0])]["by"] == "demo"


def test_only_its_sender_withdraws_a_document(cast, visit):
    _, seq = post(visit, cast.patient, "document")
    of_doctor, of_patient = (
        threads.said(threads.post_batch(threads.withdrawal(visit, who.id, seq)))[0]
        for who in (cast.doctor, cast.patient)
    )
    assert of_doctor == "not_yours"
    assert isinstance(of_patient, int)
