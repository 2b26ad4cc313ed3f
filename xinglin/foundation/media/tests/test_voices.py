"""Voice notes: looked at packet by packet, kept as they are, and written down by whom the house chose."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from xinglin.foundation.media import gateways, queries, services
from xinglin.foundation.media.models import Transcript
from xinglin.foundation.media.rules import voices
from xinglin.foundation.media.services.transcribing import known_gateways
from xinglin.foundation.media.tests import samples
from xinglin.foundation.media.tests.test_uploads import sender
from xinglin.foundation.media.types import Recording, UntranscribedError
from xinglin.kernel import clock, ids

__all__ = ["sender"]
KINDS = [("webm", "libopus", "webm"), ("mp4", "aac", "m4a"), ("ogg", "libopus", "ogg")]


@pytest.fixture
def heard(tmp_path):
    def made(content: bytes) -> dict[str, object]:
        path = tmp_path / "some"
        path.write_bytes(content)
        return voices.inspect(str(path))

    return made


@pytest.mark.parametrize(("container", "codec", "ending"), KINDS)
def test_what_browsers_record_is_measured(heard, container, codec, ending):
    found = heard(samples.voice(2, container, codec))
    assert found["ending"] == ending
    assert abs(found["milliseconds"] - 2000) < 150


def test_a_minute_is_the_most_whatever_the_header_says(heard):
    assert heard(samples.voice(60.2))["milliseconds"] == 60_000
    assert heard(samples.voice(63)) == {"refused": "too_long"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ" + bytes(200),
        b"\x1a\x45\xdf\xa3" + bytes(200),
        b"OggS" + bytes(200),
        b"\x00\x00\x00\x18ftypM4A " + bytes(100),
        b"<html><script>1</script></html>",
        samples.voice(1, "wav", "pcm_s16le"),
        samples.voice(1, "matroska", "pcm_s16le"),
        samples.voice(1)[:200],
    ],
)
def test_what_is_no_speech_is_refused(heard, content):
    assert heard(content) == {"refused": "no_voice"}


def voice_of(sender, seconds=1.0):
    file = sender(samples.voice(seconds), "voice").all().json()["file"]
    return UUID(file["id"])


@pytest.mark.django_db
def test_a_voice_note_is_kept_and_played_as_it_was_sent(sender, client):
    sent = sender(samples.voice(2), "voice")
    file = sent.all().json()["file"]
    assert (file["kind"], file["sha256"]) == ("voice", sent.sha256)
    assert abs(file["milliseconds"] - 2000) < 150
    played = client.get(sent.client.get(f"/api/v1/media/{file['id']}")["Location"])
    assert b"".join(played.streaming_content) == sent.content
    assert played["Content-Type"] == "audio/webm"


@pytest.mark.django_db
def test_too_long_a_voice_note_is_refused(sender):
    answer = sender(samples.voice(63), "voice").all()
    assert (answer.status_code, answer.json()["code"]) == (413, "voice_too_long")


@pytest.mark.django_db
def test_a_voice_note_is_written_down_once_it_is_sent_and_not_before(sender, person, settings):
    settings.TRANSCRIPT_GATEWAY = "demo"
    me = person()
    voice = voice_of(sender, 3)
    assert services.transcribe_pending() == 0
    services.claim(me, [voice])
    services.claim(me, [voice])
    assert [t.state for t in queries.transcripts([voice])] == ["pending"]
    assert services.transcribe_pending() == 1
    (told,) = queries.transcripts([voice])
    assert (told.state, told.by) == ("done", "demo")
    assert "3秒" in told.text
    assert services.transcribe_pending() == 0


@pytest.mark.django_db
def test_without_a_gateway_there_is_no_transcript_and_the_voice_note_stays(
    sender, person, settings
):
    settings.TRANSCRIPT_GATEWAY = "null"
    me = person()
    voice = voice_of(sender)
    services.claim(me, [voice])
    assert not Transcript.objects.exists()
    assert [t.state for t in queries.transcripts([voice, ids.new()])] == ["none", "none"]


@pytest.mark.django_db
def test_a_gateway_that_fails_is_asked_again_and_given_up(sender, person, settings, monkeypatch):
    class Failing:
        asked = 0

        def transcribe(self, recording):
            self.asked += 1
            raise RuntimeError("words of a patient")

    failing = Failing()
    monkeypatch.setitem(known_gateways(), "demo", failing)
    settings.TRANSCRIPT_GATEWAY = "demo"
    me = person()
    voice = voice_of(sender)
    services.claim(me, [voice])
    for minute in range(1, 9):
        with clock.later(timedelta(minutes=10 * minute)):
            services.transcribe_pending()
    assert failing.asked == 6
    assert Transcript.objects.get().last_error == "RuntimeError"
    assert [t.state for t in queries.transcripts([voice])] == ["none"]


@pytest.mark.django_db
def test_transcripts_cost_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.transcripts([ids.new() for _ in range(50)])
    assert connection is not None


@pytest.mark.parametrize("name", sorted(known_gateways()))
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_gateway_answers_words_or_says_why_not(name, locale):
    recording = Recording(
        id=ids.new(),
        content=samples.voice(1),
        content_type="audio/webm",
        milliseconds=1000,
        locale=locale,
    )
    if name == "null":
        with pytest.raises(UntranscribedError):
            known_gateways()[name].transcribe(recording)
    else:
        assert known_gateways()[name].transcribe(recording).strip()
    assert gateways.__doc__
