"""A site from the office to the board: made, enrolled, staffed, watched, silent, heard again, its device revoked."""

from uuid import uuid4

import psycopg
import pytest
from playwright.sync_api import Locator, expect

from journeys.cast import PATIENCE_MS, Cast, Staff
from journeys.hospital import Hospital
from xinglin.host.places import socket_folder
from xinglin.host.postgres import ROLE

pytestmark = pytest.mark.slow
# The worker looks for silent sites every so often, on a machine that has much else to do.
SILENT_MS = 45_000
BEAT = {"camera": True, "microphone": True, "printer": False, "pending": 2, "version": ""}


def make(admin: Staff, code: str) -> None:
    """Open day and night: the story may run at any hour."""
    admin.press("new-site")
    admin.sees("site-form")
    admin.write("site-zh", "青山大药房（开阳店）")
    admin.write("site-en", "Qingshan Pharmacy, Kaiyang")
    admin.write("site-code", code)
    admin.write("site-address-zh", "贵州省开阳县环城路 8 号")
    admin.write("site-address-en", "8 Huancheng Road, Kaiyang, Guizhou")
    admin.write("site-telephone", "0851-00000001")
    admin.write("site-division", "520121")
    admin.write("site-longitude", "1006.9")
    admin.write("site-latitude", "27.06")
    admin.press("add-mon")
    admin.write("from-mon", "00:00")
    admin.write("until-mon", "00:00")
    admin.press("copy-mon")
    admin.press("save-site")
    admin.sees("site-missed")
    admin.look("site-new")
    admin.write("site-longitude", "106.97")
    admin.press("save-site")
    admin.sees("site-devices")


def staff_it(admin: Staff, assistant: Staff) -> None:
    admin.write("staff-words", assistant.username)
    expect(admin.get("pick-staff")).to_have_count(1, timeout=PATIENCE_MS)
    admin.press("pick-staff")
    admin.sees("staff-of-site", 1)
    admin.press("pick-doctor")
    admin.sees("doctor-of-site", 1)
    admin.write("instrument-serial", "XG-0931")
    admin.write("instrument-model", "U30")
    admin.press("add-instrument")
    admin.sees("instrument-row", 1)
    admin.press("make-token")
    admin.sees("gateway-token")


def enrol(admin: Staff, assistant: Staff) -> None:
    """By the code that the page shows; the page sees the device come in by itself."""
    admin.press("enrol")
    admin.sees("enrolment-code")
    code = admin.get("enrolment-code").inner_text().replace(" ", "")
    admin.look("site-enrolment")
    assistant.ask_house("POST", "/site/station", {"code": code, "label": "Counter"})
    admin.sees("device-row", 1)


def row_of(operator: Staff, code: str) -> Locator:
    return operator.page.locator(f'[data-testid="site-row"][data-site="{code}"]')


def alarm_of(operator: Staff, code: str) -> Locator:
    return operator.page.locator(f'[data-testid="silent-site"][data-site="{code}"]')


def fall_silent(hospital: Hospital, code: str) -> None:
    """Half an hour is longer than a story."""
    of_site = "d.site_id = s.id and s.code = %s"
    folder = socket_folder((hospital.data / "postgres").resolve() / "socket")
    with psycopg.connect(host=str(folder), user=ROLE, dbname=ROLE, autocommit=True) as database:
        database.execute(
            "update sites_device_health h set heard_at = now() - interval '40 min'"
            f" from sites_device d, sites_site s where h.device_id = d.id and {of_site}",
            [code],
        )


def look_into(operator: Staff, code: str) -> None:
    row = row_of(operator, code)
    expect(row).to_have_attribute("data-state", "open", timeout=PATIENCE_MS)
    county = "开阳县" if operator.locale == "zh" else "Kaiyang County"
    expect(row.get_by_test_id("county")).to_have_text(county)
    expect(operator.get("sites-map")).to_contain_text(county.removesuffix(" County"))
    operator.look("sites-board")
    row.get_by_test_id("look-site").click()
    operator.sees("site-look")
    assert "site=" in operator.page.url
    expect(operator.get("device")).to_have_attribute("data-ok", "false", timeout=PATIENCE_MS)
    expect(operator.get("look-pending")).to_contain_text("2")
    operator.look("sites-look")
    operator.press("site-look-close")
    operator.sees("site-look", 0)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_site_is_made_watched_and_its_silence_told(cast: Cast, locale: str) -> None:
    code = f"B-{uuid4().hex[:6]}"
    admin = cast.member(locale, "administrator", path="/staff/sites/manage")
    assistant = cast.member(locale, "site_assistant")
    assistant.sees("at-site")
    make(admin, code)
    staff_it(admin, assistant)
    enrol(admin, assistant)

    assistant.ask_house("POST", "/site/heartbeat", BEAT)
    operator = cast.member(locale, "operator", path=f"/staff/sites?q={code}")
    look_into(operator, code)
    fall_silent(cast.hospital, code)
    expect(alarm_of(operator, code)).to_be_visible(timeout=SILENT_MS)
    expect(alarm_of(operator, code)).to_contain_text("0851-00000001")
    expect(row_of(operator, code)).to_have_attribute("data-state", "silent")
    operator.look("sites-silent")
    assistant.ask_house("POST", "/site/heartbeat", BEAT)
    expect(alarm_of(operator, code)).to_have_count(0, timeout=PATIENCE_MS)

    admin.press("revoke")
    admin.sees("ask-again")
    admin.press("ask-yes")
    admin.sees("device-gone", 1)
    expect(admin.get("device-row")).to_have_count(0)
    admin.look("site-revoked")
