"""Chunks come in order, once, unchanged; what was answered is on the disk."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from xinglin.foundation.recordings import queries, rules, services
from xinglin.foundation.recordings.models import Chunk, Recording, Segment
from xinglin.foundation.recordings.services import disk, taking
from xinglin.foundation.recordings.types import MAX_CHUNK
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, Invalid, NotFound, StorageFull, TooLarge, Unsupported

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def test_what_was_sent_is_kept_sealed_and_opens_again(recorder, room, settings):
    sent = recorder()
    sent.all()
    row = Recording.objects.get(pk=room)
    key = disk.key_of(row)
    kept = [disk.chunk(key, room, sent.id, seq) for seq in range(3)]
    assert kept == sent.parts
    on_disk = b"".join(p.read_bytes() for p in settings.FILES_DIR.rglob("*.sealed"))
    assert not any(part[:64] in on_disk for part in sent.parts)
    assert key.hex().encode() not in bytes(row.key)
    assert disk.chunk(key, room, sent.id, 3) is None


def test_after_an_outage_the_same_chunk_is_answered_alike_and_kept_once(recorder):
    sent = recorder()
    sent.begin()
    first = sent.send(0)
    # The answer was lost; the page was loaded anew, begins again and sends again.
    assert sent.begin() == first
    assert sent.send(0) == first
    assert (first.next, Chunk.objects.count()) == (1, 1)
    sent.send(1)
    assert sent.send(0).next == 2


def test_another_content_under_the_same_number_is_refused(recorder):
    sent = recorder()
    sent.begin()
    sent.send(0)
    with pytest.raises(Conflict) as refused:
        sent.send(0, b"something else")
    assert refused.value.code == "chunk_differs"
    assert bytes(Chunk.objects.get().sha256) == hashlib.sha256(sent.parts[0]).digest()


def test_a_chunk_before_its_time_is_told_which_one_is_missing(recorder):
    sent = recorder()
    sent.begin()
    sent.send(0)
    with pytest.raises(Conflict) as refused:
        sent.send(2)
    assert (refused.value.code, refused.value.extra) == ("chunk_missing", {"next": 1})
    with pytest.raises(Conflict) as refused:
        sent.close()
    assert (refused.value.code, refused.value.extra) == ("chunk_missing", {"next": 1})


def test_what_was_damaged_on_its_way_or_leaves_the_chain_is_refused(recorder, room):
    sent = recorder()
    sent.begin()
    good = sent.chunk(0)
    for bad, code in (
        (replace(good, content=good.content + b"x"), "chunk_damaged"),
        (replace(good, chain=bytes(32)), "chunk_differs"),
    ):
        with pytest.raises(Conflict) as refused:
            services.append_chunk(room, sent.id, sent.person, bad, at=sent.at)
        assert refused.value.code == code
    assert not Chunk.objects.exists()


def test_a_stranger_finds_no_segment(recorder):
    sent = recorder()
    sent.begin()
    for act in (
        lambda: sent.send(0, person=ids.new()),
        lambda: sent.begin(person_id=ids.new()),
        lambda: services.append_chunk(ids.new(), sent.id, sent.person, sent.chunk(0), at=sent.at),
    ):
        with pytest.raises(NotFound):
            act()


def test_an_outbox_is_emptied_for_a_day_and_no_longer(recorder, room, at):
    sent = recorder()
    sent.begin()
    services.end_recording(room, [], at=at)
    assert sent.send(0, at=at + rules.LATE).next == 1
    for late in (
        lambda: sent.send(1, at=at + rules.LATE + SECOND),
        lambda: recorder(after_s=rules.LATE.total_seconds() + 1).begin(),
    ):
        with pytest.raises(Conflict) as refused:
            late()
        assert refused.value.code == "recording_over"


def when(sent, began_ms=0, *, at=None):
    told = {"began_ms": began_ms, "at": at or sent.at + 3600 * SECOND}
    return queries.chunk_at(sent.room, sent.id, sent.person, **told)


def test_another_device_of_the_same_person_has_a_clock_of_its_own(recorder, at):
    """The first is a minute fast; nothing that was told of one moves what was told of the other."""
    fast, right, again = recorder(), recorder(after_s=5), recorder(after_s=9)
    again.seat = fast.seat
    fast.begin(began_at=fast.at + 60 * SECOND, sent_at=fast.at + 60 * SECOND)
    right.begin(sent_at=right.at)
    # Its word was on its way for two seconds; the first one of this seat was not.
    told = {"began_at": again.at + 60 * SECOND, "sent_at": again.at + 58 * SECOND}
    again.begin(**told)
    assert [when(each) - at for each in (fast, right, again)] == [
        0 * SECOND,
        5 * SECOND,
        9 * SECOND,
    ]


def test_a_word_that_was_late_does_not_move_what_was_judged(recorder, at):
    sent = recorder()
    sent.begin(sent_at=at - 3 * SECOND)
    assert when(sent, 10_000) == at + 13 * SECOND
    sent.send(0, at=at + 5 * SECOND)
    later = recorder(after_s=20)
    later.seat = sent.seat
    later.begin(sent_at=later.at)
    assert when(sent, 10_000) == at + 13 * SECOND
    assert when(later) == later.at


def test_what_is_in_a_chunk_did_not_begin_after_it_came(recorder, room, at):
    sent = recorder()
    sent.begin(sent_at=at - 3 * SECOND)
    assert when(sent, 660, at=at + 2 * SECOND) == at + 2 * SECOND
    sent.send(0)
    sent.send(1)  # so the first word was late by more than was known
    assert when(sent) < at + 2 * SECOND
    ahead = replace(sent.chunk(2), began_ms=60_000)
    with pytest.raises(Invalid):
        services.append_chunk(room, sent.id, sent.person, ahead, at=at + 2 * SECOND)


def test_times_of_chunks_rise(recorder, room, at):
    sent = recorder()
    sent.begin()
    sent.send(0)
    sent.send(1)
    for began_ms in (0, sent.each_ms):
        back = replace(sent.chunk(2), began_ms=began_ms)
        with pytest.raises(Invalid):
            services.append_chunk(room, sent.id, sent.person, back, at=at + 10 * SECOND)
    assert sent.send(2).next == 3


def test_no_segment_begins_before_its_call(recorder, at):
    with pytest.raises(Invalid):
        recorder().begin(began_at=at - 6 * SECOND)
    with pytest.raises(Invalid):
        recorder().begin(began_at=at, sent_at=at + 6 * SECOND)


def test_what_begins_after_the_end_is_waited_for(recorder, room, at):
    """The worker finds no moment in which nothing has come and nothing is on its way."""
    services.end_recording(room, [(at, at + SECOND)], at=at + SECOND)
    sent = recorder()
    for act in (sent.begin, lambda: sent.send(0)):
        with clock.frozen(at + 2 * SECOND):
            assert services.make_due() == 0
            act()
            assert services.make_due() == 0
        assert queries.card(room).state == "keeping"
    sent.send(1)
    sent.send(2)
    sent.close()
    with clock.frozen(at + 3 * SECOND):
        recorder("doctor").begin()
        assert services.make_due() == 0


def test_what_comes_after_the_end_of_its_segment_is_refused(recorder):
    sent = recorder()
    closed = sent.all()
    assert sent.close() == closed
    assert sent.send(2) == closed
    sent.parts.append(b"more")
    with pytest.raises(Conflict) as refused:
        sent.send(3)
    assert refused.value.code == "segment_closed"


def test_sizes_and_kinds_have_bounds(recorder, room):
    sent = recorder()
    with pytest.raises(Unsupported):
        sent.begin(mime="text/html")
    with pytest.raises(Invalid):
        sent.begin(began_at=sent.at - timedelta(days=3))
    sent.begin()
    with pytest.raises(Invalid):
        sent.send(0, b"")
    with pytest.raises(TooLarge):
        sent.send(0, bytes(MAX_CHUNK + 1))
    late = replace(sent.chunk(0), began_ms=4 * 3_600_000 + 1)
    with pytest.raises(TooLarge):
        services.append_chunk(room, sent.id, sent.person, late, at=sent.at)
    with pytest.raises(NotFound):
        services.begin_segment(
            ids.new(),
            replace(_new(sent), id=ids.new()),
            at=sent.at,
        )


def _new(sent):
    from xinglin.foundation.recordings.types import NewSegment

    return NewSegment(
        id=sent.id,
        seat_id=sent.seat,
        person_id=sent.person,
        of_seat_id=sent.seat,
        of_person_id=sent.of,
        of_role=sent.role,
        mime="video/webm",
        began_at=sent.at,
    )


def test_between_file_and_row_a_crash_costs_nothing(recorder, room):
    """The bytes lie there already, of a transaction that did not commit: they are written anew."""
    sent = recorder()
    sent.begin()
    path = disk.place(rules.chunk_path(room, sent.id, 0))
    undone = transaction.savepoint()
    sent.send(0)
    transaction.savepoint_rollback(undone)
    assert path.exists()
    assert not Chunk.objects.exists()
    assert sent.send(0).next == 1
    key = disk.key_of(Recording.objects.get(pk=room))
    assert disk.chunk(key, room, sent.id, 0) == sent.parts[0]


def test_a_full_disk_keeps_nothing_and_the_chunk_may_come_again(recorder, monkeypatch):
    sent = recorder()
    sent.begin()

    def full(*_):
        raise StorageFull

    with monkeypatch.context() as disk_is_full:
        disk_is_full.setattr(disk, "write_file", full)
        with pytest.raises(StorageFull), transaction.atomic():
            sent.send(0)
    assert not Chunk.objects.exists()
    assert sent.send(0).next == 1


def test_the_database_refuses_to_alter_what_was_received(recorder):
    sent = recorder()
    sent.all()
    for act in (
        lambda: Chunk.objects.filter(seq=0).update(sha256=bytes(32)),
        lambda: Segment.objects.update(chain=bytes(32)),
        lambda: Segment.objects.update(state="open"),
        lambda: Chunk.objects.all().delete(),
        lambda: Segment.objects.all().delete(),
        lambda: Recording.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_a_loss_is_one_until_it_is_found_to_be_over(recorder, room, at):
    sent = recorder()
    sent.begin()
    assert services.note_lost(room, at=at)
    assert not services.note_lost(room, at=at + SECOND)
    sent.send(0)  # of one side; the other may be lost still
    assert not services.note_lost(room, at=at + SECOND)
    services.note_found([room])
    assert queries.card(room).lost_at is None
    assert services.note_lost(room, at=at)
    assert queries.last_chunks([room, ids.new()]) == {
        room: sent.at + timedelta(milliseconds=sent.each_ms)
    }


def test_the_tip_of_a_closed_segment_stands_in_the_audit(recorder, room):
    from xinglin.foundation.audit.models import AuditLine

    sent = recorder()
    sent.all()
    line = AuditLine.objects.get(action="recordings.end_segment", thing_id=room)
    assert line.detail["chain"] == sent.chain[-1].hex()
    assert taking.rules is rules
