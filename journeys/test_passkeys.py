"""A doctor and a passkey: added, signed in with, on duty with, removed; and browsers without."""

import pytest
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast, Doctor
from journeys.passkey import Passkeys, at_a_number, never_checked, signed_in_long_ago

pytestmark = pytest.mark.slow
WHO = {"zh": "dr.dermatology1", "en": "dr.dermatology2"}
NAME = {"zh": "诊室电脑", "en": "Surgery computer"}
NEW_NAME = {"zh": "二楼诊室电脑", "en": "Surgery computer, first floor"}


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_doctor_signs_in_and_goes_on_duty_with_a_passkey(cast: Cast, locale: str) -> None:
    doctor = cast.doctor(locale, "doctor")
    device = Passkeys(doctor.page)
    doctor.sign_in(WHO[locale], path="/staff/security")
    add_one(doctor, device, locale)
    sign_out(doctor)
    doctor.look("sign-in-with-passkey")
    doctor.press("passkey")
    doctor.sees("who")
    cancel_and_use_it_after_the_password(doctor, device, locale)
    go_on_duty(doctor, locale)
    remove_it(doctor, locale)
    sign_out(doctor)
    doctor.press("passkey")
    problem(doctor, "passkey_refused")
    doctor.look("sign-in-passkey-refused")
    doctor.sign_in(WHO[locale])


def add_one(doctor: Doctor, device: Passkeys, locale: str) -> None:
    doctor.sees("passkeys-none")
    doctor.look("security-no-passkey")
    device.knows_no_finger()
    doctor.write("passkey-name", NAME[locale])
    doctor.press("passkey-add")
    problem(doctor, "passkey_cancelled")
    assert device.held() == []
    device.knows_the_finger()
    doctor.press("passkey-add")
    doctor.sees("passkey-added")
    doctor.sees("passkey-held", 1)
    assert [each["rpId"] for each in device.held()] == ["localhost"]
    doctor.press("passkey-rename")
    doctor.write("passkey-new-name", NEW_NAME[locale])
    doctor.press("passkey-rename-save")
    expect(doctor.get("passkey-held")).to_contain_text(NEW_NAME[locale], timeout=PATIENCE_MS)
    expect(doctor.page.get_by_role("dialog")).to_have_count(0, timeout=PATIENCE_MS)
    doctor.press("passkey-add")
    problem(doctor, "passkey_exists")
    doctor.look("security-passkey")


def sign_out(doctor: Doctor) -> None:
    doctor.press("sign-out")
    doctor.sees("username")


def problem(doctor: Doctor, code: str) -> None:
    shown = doctor.page.locator(f'[data-testid="problem"][data-code="{code}"]')
    expect(shown).to_be_visible(timeout=PATIENCE_MS)


def cancel_and_use_it_after_the_password(doctor: Doctor, device: Passkeys, locale: str) -> None:
    sign_out(doctor)
    device.knows_no_finger()
    doctor.press("passkey")
    problem(doctor, "passkey_cancelled")
    doctor.look("sign-in-passkey-cancelled")
    device.knows_the_finger()
    doctor.write("username", WHO[locale])
    doctor.write("password", doctor.hospital.person(WHO[locale])["password"])
    doctor.press("sign-in")
    doctor.sees("code")
    doctor.look("sign-in-passkey-or-code")
    doctor.press("passkey")
    doctor.sees("who")


def go_on_duty(doctor: Doctor, locale: str) -> None:
    never_checked(doctor.hospital, WHO[locale])
    doctor.go("/staff/workbench")
    doctor.press("duty-switch")
    doctor.sees("identity-code")
    doctor.sees("passkey")
    doctor.sees("face", 0)
    doctor.look("duty-by-passkey")
    doctor.press("passkey")
    state = doctor.get("duty-state")
    expect(state).to_have_attribute("data-on", "true", timeout=PATIENCE_MS)
    doctor.leave_duty()


def remove_it(doctor: Doctor, locale: str) -> None:
    """Long after the sign-in: who it is must be shown anew."""
    signed_in_long_ago(doctor)
    doctor.go("/staff/security")
    doctor.press("passkey-remove")
    doctor.press("passkey-remove-yes")
    doctor.sees("prove")
    doctor.look("security-prove")
    doctor.get("prove").get_by_test_id("passkey").click()
    doctor.sees("passkeys-none")
    expect(doctor.page.get_by_text(NEW_NAME[locale])).to_be_hidden(timeout=PATIENCE_MS)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_recovery_codes_are_made_after_a_code_has_shown_who_it_is(cast: Cast, locale: str) -> None:
    member = cast.member(locale, "operator", path="/staff/security")
    signed_in_long_ago(member)
    member.press("make-codes")
    member.sees("prove")
    member.write("prove-code", "000000")
    member.press("prove-submit")
    problem(member, "incorrect_code")
    member.write("prove-code", member.hospital.authenticator(member.username))
    member.press("prove-submit")
    member.sees("recovery-codes")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_browser_without_passkeys_says_so_and_offers_the_code(cast: Cast, locale: str) -> None:
    doctor = cast.doctor(locale, "doctor")
    doctor.page.add_init_script("delete window.PublicKeyCredential")
    doctor.go("/staff")
    expect(doctor.get("passkey-barred")).to_have_attribute(
        "data-why", "unsupported", timeout=PATIENCE_MS
    )
    doctor.look("sign-in-without-passkeys")
    doctor.sign_in(WHO[locale], path="/staff/security")
    doctor.sees("passkey-barred")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_at_an_address_that_is_a_number_the_page_says_why(cast: Cast, locale: str) -> None:
    doctor = cast.doctor(locale, "doctor")
    doctor.page.goto(f"{at_a_number(doctor.page, doctor.hospital)}/staff")
    expect(doctor.get("passkey-barred")).to_have_attribute(
        "data-why", "address", timeout=PATIENCE_MS
    )
    doctor.sees("password")
    doctor.sees("passkey", 0)
    doctor.look("sign-in-at-a-number")
