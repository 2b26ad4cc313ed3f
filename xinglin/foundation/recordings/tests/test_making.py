"""One playable file of what came: everybody in it, gaps found, every packet decodes."""

import io
import os
import threading
from datetime import timedelta

import av
import pytest

from xinglin.foundation.recordings import queries, rules, services
from xinglin.foundation.recordings.models import Recording, Segment
from xinglin.foundation.recordings.services import disk
from xinglin.foundation.recordings.tests import samples
from xinglin.kernel import clock

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def played(row):
    return io.BytesIO(b"".join(disk.made(row)))


def colors(file, stream):
    """(second, colour of the middle) of each frame."""
    found = []
    for frame in file.decode(stream):
        plain = frame.to_rgb().planes[0]
        middle = plain.line_size * (frame.height // 2) + 3 * (frame.width // 2)
        found.append((frame.time, tuple(bytes(plain)[middle : middle + 3])))
    return found


def is_red(color):
    return color[0] > 180 and color[2] < 80


def is_blue(color):
    return color[2] > 180 and color[0] < 80


def made_after(room, at, wanted):
    services.end_recording(room, wanted, at=at)
    with clock.frozen(at + rules.LOST_AFTER):
        services.make_due()
    return Recording.objects.get(pk=room)


def test_the_file_shows_the_patient_first_and_lets_everybody_be_heard(made):
    assert (made.state, made.container, made.last_error) == ("made", "webm", "")
    assert 1900 <= made.milliseconds <= 2200
    with av.open(played(made)) as file:
        patient, doctor = file.streams.video
        (voice,) = file.streams.audio
        assert [s.codec_context.name for s in (patient, doctor)] == ["vp8", "vp8"]
        assert "opus" in voice.codec_context.name
    with av.open(played(made)) as file:
        assert all(is_red(color) for _, color in colors(file, file.streams.video[0]))
    with av.open(played(made)) as file:
        assert all(is_blue(color) for _, color in colors(file, file.streams.video[1]))
    assert loud(made, 440)
    assert loud(made, 880)
    assert not loud(made, 660)
    assert queries.card(made.pk).gaps == ()


def loud(row, pitch, *, second=1):
    """Whether a tone is in the sound: by its part in the half second that begins there."""
    import math

    with av.open(played(row)) as file:
        to_s16 = av.AudioResampler(format="s16", layout="mono", rate=48_000)
        wave = b"".join(
            bytes(f.planes[0])[: f.samples * 2]
            for a in file.decode(audio=0)
            for f in to_s16.resample(a)
        )
    half = memoryview(wave).cast("h")[48_000 * second :][:24_000]
    turn = [2 * math.pi * pitch * i / 48_000 for i in range(len(half))]
    across = sum(v * math.cos(t) for v, t in zip(half, turn, strict=True))
    along = sum(v * math.sin(t) for v, t in zip(half, turn, strict=True))
    return math.hypot(across, along) / len(half) > 800


def test_it_decodes_without_an_error_from_end_to_end(made):
    with av.open(played(made)) as file:
        frames = sum(1 for packet in file.demux() for _ in packet.decode())
    assert frames > 2 * 20 + 90


def test_after_a_crash_of_the_tab_the_rest_follows_where_it_belongs(room, recorder, at):
    cut = recorder("patient", chunks=4)
    cut.begin()
    for seq in range(3):
        cut.send(seq)
    recorder("patient", after_s=10).all()
    recorder("doctor").all()
    row = made_after(room, at + 12 * SECOND, [(at, at + 12 * SECOND)])
    assert (row.state, len(row.tracks)) == ("made", 3)
    lost, _, _ = Segment.objects.order_by("received_at", "state")
    assert set(Segment.objects.values_list("state", flat=True)) == {"lost", "closed"}
    with av.open(played(row)) as file:
        times = [time for time, color in colors(file, file.streams.video[0]) if is_red(color)]
    assert [t for t in times if 2.5 < t < 9.9] == []
    assert len([t for t in times if t < 2.5]) >= 8
    assert len([t for t in times if t >= 9.9]) == 20
    assert [loud(row, 440, second=n) for n in (0, 5, 8, 10)] == [True, False, False, True]
    ((start, stop),) = queries.card(room).gaps
    assert 1 <= (start - at).total_seconds() <= 3
    assert stop == at + 12 * SECOND
    assert lost.chunks in {3, 4}


def test_a_gap_is_where_the_line_was_up_and_nobody_recorded(room, recorder, at):
    recorder("patient").all()
    recorder("patient", after_s=20).all()
    recorder("doctor").all()
    recorder("doctor", after_s=20).all()
    wanted = [(at, at + 8 * SECOND), (at + 15 * SECOND, at + 22 * SECOND)]
    row = made_after(room, at + 22 * SECOND, wanted)
    (first, second) = queries.card(row.pk).gaps
    assert first[1] == at + 8 * SECOND
    assert second == (at + 15 * SECOND, at + 20 * SECOND)


def test_a_late_chunk_has_the_file_made_anew(room, recorder, at, red):
    sent = recorder("patient")
    sent.begin()
    sent.send(0)
    row = made_after(room, at + SECOND, [])
    first = bytes(row.sha256)
    later = at + 3600 * SECOND
    sent.send(1, at=later)
    assert Recording.objects.get(pk=room).state == "keeping"
    assert queries.card(room).made_at is not None  # what was made is there meanwhile
    sent.send(2, at=later)
    sent.close(at=later)
    with clock.frozen(later):
        services.make_due()
    row.refresh_from_db()
    assert (row.state, bytes(row.sha256) == first) == ("made", False)
    assert len(list(disk.place(rules.folder_of(room)).glob("made.*"))) in {1, 2}


def test_what_comes_while_it_is_made_is_not_overwritten(room, recorder, at, monkeypatch):
    from xinglin.foundation.recordings.services import making

    sent = recorder("patient")
    sent.begin()
    sent.send(0)
    child = making.answered

    def slow(plan, numbers, **how):
        sent.send(1, at=at + rules.LOST_AFTER + SECOND)
        return child(plan, numbers, **how)

    monkeypatch.setattr(making, "answered", slow)
    row = made_after(room, at + SECOND, [])
    assert (row.state, row.made_at) == ("keeping", None)
    assert row.due_at == at + 2 * rules.LOST_AFTER + SECOND


def test_nothing_and_rubbish_end_in_words(room, recorder, at):
    row = made_after(room, at + SECOND, [(at, at + 10 * SECOND)])
    card = queries.card(row.pk)
    assert (card.state, card.why) == ("failed", rules.FAILURES["nothing"])
    assert card.gaps == ((at, at + 10 * SECOND),)
    recorder("patient", whole=b"\x1a\x45\xdf\xa3" + os.urandom(5000)).all()
    with clock.frozen(at + rules.LOST_AFTER):
        services.make_due()
    card = queries.card(row.pk)
    assert (card.state, card.why) == ("failed", rules.FAILURES["unplayable"])
    assert card.segments[0].is_left_out


def test_one_segment_of_rubbish_does_not_cost_the_others(room, recorder, at):
    recorder("patient", whole=os.urandom(3000)).all()
    recorder("doctor").all()
    row = made_after(room, at + 2 * SECOND, [])
    assert row.state == "made"
    assert [s.is_left_out for s in queries.card(room).segments if s.of_role == "patient"] == [True]


@pytest.mark.parametrize(("others", "container"), [("mp4", "mp4"), ("webm", "mkv")])
def test_what_safari_records_is_made_too(room, recorder, at, others, container):
    safari = samples.recorded(2.0, container="mp4", video="libx264", audio="aac")
    recorder("patient", whole=safari).all()
    recorder("doctor", whole=safari if others == "mp4" else None).all()
    row = made_after(room, at + 2 * SECOND, [])
    assert (row.state, row.container, row.last_error) == ("made", container, "")
    with av.open(played(row)) as file:
        assert sum(1 for packet in file.demux() for _ in packet.decode()) > 100


def test_a_wrong_clock_and_a_late_word_move_nothing(room, recorder, at):
    """The page's clock is an hour behind; its second segment is told of after an outage."""
    hour = 3600 * SECOND
    first, second = recorder("patient"), recorder("patient", after_s=20)
    doctor = recorder("doctor")
    for sent, told in ((first, at), (doctor, at), (second, at + 60 * SECOND)):
        sent.began, sent.at = sent.at - hour, told
        sent.begin(began_at=sent.began, sent_at=told - hour)
        for seq in range(3):
            sent.send(seq)
        sent.close()
    row = made_after(
        room, at + 61 * SECOND, [(at, at + 2 * SECOND), (at + 5 * SECOND, at + 8 * SECOND)]
    )
    assert row.zero_at == at
    assert row.milliseconds == pytest.approx(22_000, abs=50)
    assert queries.card(room).gaps == ((at + 5 * SECOND, at + 8 * SECOND),)


def test_a_worker_that_is_to_stop_leaves_it_to_another(room, recorder, at, monkeypatch):
    from xinglin.foundation.recordings.services import making

    recorder("patient").all()
    services.end_recording(room, [], at=at)
    stop = threading.Event()
    child = making.answered

    def stopped(plan, numbers, **how):
        stop.set()
        return child(plan, numbers, **how)

    with monkeypatch.context() as here, clock.frozen(at):
        here.setattr(making, "answered", stopped)
        here.setattr("xinglin.foundation.recordings.services.child._LOOK_S", 0.0)
        assert services.make_due(stop=stop) == 1
        row = Recording.objects.get(pk=room)
        assert (row.state, row.tries, row.due_at) == ("keeping", 0, at)
        here.undo()
        assert services.make_due() == 1
    assert Recording.objects.get(pk=room).state == "made"


def test_what_kills_its_makers_is_given_up_with_words(room, recorder, at, monkeypatch):
    from xinglin.foundation.recordings.services import making
    from xinglin.foundation.recordings.services.child import Died

    def dies(*_, **__):
        raise Died("status -9")

    recorder("patient").all()
    monkeypatch.setattr(making, "answered", dies)
    services.end_recording(room, [], at=at)
    for hour in range(8):
        with clock.frozen(at + hour * 3600 * SECOND):
            services.make_due()
    card = queries.card(room)
    assert (card.state, card.why) == ("failed", rules.FAILURES["unplayable"])
    assert Recording.objects.get(pk=room).tries == 6
