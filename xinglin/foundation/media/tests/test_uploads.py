"""Uploads in pieces: they go on where they stopped, arrive as they were sent, or leave nothing."""

import hashlib
import os
import shutil
import subprocess
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from xinglin.foundation.media import rules, services
from xinglin.foundation.media.models import File, Transcript, Upload
from xinglin.foundation.media.services import disk
from xinglin.foundation.media.tests import samples
from xinglin.foundation.media.tests.test_media import signed_in
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.django_db
PIECE = "application/offset+octet-stream"


class Sender:
    """Somebody's phone: knows the file, and sends as much of it as asked."""

    def __init__(self, client, content, kind="picture", name=""):
        self.client, self.content, self.kind, self.name = client, content, kind, name
        self.id = ids.new()
        self.sha256 = hashlib.sha256(content).hexdigest()

    @property
    def path(self):
        return f"/api/v1/uploads/{self.id}"

    def begin(self, **other):
        told = {"kind": self.kind, "bytes": len(self.content), "sha256": self.sha256}
        body = {**told, "name": self.name, **other}
        return self.client.put(self.path, body, content_type="application/json")

    def send(self, offset, piece):
        return self.client.patch(
            self.path, piece, content_type=PIECE, headers={"Upload-Offset": str(offset)}
        )

    def all(self, size=64 * 1024):
        at = self.begin().json()["offset"]
        answer = None
        while at < len(self.content):
            answer = self.send(at, self.content[at : at + size])
            if answer.status_code != 200:
                return answer
            at = answer.json()["offset"]
        return answer


@pytest.fixture
def sender(client, person):
    me = signed_in(client, person())
    return lambda content, kind="picture", name="": Sender(me, content, kind, name)


def parts(settings):
    return [p.name for p in settings.FILES_DIR.rglob("*") if p.suffix in {".part", ".draft"}]


def test_a_cut_upload_goes_on_and_arrives_with_the_same_hash(sender, photo, settings):
    sent = sender(photo("PNG", (300, 300), compress_level=0))
    assert sent.begin().json()["offset"] == 0
    assert sent.send(0, sent.content[:100_000]).json()["offset"] == 100_000
    # The page was loaded anew: it knows its id, and asks.
    assert sent.begin().json()["offset"] == 100_000
    assert sent.client.get(sent.path).json()["offset"] == 100_000
    file = sent.all().json()["file"]
    assert file["sha256"] == sent.sha256
    assert (file["kind"], file["width"]) == ("picture", 300)
    assert bytes(File.objects.get().sent_sha256).hex() == sent.sha256
    # The answer was lost: asked again, the same file is told, and made once.
    assert sent.begin().json()["file"] == file
    assert sent.send(len(sent.content) - 1, b"x").json()["file"] == file
    assert File.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_a_finished_upload_no_part_is_left(sender, photo, settings):
    assert sender(photo()).all().status_code == 200
    assert parts(settings) == []


def test_a_piece_at_the_wrong_place_is_told_the_right_one(sender, photo):
    sent = sender(photo("PNG", (100, 100), compress_level=0))
    sent.begin()
    sent.send(0, sent.content[:500])
    for offset in (0, 400, 900):
        answer = sent.send(offset, b"abc")
        assert (answer.status_code, answer.json()["code"]) == (409, "offset_moved")
        assert answer.json()["offset"] == 500


def test_a_piece_that_does_not_fit_is_refused(sender, photo):
    sent = sender(photo())
    sent.begin()
    assert sent.send(0, b"").status_code == 415, "without a body there is no kind of it either"
    assert sent.send(0, sent.content + b"x").status_code == 422
    assert sent.send(0, bytes(rules.MAX_PIECE + 1)).status_code == 413
    answer = sent.client.patch(
        sent.path, "{}", content_type="application/json", headers={"Upload-Offset": "0"}
    )
    assert answer.status_code == 415
    assert sent.begin().json()["offset"] == 0


def test_what_was_damaged_on_the_way_is_not_kept(sender, photo, settings):
    sent = sender(photo())
    sent.begin()
    answer = sent.send(0, b"x" + sent.content[1:])
    assert (answer.status_code, answer.json()["code"]) == (409, "damaged")
    assert parts(settings) == []
    assert sent.begin().json()["offset"] == 0
    assert sent.all().status_code == 200


def test_an_id_stands_for_one_file(sender, photo):
    sent = sender(photo())
    sent.begin()
    answer = sent.begin(bytes=len(sent.content) + 1)
    assert (answer.status_code, answer.json()["code"]) == (409, "another_file")


def test_an_upload_is_its_senders_only(sender, photo, client, person):
    sent = sender(photo())
    sent.begin()
    other = signed_in(client, person("13800138002"))
    for answer in (
        sent.begin(),
        other.get(sent.path),
        other.delete(sent.path),
        sent.send(0, b"abc"),
        other.get(f"/api/v1/uploads/{ids.new()}"),
    ):
        assert answer.status_code == 404


