"""One playable file of what came: everybody in it, gaps found, every packet decodes."""

import io
import os
from datetime import timedelta

import av
import pytest
from django.db import IntegrityError, transaction

from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.recordings import queries, rules, services
from xinglin.foundation.recordings.models import Chunk, Recording, Segment
from xinglin.foundation.recordings.rules import sealing, verifying
from xinglin.foundation.recordings.services import disk
from xinglin.foundation.recordings.tests import samples
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound
from xinglin.kernel.seal import KeyRing

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


def loud(row, pitch):
    """Whether a tone is in the sound: by its part in half a second in the middle."""
    import math

    with av.open(played(row)) as file:
        to_s16 = av.AudioResampler(format="s16", layout="mono", rate=48_000)
        wave = b"".join(
            bytes(f.planes[0])[: f.samples * 2]
            for a in file.decode(audio=0)
            for f in to_s16.resample(a)
        )
    half = memoryview(wave).cast("h")[48_000:72_000]
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
    child = making._child

    def slow(plan, numbers):
        sent.send(1, at=at + rules.LOST_AFTER + SECOND)
        return child(plan, numbers)

    monkeypatch.setattr(making, "_child", slow)
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


def test_one_altered_byte_is_found(made, room):
    manifest = queries.manifest(room)
    assert services.verify(room).holds
    assert queries.card(room).is_verified
    key = disk.key_of(made)
    sent = {
        (segment.pk, seq): disk.chunk(key, room, segment.pk, seq)
        for segment in made.segments.all()
        for seq in range(segment.chunks)
    }
    assert verifying.faults_of(manifest, lambda s, n: sent[s, n]) == []
    place = next(iter(sent))
    flipped = bytearray(sent[place])
    flipped[7] ^= 1
    sent[place] = bytes(flipped)
    (fault,) = verifying.faults_of(manifest, lambda s, n: sent[s, n])
    assert (fault.kind, fault.segment, fault.seq) == ("altered", *place)
    on_disk = disk.place(rules.chunk_path(room, *place))
    sealed = bytearray(on_disk.read_bytes())
    sealed[-1] ^= 1
    on_disk.write_bytes(sealed)
    (fault,) = services.verify(room).faults
    assert (fault.kind, fault.segment, fault.seq) == ("missing", *place)
    with clock.later(rules.CHECKED_EVERY + 60 * SECOND):
        assert services.check_next() == 1
    assert services.check_next() == 0
    assert queries.card(room).is_verified is False
    assert AuditLine.objects.filter(action="recordings.check", thing_id=room).exists()


def test_a_chunk_left_out_or_swapped_breaks_the_chain(made, room):
    key = disk.key_of(made)
    manifest = queries.manifest(room)

    def read(segment, seq):
        return disk.chunk(key, room, segment, seq)

    manifest["segments"][0]["chunks"].pop()
    assert verifying.faults_of(manifest, read)
    manifest = queries.manifest(room)
    chunks = manifest["segments"][0]["chunks"]
    chunks[0], chunks[1] = chunks[1], chunks[0]
    assert verifying.faults_of(manifest, read)


def test_an_altered_file_is_found_and_not_played(made, room):
    path = disk.place(rules.made_path(room, bytes(made.sha256)))
    sealed = bytearray(path.read_bytes())
    sealed[len(sealed) // 2] ^= 1
    path.write_bytes(sealed)
    assert [fault.kind for fault in services.verify(room).faults] == ["made_altered"]


def test_a_new_key_of_the_house_opens_what_was_sealed_with_the_old_one(made, settings):
    old = settings.KEY_RING
    before = b"".join(disk.made(made))
    settings.KEY_RING = KeyRing(
        keys={**old.keys, 9: os.urandom(32)}, current=9, index_key=old.index_key
    )
    assert b"".join(disk.made(made)) == before
    assert services.verify(made.pk).holds


def test_any_part_is_read_without_the_rest():
    key, whole = sealing.new_key(), os.urandom(3 * sealing.FRAME + 1234)
    sealed = io.BytesIO()
    sealing.seal_file(key, io.BytesIO(whole), len(whole), sealed, "r")
    for start, stop in (
        (0, None),
        (0, 1),
        (sealing.FRAME - 1, sealing.FRAME + 1),
        (sealing.FRAME, 2 * sealing.FRAME),
        (5, 3 * sealing.FRAME + 7),
        (len(whole) - 1, len(whole)),
    ):
        parts = sealing.read_file(key, sealed, len(whole), "r", start=start, stop=stop)
        assert b"".join(parts) == whole[start:stop]


@pytest.mark.parametrize("how", ["cut", "swapped", "another recording", "another length"])
def test_frames_cannot_be_moved_or_cut(how):
    from cryptography.exceptions import InvalidTag

    key, whole = sealing.new_key(), os.urandom(3 * sealing.FRAME)
    out = io.BytesIO()
    sealing.seal_file(key, io.BytesIO(whole), len(whole), out, "r")
    sealed, one = out.getvalue(), sealing.FRAME + 16
    size, context = len(whole), "r"
    if how == "cut":
        sealed = sealed[:-one]
    elif how == "swapped":
        sealed = (
            sealed[:20]
            + sealed[20 + one : 20 + 2 * one]
            + sealed[20 : 20 + one]
            + sealed[20 + 2 * one :]
        )
    elif how == "another recording":
        context = "s"
    else:
        size -= sealing.FRAME
    with pytest.raises(InvalidTag):
        b"".join(sealing.read_file(key, io.BytesIO(sealed), size, context))


def ago(days):
    """When it happened, in place of the fixture."""
    return pytest.mark.parametrize("at", [clock.now() - timedelta(days=days)], ids=[str(days)])


@ago(3 * 365 - 1)
def test_a_day_early_nothing_is_deleted_by_anybody(made, room):
    assert services.drop_due() == 0
    for model in (Chunk, Segment, Recording):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.all().delete()
    assert services.verify(room).holds


@ago(3 * 366 + 1)
def test_after_three_years_it_goes_and_leaves_a_line(
    made, room, django_capture_on_commit_callbacks
):
    manifest = queries.manifest(room)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.drop_due() == 1
    with pytest.raises(NotFound):
        queries.card(room)
    assert not Chunk.objects.exists()
    assert not disk.place(rules.folder_of(room)).exists()
    line = AuditLine.objects.get(action="recordings.destroy")
    assert line.detail["sha256"] == manifest["made"]["sha256"]
    assert (line.detail["segments"], line.detail["chunks"]) == (2, 6)


@ago(30 * 366)
def test_where_no_rule_is_in_hand_nothing_is_deleted(made, room):
    Recording.objects.update(place="uk")
    assert services.drop_due() == 0


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
