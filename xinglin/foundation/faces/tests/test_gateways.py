"""Faces compared by a vendor over HTTP, against a server on this machine."""

import json

import pytest

from xinglin.foundation.faces import services
from xinglin.foundation.faces.services import known_gateways
from xinglin.foundation.faces.tests.vendor import PICTURE, TOKEN, said, serving
from xinglin.foundation.faces.types import Comparison, NotComparedError, Shown
from xinglin.kernel import ids


@pytest.fixture
def vendor(settings):
    with serving() as found:
        settings.FACE_GATEWAY = "http_json"
        settings.FACE_URL = found.url
        settings.FACE_TOKEN = TOKEN
        settings.FACE_SECONDS = 5.0
        yield found


def shown() -> Shown:
    return Shown(id=ids.new(), person=ids.new(), picture=PICTURE)


def reason_of(asked: Shown) -> str:
    with pytest.raises(NotComparedError) as caught:
        known_gateways()["http_json"].compare(asked)
    return caught.value.reason


def test_nobody_compares_unless_somebody_chose_one(settings):
    assert settings.FACE_GATEWAY == "null"
    assert not services.is_chosen()
    assert services.compare(shown()) is None


def test_the_vendor_is_told_who_and_what_the_camera_sees_and_nothing_more(vendor):
    asked = shown()
    assert services.compare(asked) == Comparison(match="yes", score=973, reference="cmp-000123")
    ((headers, body),) = vendor.asked
    assert set(body) == {"id", "person", "picture"}
    assert (body["id"], body["person"]) == (str(asked.id), str(asked.person))
    assert vendor.pictures() == [PICTURE]
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["idempotency-key"] == str(asked.id)


@pytest.mark.parametrize("match", ["yes", "no", "unsure"])
def test_it_may_say_yes_no_or_that_it_cannot_tell(vendor, match):
    vendor.answer = said(match)
    assert services.compare(shown()).match == match


@pytest.mark.parametrize("status", [201, 204, 302, 400, 401, 404, 429, 500, 503])
def test_only_an_answer_of_200_counts_and_it_is_asked_once(vendor, status):
    vendor.answer = status
    assert reason_of(shown()) == f"status_{status}"
    assert len(vendor.asked) == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "no_comparison"),
        (b"\xff", "no_comparison"),
        (b"[]", "no_comparison"),
        (b"[" * 9000, "no_comparison"),
        (b'{"match": "yes"}', "no_comparison"),
        (said(True), "no_comparison"),
        (said(["yes"]), "no_comparison"),
        (said("YES"), "no_comparison"),
        (said(score=1.01), "no_comparison"),
        (said(score=-0.1), "no_comparison"),
        (said(score=True), "no_comparison"),
        (said(score="0.9"), "no_comparison"),
        (said(score=float("nan")), "no_comparison"),
        (said(reference=7), "no_comparison"),
        (said(reference=""), "no_reference"),
        (said(reference="x" * 65), "no_reference"),
        (said(reference="a b"), "no_reference"),
        (said() + b" " * 16_384, "too_long"),
    ],
    ids=[
        *(
            "empty",
            "no text",
            "list",
            "deep",
            "match alone",
            "match true",
            "match list",
            "match big",
        ),
        *("score 1.01", "score -0.1", "score true", "score text", "score nan", "reference 7"),
        *("no reference", "long reference", "reference with a space", "too long"),
    ],
)
def test_whatever_else_it_says_is_no_answer(vendor, answer, reason):
    vendor.answer = answer
    assert reason_of(shown()) == reason


@pytest.mark.parametrize(
    ("how", "reason"), [("never", "no_answer_"), ("dripping", "broken_off")], ids=["never", "drips"]
)
def test_one_that_does_not_come_to_an_end_is_left_in_time(vendor, settings, how, reason):
    settings.FACE_SECONDS = 1.0  # a busy machine must have begun to answer by then
    vendor.answer = how
    assert reason_of(shown()).startswith(reason)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "no_address"),
        ("vendor.example/compare", "no_address"),
        ("ftp://vendor.example/compare", "no_address"),
        ("http://vendor.example/compare", "no_address"),
        ("http://10.0.0.7/compare", "no_address"),
        ("http://127.0.0.1:1/compare", "no_answer_ConnectionRefusedError"),
    ],
)
def test_a_face_goes_over_https_or_to_this_machine(settings, url, reason):
    settings.FACE_URL = url
    assert reason_of(shown()) == reason


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FACE_GATEWAY", "no_such_gateway"),
        ("FACE_TOKEN", "a\ntoken"),
        ("FACE_URL", "http://localhost:port/"),
        ("FACE_URL", "http://[x/"),
    ],
)
def test_a_setting_that_is_wrong_is_no_answer_and_no_fault(vendor, settings, name, value):
    setattr(settings, name, value)
    assert services.compare(shown()) is None
    assert vendor.asked == []


def test_only_a_few_are_under_way_at_one_time(vendor, monkeypatch):
    class Full:
        def acquire(self, *, blocking: bool) -> bool:
            assert not blocking
            return False

    monkeypatch.setattr(services, "_places", Full())
    assert services.compare(shown()) is None
    assert vendor.asked == []


def test_a_place_is_free_again_after_every_kind_of_end(vendor):
    for vendor.answer in [said(), 500, b"no json"] * 4:
        services.compare(shown())
    assert len(vendor.asked) == 12


def test_neither_picture_nor_token_is_written_anywhere(vendor, monkeypatch, capsys):
    class Failing:
        def compare(self, asked):
            raise ValueError(asked, PICTURE)

    asked = shown()
    vendor.answer = 500
    services.compare(asked)
    monkeypatch.setitem(known_gateways(), "http_json", Failing())
    services.compare(asked)
    written = "".join(capsys.readouterr())
    assert written.count("face not compared") == 2
    for secret in ("face at the camera", TOKEN, json.dumps(vendor.asked[0][1]["picture"])[1:20]):
        assert secret not in written
    assert "camera" not in repr(asked)