def test_sizes_are_refused_before_a_byte_is_sent(sender):
    for kind, most in rules.MAX_BYTES.items():
        answer = sender(b"x", kind).begin(bytes=most + 1)
        assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    answer = sender(b"x").begin(bytes=0)
    assert (answer.status_code, answer.json()["code"]) == (422, "file_empty")
    assert sender(b"x").begin(sha256="abc").status_code == 422
    assert sender(b"x").begin(kind="video").status_code == 422


def test_what_is_no_such_file_is_refused_and_leaves_nothing(sender, settings):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    for content, kind, code in (
        (svg, "picture", "not_a_picture"),
        (b"MZ" + bytes(500), "picture", "not_a_picture"),
        (b"MZ" + bytes(500), "document", "not_a_document"),
        (samples.saved(samples.pdf()), "picture", "not_a_picture"),
        (b"MZ" + bytes(500), "voice", "not_a_voice_note"),
    ):
        answer = sender(content, kind).all()
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert set(answer.json()["text"]) == {"zh", "en"}
        assert parts(settings) == []
    assert not File.objects.exists()


def test_too_many_at_once_wait(sender, photo, monkeypatch):
    monkeypatch.setattr(rules, "MAX_ON_THEIR_WAY", 2)
    sent = [sender(photo()) for _ in range(3)]
    assert [each.begin().status_code for each in sent] == [200, 200, 429]
    assert sent[0].client.delete(sent[0].path).status_code == 204
    assert sent[2].begin().status_code == 200
    assert sent[0].client.delete(sent[0].path).status_code == 404


@pytest.fixture
def small_disk(settings, tmp_path):
    """A file system of one megabyte."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root mounts a small file system")
    path = tmp_path / "small"
    path.mkdir()
    made = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(path)]
    if subprocess.run(made, check=False, capture_output=True).returncode != 0:
        pytest.skip("no file system can be mounted here")
    settings.FILES_DIR = path
    yield path
    subprocess.run(["umount", str(path)], check=True)


def test_a_full_disk_is_told_keeps_what_came_and_nothing_half(small_disk, sender, photo):
    sent = sender(photo("PNG", (600, 600), compress_level=0))
    assert len(sent.content) > 1024 * 1024
    sent.begin()
    half = len(sent.content) // 2
    assert sent.send(0, sent.content[:half]).status_code == 200
    answer = sent.send(half, sent.content[half:])
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert "您写的内容还在" in answer.json()["text"]["zh"]
    assert disk.length(rules.part_of(sent.id)) == half
    assert sent.begin().json()["offset"] == half
    assert not File.objects.exists()
    # The operator has made room: it goes on from there.
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    assert sent.all().json()["file"]["sha256"] == sent.sha256


def test_a_picture_that_finds_no_room_leaves_no_draft(small_disk, person, photo, settings):
    (small_disk / "full").write_bytes(bytes(1020 * 1024))
    with pytest.raises(Exception, match="storage_full"):
        services.upload(person(), photo("JPEG", (900, 900)))
    assert [p.name for p in small_disk.rglob("*") if p.is_file()] == ["full"]


def test_what_nobody_finished_or_claimed_is_pruned(sender, photo, person, settings):
    me = person("13800138009")
    claimed, orphan = (services.upload(me, photo()).id for _ in range(2))
    assert [c.id for c in services.claim(me, [claimed])] == [claimed]
    sent = sender(photo())
    sent.begin()
    sent.send(0, sent.content[:10])
    assert services.prune() == 0
    with clock.later(timedelta(days=2)):
        assert services.prune() >= 1
    assert not Upload.objects.exists()
    with clock.later(timedelta(days=31)):
        services.prune()
    assert list(File.objects.values_list("pk", flat=True)) == [claimed]
    assert services.link(claimed)
    assert not File.objects.filter(pk=orphan).exists()


def test_a_claimed_file_cannot_be_deleted_for_three_years(person, photo):
    """C02, R22: also not by hand."""
    me = person()
    kept = services.upload(me, photo()).id
    services.claim(me, [kept])
    with pytest.raises(IntegrityError, match="three years"), transaction.atomic():
        File.objects.filter(pk=kept).delete()
    with connection.cursor() as cursor:
        cursor.execute("update media_file set claimed_at = now() - interval '3 years 1 day'")
    File.objects.filter(pk=kept).delete()
    assert not File.objects.exists()


def test_only_ones_own_files_are_claimed(person, photo):
    me, other = person(), person("13800138002")
    foreign = services.upload(other, photo()).id
    assert services.claim(me, [foreign, ids.new()]) == []
    assert File.objects.get().claimed_at is None
    assert not Transcript.objects.exists()
