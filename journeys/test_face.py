"""A doctor goes on duty by face: agreed to, refused by the browser, refused by the vendor, and let in.

A hospital of its own: the one of the other stories has chosen no vendor, and shows no such way.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from journeys.cast import PATIENCE_MS, Cast, Doctor
from journeys.conftest import cast_in
from journeys.hospital import Hospital
from journeys.passkey import never_checked
from xinglin.foundation.faces.tests.vendor import TOKEN, Vendor, said, serving

pytestmark = pytest.mark.slow
WHO = {"zh": "dr.dermatology1", "en": "dr.dermatology2"}


@pytest.fixture(scope="module")
def vendor() -> Iterator[Vendor]:
    with serving() as found:
        yield found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, vendor: Vendor) -> Iterator[Hospital]:
    chosen = {
        "XINGLIN_FACE_GATEWAY": "http_json",
        "XINGLIN_FACE_URL": vendor.url,
        "XINGLIN_FACE_TOKEN": TOKEN,
    }
    found = Hospital(tmp_path_factory.mktemp("faces") / "data", environment=chosen)
    yield found
    found.stop()


@pytest.fixture
def cast(house: Hospital, browser: Browser) -> Iterator[Cast]:
    with cast_in(house, browser) as found:
        yield found


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_doctor_goes_on_duty_by_face(cast: Cast, vendor: Vendor, locale: str) -> None:
    vendor.asked.clear()
    doctor = cast.doctor(locale, "doctor")
    doctor.sign_in(WHO[locale])
    never_checked(doctor.hospital, WHO[locale])
    doctor.go("/staff/workbench")
    doctor.press("duty-switch")
    doctor.sees("face-open")
    doctor.sees("identity-code")
    doctor.look("duty-by-face")
    agree_where_the_browser_gives_no_camera(doctor)
    doctor.context.grant_permissions(["camera"])
    vendor.answer = said("no", score=0.2)
    be_seen(doctor)
    expect(doctor.get("face-result")).to_have_attribute("data-outcome", "no", timeout=PATIENCE_MS)
    expect(doctor.get("duty-state")).to_have_attribute("data-on", "false")
    doctor.look("face-no")
    vendor.answer = said("yes")
    be_seen_by_keyboard(doctor)
    expect(doctor.get("duty-state")).to_have_attribute("data-on", "true", timeout=PATIENCE_MS)
    nothing_is_left(doctor, vendor)


def agree_where_the_browser_gives_no_camera(doctor: Doctor) -> None:
    doctor.press("face-open")
    expect(doctor.get("face-text")).to_be_focused(timeout=PATIENCE_MS)
    expect(doctor.get("face-agree")).to_be_disabled()
    doctor.page.keyboard.press("Tab")
    doctor.page.keyboard.press("Space")
    expect(doctor.get("face-agree")).to_be_enabled()
    doctor.look("face-consent")
    doctor.press("face-agree")
    expect(doctor.get("face-fault")).to_have_attribute("data-fault", "refused", timeout=PATIENCE_MS)
    doctor.look("face-no-camera")


def be_seen(doctor: Doctor) -> None:
    doctor.press("face-open")
    sees_a_picture(doctor)
    doctor.look("face-camera")
    doctor.press("face-take")
    doctor.sees("face-send")
    doctor.look("face-taken")
    doctor.press("face-send")


def be_seen_by_keyboard(doctor: Doctor) -> None:
    """Each step has the focus where the next one is."""
    expect(doctor.get("face-open")).to_be_focused(timeout=PATIENCE_MS)
    doctor.page.keyboard.press("Enter")
    sees_a_picture(doctor)
    expect(doctor.get("face-take")).to_be_focused(timeout=PATIENCE_MS)
    doctor.page.keyboard.press("Enter")
    expect(doctor.get("face-send")).to_be_focused(timeout=PATIENCE_MS)
    doctor.page.keyboard.press("Enter")


def sees_a_picture(doctor: Doctor) -> None:
    doctor.sees("face-video")
    doctor.waits_until("() => document.querySelector('[data-testid=face-video]').videoWidth > 0")


def nothing_is_left(doctor: Doctor, vendor: Vendor) -> None:
    first, second = vendor.asked
    assert first[1]["person"] == second[1]["person"]
    for picture in vendor.pictures():
        assert picture.startswith(b"\xff\xd8\xff")
        assert picture.endswith(b"\xff\xd9")
    parts = [body["picture"][200:260] for _, body in vendor.asked]
    assert doctor.hospital.logs_with(parts) == {}
