"""Going on duty after a look into the camera: agreed to, answered by a vendor, kept by nobody (R16, A05)."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from xinglin.care.people import queries, services
from xinglin.care.people.models import Consent, ConsentText, Practitioner
from xinglin.care.people.tests.factories import Browser, doctor, hospital, patient_viewer
from xinglin.care.people.tests.factories import staff_viewer as staff
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.faces.tests.vendor import PICTURE, TOKEN, said, serving
from xinglin.kernel import clock
from xinglin.kernel.errors import Conflict, NotFound, TooMany

pytestmark = pytest.mark.django_db
CHECK, WAY = "/duty/identity-check/face", "/duty/face"
SENT = base64.b64encode(PICTURE).decode()


@pytest.fixture(autouse=True)
def house():
    return hospital()


@pytest.fixture
def vendor(settings):
    with serving() as found:
        settings.FACE_GATEWAY = "http_json"
        settings.FACE_URL = found.url
        settings.FACE_TOKEN = TOKEN
        settings.FACE_SECONDS = 5.0
        yield found


@pytest.fixture
def shen():
    viewer, _ = doctor()
    return viewer


@pytest.fixture
def agreed(shen, vendor):
    """A doctor who has agreed, and the vendor is there."""
    agree(shen)
    return shen


def agree(viewer):
    version = services.face_way(viewer).version
    return services.agree_to_face(viewer, version=version, at=clock.now())


def checked_at(viewer):
    return Practitioner.objects.get(user_id=viewer.user_id).identity_checked_at


def details(action):
    return [line.detail for line in AuditLine.objects.filter(action=action)]


def everything() -> str:
    """All that the database holds, as text."""
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'select t::text from "{table}" t')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def test_without_a_vendor_the_way_is_not_there(shen):
    browser = Browser(shen)
    status, way = browser.get(WAY)
    assert (status, way) == (
        200,
        {"available": False, "agreed": False, "version": "", "text": None},
    )
    refused, told = browser.post(CHECK, {"picture": SENT})
    assert (refused, told["code"]) == (409, "face_not_available")
    refused, told = browser.post(f"{WAY}/consent", {"version": "2026-11-29"})
    assert (refused, told["code"]) == (409, "face_not_available")
    assert not Consent.objects.filter(text__kind="face").exists()


def test_nothing_is_sent_before_the_doctor_has_agreed(shen, vendor):
    browser = Browser(shen)
    way = browser.get(WAY)[1]
    assert (way["available"], way["agreed"]) == (True, False)
    assert "敏感个人信息" in way["text"]["zh"]
    assert "sensitive personal information" in way["text"]["en"]
    status, told = browser.post(CHECK, {"picture": SENT})
    assert (status, told["code"]) == (409, "face_consent_required")
    assert vendor.asked == []
    status, way = browser.post(f"{WAY}/consent", {"version": way["version"]})
    assert (status, way["agreed"]) == (200, True)
    assert browser.post(CHECK, {"picture": SENT})[1]["outcome"] == "yes"


def test_a_match_proves_the_person_for_twelve_hours_and_opens_duty(agreed, vendor):
    before = clock.now()
    status, told = Browser(agreed).post(CHECK, {"picture": SENT})
    assert (status, told["outcome"]) == (200, "yes")
    assert checked_at(agreed) >= before
    card = queries.practitioner_by_user(agreed.user_id)
    check = services.check_identity_by_face(agreed, SENT, clock.now())
    assert check.valid_until - check.checked_at == timedelta(hours=12)
    assert queries.identity_checked_at(card.id) == check.checked_at
    assert details("people.check_identity")[0] == {
        "by": "face",
        "score": 973,
        "reference": "cmp-000123",
    }
    assert [body["person"] for _, body in vendor.asked] == [str(card.id)] * 2


@pytest.mark.parametrize("match", ["no", "unsure"])
def test_what_is_no_match_proves_nothing_and_leaves_its_line(agreed, vendor, match):
    vendor.answer = said(match, score=0.41)
    status, told = Browser(agreed).post(CHECK, {"picture": SENT})
    assert (status, told["outcome"], told["checked_at"]) == (200, match, None)
    assert "验证码" in told["text"]["zh"]
    assert "code" in told["text"]["en"]
    assert checked_at(agreed) is None
    assert details("people.check_identity") == []
    assert details("people.try_identity_check") == [
        {"by": "face", "outcome": match, "score": 410, "reference": "cmp-000123"}
    ]


@pytest.mark.parametrize("answer", [500, b"no json", "never"], ids=["500", "no json", "never"])
def test_a_vendor_without_an_answer_leads_to_the_code(agreed, vendor, settings, answer):
    settings.FACE_SECONDS = 0.2 if answer == "never" else 5.0
    vendor.answer = answer
    status, told = Browser(agreed).post(CHECK, {"picture": SENT})
    assert (status, told["outcome"]) == (200, "unanswered")
    assert checked_at(agreed) is None
    assert details("people.try_identity_check") == [{"by": "face", "outcome": "unanswered"}]


def test_a_match_of_before_is_not_lost_by_a_no(agreed, vendor):
    services.check_identity_by_face(agreed, SENT, clock.now())
    at = checked_at(agreed)
    vendor.answer = said("no")
    services.check_identity_by_face(agreed, SENT, clock.now())
    assert checked_at(agreed) == at


def test_three_tries_in_ten_minutes_and_the_code_is_still_open(agreed, vendor):
    vendor.answer = said("no")
    at = clock.now()
    for _ in range(3):
        services.check_identity_by_face(agreed, SENT, at)
    with pytest.raises(TooMany) as caught:
        services.check_identity_by_face(agreed, SENT, at)
    assert (caught.value.code, caught.value.retry_after_s) == ("too_many_faces", 600)
    assert len(vendor.asked) == 3
    for _ in range(5):
        status, told = Browser(agreed).post("/duty/identity-check", {"code": "12"})
        assert (status, told["code"]) == (422, "wrong_code")
    services.check_identity_by_face(agreed, SENT, at + timedelta(minutes=10))
    assert len(vendor.asked) == 4


@pytest.mark.parametrize(
    ("picture", "status", "code"),
    [
        ("", 422, "no_picture"),
        ("no base64!", 422, "no_picture"),
        ("照片", 422, "no_picture"),
        (base64.b64encode(b"GIF89a" + bytes(50)).decode(), 422, "no_picture"),
        (base64.b64encode(PICTURE[:-2]).decode(), 422, "no_picture"),
        (
            base64.b64encode(PICTURE[:-2] + bytes(512 * 1024) + PICTURE[-2:]).decode(),
            413,
            "picture_too_large",
        ),
        ("A" * 800_001, 422, "invalid"),
        (7, 422, "invalid"),
        (None, 422, "invalid"),
    ],
    ids=["empty", "words", "chinese", "gif", "cut off", "large", "very large", "number", "nothing"],
)
def test_what_is_no_picture_goes_to_nobody_and_costs_no_try(agreed, vendor, picture, status, code):
    answer, told = Browser(agreed).post(CHECK, {"picture": picture})
    assert (answer, told["code"]) == (status, code)
    assert vendor.asked == []
    for _ in range(3):
        assert services.check_identity_by_face(agreed, SENT, clock.now()).outcome == "yes"


def test_a_withdrawn_consent_stops_the_next_picture_and_not_the_duty(agreed, vendor):
    services.check_identity_by_face(agreed, SENT, clock.now())
    browser = Browser(agreed)
    status, way = browser.post(f"{WAY}/consent/withdraw")
    assert (status, way["agreed"]) == (200, False)
    assert browser.post(CHECK, {"picture": SENT})[1]["code"] == "face_consent_required"
    assert len(vendor.asked) == 1
    assert checked_at(agreed) is not None
    refused, told = browser.post(f"{WAY}/consent/withdraw")
    assert (refused, told["code"]) == (409, "no_consent_to_withdraw")
    agree(agreed)
    assert services.check_identity_by_face(agreed, SENT, clock.now()).outcome == "yes"
    (withdrawn, given) = Consent.objects.filter(text__kind="face").order_by("given_at")
    assert (withdrawn.withdrawn_at is None, given.withdrawn_at) == (False, None)


def test_a_new_text_is_agreed_to_anew(agreed, vendor):
    ConsentText.objects.create(
        kind="face",
        version="2026-11-29b",
        text_zh="新",
        text_en="new",
        in_force_from=clock.now() - timedelta(seconds=1),
    )
    with pytest.raises(Conflict) as caught:
        services.check_identity_by_face(agreed, SENT, clock.now())
    assert caught.value.code == "face_consent_required"
    with pytest.raises(Conflict) as caught:
        services.agree_to_face(agreed, version="2026-11-29", at=clock.now())
    assert caught.value.code == "consent_version_changed"


def test_consent_sent_twice_is_given_once(shen, vendor):
    browser = Browser(shen)
    version = browser.get(WAY)[1]["version"]
    sent = [
        browser.post(f"{WAY}/consent", {"version": version}, **{"Idempotency-Key": "k1"})
        for _ in range(2)
    ]
    assert sent[0] == sent[1]
    assert agree(shen).agreed
    assert Consent.objects.filter(text__kind="face").count() == 1
    assert len(details("people.give_consent")) == 1
    taken = [
        browser.post(f"{WAY}/consent/withdraw", {}, **{"Idempotency-Key": "k2"}) for _ in range(2)
    ]
    assert taken[0] == taken[1]
    assert len(details("people.withdraw_consent")) == 1


def test_the_picture_is_kept_nowhere(agreed, vendor, settings, tmp_path, capsys):
    settings.FILES_DIR = tmp_path
    browser = Browser(agreed)
    for key, answer in {"k1": said("yes"), "k2": said("no"), "k3": 500}.items():
        vendor.answer = answer
        browser.post(CHECK, {"picture": SENT}, **{"Idempotency-Key": key})
    assert vendor.pictures() == [PICTURE] * 3
    kept = everything() + "".join(capsys.readouterr())
    for part in (SENT[20:60], PICTURE[10:40].decode(), PICTURE[10:40].hex()):
        assert part not in kept
    assert list(Path(tmp_path).rglob("*")) == []


def test_nobody_else_is_asked(vendor):
    for viewer in (staff("operator"), staff("administrator"), patient_viewer()):
        browser = Browser(viewer)
        assert browser.get(WAY)[0] == 403
        assert browser.post(CHECK, {"picture": SENT})[0] == 403
        assert browser.post(f"{WAY}/consent", {"version": "2026-11-29"})[0] == 403
    assert Browser().post(CHECK, {"picture": SENT})[0] == 401
    nobody = staff("doctor")
    with pytest.raises(NotFound):
        services.check_identity_by_face(nobody, SENT, clock.now())
    assert Browser(nobody).get(WAY)[0] == 404
    assert vendor.asked == []
