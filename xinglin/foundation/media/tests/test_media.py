"""Pictures are kept, belong to somebody, and are seen by links that end."""

import time
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from xinglin.foundation.media import queries, rules, services
from xinglin.foundation.media.models import File
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import NotFound, TooMany

pytestmark = pytest.mark.django_db


def signed_in(client, viewer):
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.get(pk=viewer.user_id)
    client.force_login(user, backend="xinglin.foundation.accounts.sign_in.backend.Backend")
    return client


def send(client, content, name="photo.jpg", kind="image/jpeg"):
    return client.post("/api/v1/media", {"file": SimpleUploadedFile(name, content, kind)})


def test_a_picture_is_uploaded_and_seen_again(client, person, photo):
    me = signed_in(client, person())
    answer = send(me, photo("PNG", (64, 32)), "whatever.exe", "application/octet-stream")
    assert answer.status_code == 201
    card = answer.json()
    assert (card["width"], card["height"]) == (64, 32)
    for size, longest in (("full", 64), ("thumb", 64)):
        moved = me.get(f"/api/v1/media/{card['id']}?size={size}")
        assert moved.status_code == 302
        shown = client.get(moved["Location"])
        content = b"".join(shown.streaming_content)
        assert max(Image.open(BytesIO(content)).size) == longest
        assert shown["Content-Type"] == "image/jpeg"
        assert shown["Content-Disposition"].startswith("inline")
        assert shown["X-Content-Type-Options"] == "nosniff"
        is_thumb = size == "thumb"
        assert shown["Cache-Control"].startswith("private" if is_thumb else "no-store")
        assert not shown.cookies
    assert card["bytes"] == File.objects.get().bytes


def test_a_page_that_calls_itself_a_photo_is_refused(client, person):
    answer = send(signed_in(client, person()), b"<svg onload=alert(1)>")
    assert (answer.status_code, answer.json()["code"]) == (422, "not_a_picture")
    assert not File.objects.exists()


def test_a_file_that_is_too_big_is_refused(client, person):
    answer = send(signed_in(client, person()), bytes(rules.MAX_BYTES["picture"] + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")


def test_strangers_neither_upload_nor_see(client, person, photo):
    card = services.upload(person(), photo())
    assert send(client, photo()).status_code == 401
    assert client.get(f"/api/v1/media/{card.id}").status_code == 401
    other = signed_in(client, person("13800138002"))
    assert other.get(f"/api/v1/media/{card.id}").status_code == 404
    assert other.get(f"/api/v1/media/{ids.new()}").status_code == 404


def test_only_ones_own_pictures_are_found_and_in_the_order_asked(person, photo):
    me, other = person(), person("13800138002")
    mine = [services.upload(me, photo()).id for _ in range(3)]
    foreign = services.upload(other, photo()).id
    asked = [mine[2], foreign, mine[0], mine[2]]
    assert [p.id for p in queries.owned_by(me, asked)] == [mine[2], mine[0]]
    assert queries.file(foreign).width == 40
    with pytest.raises(NotFound):
        queries.file(ids.new())


def test_a_link_ends_after_a_minute_and_cannot_be_made_up(client, person, photo, monkeypatch):
    link = services.link(services.upload(person(), photo()).id, "full")
    shown = client.get(link)
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")
    for forged in (link[:-1] + ("A" if link[-1] != "A" else "B"), "/files/x", link + "x"):
        assert client.get(forged).status_code == 404
    assert client.post(link).status_code == 405
    later = time.time() + services.LINK_SECONDS + 1
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.get(link).status_code == 404


def test_the_front_door_is_told_where_a_file_lies_and_sends_it(client, person, photo, settings):
    link = services.link(services.upload(person(), photo()).id)
    itself = client.get(link)
    content = b"".join(itself.streaming_content)
    told = client.get(link, headers={"X-Sendfile-Type": "X-Accel-Redirect"})
    where = told["X-Accel-Redirect"]
    del told["X-Accel-Redirect"]
    assert (settings.FILES_DIR / where.removeprefix("/")).read_bytes() == content
    assert told.content == b""
    assert {**told.headers, "Content-Length": itself["Content-Length"]} == {**itself.headers}


def test_a_link_to_a_picture_that_is_not_there_shows_nothing(client, person, photo, settings):
    with pytest.raises(NotFound):
        services.link(ids.new(), "full")
    link = services.link(services.upload(person(), photo()).id)
    for path in settings.FILES_DIR.rglob("*.jpg"):
        path.unlink()
    assert client.get(link).status_code == 404


def test_a_thumbnail_comes_from_the_browsers_cache_for_ten_minutes(client, person, photo):
    picture = services.upload(person(), photo()).id
    link = services.link(picture, "thumb")
    assert services.link(picture, "thumb") == link, "the same address is the same cached picture"
    shown = client.get(link)
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")
    assert shown["Cache-Control"] == "private, max-age=600, immutable"
    with clock.later(timedelta(minutes=25)):
        assert client.get(link).status_code == 404
        assert services.link(picture, "thumb") != link


def test_a_person_has_a_quota_of_a_day(person, photo, monkeypatch):
    monkeypatch.setattr(rules, "MAX_A_DAY", 2)
    me = person()
    for _ in range(2):
        services.upload(me, photo())
    with pytest.raises(TooMany):
        services.upload(me, photo())
    services.upload(person("13800138002"), photo())
    with clock.later(timedelta(days=1, minutes=1)):
        services.upload(me, photo())


def test_an_upload_that_does_not_commit_leaves_no_row(person, photo, settings):
    me = person()

    @transaction.atomic
    def upload_and_fail() -> None:
        services.upload(me, photo())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        upload_and_fail()
    assert not File.objects.exists()
    services.upload(me, photo())
    files = [p for p in settings.FILES_DIR.rglob("*") if p.is_file()]
    assert all(p.suffix == ".jpg" for p in files), "no draft is left"
    assert {p.stat().st_mode & 0o777 for p in files} == {0o600}
