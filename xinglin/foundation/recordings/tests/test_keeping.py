"""What is kept stays as it was received, sealed, and until the law lets it go."""

import io
import os
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.recordings import queries, rules, services
from xinglin.foundation.recordings.models import Chunk, Recording, Segment
from xinglin.foundation.recordings.rules import sealing, verifying
from xinglin.foundation.recordings.services import disk
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import NotFound
from xinglin.kernel.seal import KeyRing

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


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
        assert services.check_due() == 1
        assert services.check_due() == 0
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


def test_all_are_compared_each_month_those_without_a_file_too(made, room, recorder, at):
    Recording.objects.update(checked_at=None)
    failed = ids.new()
    services.open_recording(failed, place="cn", subject_id=ids.new(), at=at)
    services.end_recording(failed, [], at=at)
    with clock.frozen(at + rules.LOST_AFTER):
        assert services.make_due() == 1
        assert services.check_due(within_s=-1) == 0
        assert services.check_due() == 2
        assert services.check_due() == 0
    assert queries.card(failed).state == "failed"
    assert queries.card(failed).is_verified


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


@ago(3 * 366 + 1)
def test_one_that_cannot_go_does_not_hold_up_the_others(made, room, monkeypatch):
    other, ask = ids.new(), queries.retention
    services.open_recording(other, place="cn", subject_id=ids.new(), at=made.opened_at)
    services.end_recording(other, [], at=made.opened_at)
    with clock.frozen(made.opened_at + rules.LOST_AFTER):
        services.make_due()

    def asked(row, *, at):
        if row.pk == other:
            raise ValueError
        return ask(row, at=at)

    monkeypatch.setattr(queries, "retention", asked)
    assert services.drop_due() == 1
    assert list(Recording.objects.values_list("pk", flat=True)) == [other]
    assert services.drop_due() == 0
    monkeypatch.undo()
    with clock.later(timedelta(days=2)):
        assert services.drop_due() == 1


@ago(3 * 366 + 1)
def test_what_policy_keeps_longer_is_not_asked_about_each_hour(made, room, monkeypatch):
    Recording.objects.update(place="uk")
    assert services.drop_due() == 0
    assert clock.now() < Recording.objects.get(pk=room).keep_until
    Recording.objects.update(place="cn")
    assert services.drop_due() == 0
    with clock.later(timedelta(days=31)):
        assert services.drop_due() == 1


@ago(30 * 366)
def test_where_no_rule_is_in_hand_nothing_is_deleted(made, room):
    Recording.objects.update(place="uk")
    assert services.drop_due() == 0
