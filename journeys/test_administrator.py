"""The administrator's room: an empty hospital's first steps, staff, the back office, texts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from journeys.cast import PATIENCE_MS, Cast, Staff
from journeys.conftest import cast_in
from journeys.hospital import Hospital
from journeys.watch import DESK, PHONE

pytestmark = pytest.mark.slow
# Nobody answers there: codes are not sent in these stories.
SMS = {"XINGLIN_SMS_GATEWAY": "http_json", "XINGLIN_SMS_URL": "http://127.0.0.1:9/sms"}
PASSWORD = "apricot-grove-7-doors"
FIRST = re.compile(r"user name (\S+), password (\S+), shown")


@pytest.fixture(scope="module")
def empty_hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    found = Hospital(tmp_path_factory.mktemp("empty") / "data", environment=SMS, command="up")
    yield found
    found.stop()


@pytest.fixture
def empty(empty_hospital: Hospital, browser: Browser) -> Iterator[Cast]:
    """A cast of its own in the empty hospital."""
    with cast_in(empty_hospital, browser) as found:
        yield found


def first_administrator(hospital: Hospital) -> tuple[str, str]:
    """User name and password, as the terminal shows them once."""
    found = FIRST.search(hospital.terminal)
    assert found, hospital.terminal
    return found[1], found[2]


def sign_in_and_enrol(member: Staff, username: str, password: str) -> None:
    """The first sign-in."""
    member.sees("username")
    member.write("username", username)
    member.write("password", password)
    member.press("sign-in")
    member.enrol()
    member.sees("who")


def name_the_hospital(admin: Staff) -> None:
    admin.sees("hospital-zh")
    admin.look("administrator-start")
    admin.press("save-hospital")
    expect(admin.page.get_by_role("alert").first).to_be_visible()
    admin.write("hospital-zh", "青山互联网医院")
    admin.write("hospital-en", "Qingshan Internet Hospital")
    admin.write("hospital-licence", "PDY-7")
    admin.press("save-hospital")


def open_departments(admin: Staff) -> None:
    admin.sees("department-general_practice")
    admin.get("department-general_practice").check()
    admin.get("department-dermatology").check()
    admin.press("save-departments")


def take_on_a_doctor(admin: Staff) -> str:
    """Answers the address of the link."""
    admin.sees("doctor-zh")
    admin.write("doctor-zh", "林建国")
    admin.write("doctor-en", "Lin Jianguo")
    admin.write("doctor-username", "dr.lin")
    admin.get("doctor-title").select_option("231")
    admin.write("doctor-licence", "110000000000001")
    admin.write("doctor-from", "2015-01-01")
    admin.write("doctor-since", "2016-01-01")
    admin.get("doctor-department-general_practice").check()
    admin.look("administrator-first-doctor")
    admin.press("save-doctor")
    admin.sees("doctor-link")
    return admin.get("doctor-link").locator("code").inner_text()


def mark_step(admin: Staff, step: str) -> None:
    fold = admin.get(f"step-{step}").get_by_role("button").first
    if fold.get_attribute("aria-expanded") == "false":
        fold.click()
    admin.press(f"mark-{step}")
    # The page folds it and unfolds the next: a click before that would fold the next one again.
    unfolded = fold.and_(admin.page.locator('[aria-expanded="true"]'))
    expect(unfolded).to_have_count(0, timeout=PATIENCE_MS)


def test_the_first_administrator_is_walked_through_an_empty_hospital(empty: Cast) -> None:
    patient = empty.patient("zh")
    patient.go("/")
    patient.sees("not-open")
    expect(patient.get("phone")).to_have_count(0)
    patient.look("patient-not-open")

    admin = empty.staff("en", "administrator")
    admin.go("/staff")
    sign_in_and_enrol(admin, *first_administrator(empty.hospital))
    admin.sees("start-page")
    name_the_hospital(admin)
    open_departments(admin)
    address = take_on_a_doctor(admin)
    mark_step(admin, "consent")
    expect(admin.get("step-consent")).to_have_attribute("data-done", "true")
    admin.look("administrator-may-open")
    admin.press("open-hospital")
    expect(admin.get("open-hospital")).to_have_count(0, timeout=PATIENCE_MS)
    patient.go("/")
    patient.sees("phone")

    doctor = empty.doctor("zh", "first doctor")
    doctor.page.goto(address)
    doctor.sees("welcome-username")
    doctor.look("staff-welcome")
    doctor.write("new-password", PASSWORD)
    doctor.press("begin")
    sign_in_and_enrol(doctor, "dr.lin", PASSWORD)
    doctor.sees("duty-switch")

    mark_step(admin, "staff")
    expect(admin.get("step-staff")).to_have_attribute("data-done", "true")
    mark_step(admin, "first_visit")
    admin.sees("start-complete")
    admin.look("administrator-complete")
    expect(admin.get("nav-start")).to_have_count(0)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_staff_are_invited_given_roles_and_disabled(cast: Cast, locale: str) -> None:
    username = f"op.{locale}"
    admin = cast.member(locale, "administrator", path="/staff/people")
    admin.sees("staff-row")
    admin.look("administrator-people")
    admin.press("invite")
    admin.write("invite-name", "王敏")
    admin.write("invite-username", username)
    admin.get("invite-role-operator").check()
    admin.press("invite-submit")
    admin.sees("link-address")
    address = admin.get("link-address").inner_text()
    admin.look("administrator-invited")
    admin.press("invite-done")

    member = cast.staff(locale, "operator")
    member.page.goto(address)
    member.write("new-password", PASSWORD)
    member.press("begin")
    sign_in_and_enrol(member, username, PASSWORD)
    member.sees("nav-board")

    admin.write("staff-search", username)
    row = admin.page.locator(f'[data-username="{username}"]')
    expect(admin.get("staff-row")).to_have_count(1)
    row.get_by_test_id("manage").click()
    admin.get("role-auditor").check()
    admin.press("save-roles")
    admin.sees("problem")  # no reason given
    admin.write("reason", "Helps with the audit" if locale == "en" else "协助审计")
    admin.press("save-roles")
    admin.sees("change")
    expect(admin.get("save-roles")).to_be_disabled()
    admin.look("administrator-account")
    admin.write("reason", "Left the house" if locale == "en" else "已离职")
    admin.press("disable")
    admin.sees("enable")
    member.page.reload()
    member.sees("username")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_consent_text_is_written_seen_and_published(cast: Cast, locale: str) -> None:
    admin = cast.member(locale, "administrator", path="/staff/consent-texts")
    admin.sees("consent-kind-service")
    admin.press("consent-edit-service")
    admin.sees("consent-words")
    for language, words in (("zh", "\n\n十、补充：请核对。"), ("en", "\n\n10. A word more.")):
        admin.press(f"consent-{language}")
        field = admin.get("consent-words")
        field.fill(field.input_value() + words)
    admin.press("consent-preview")
    expect(admin.get("consent-preview").locator("p").last).to_contain_text("A word more")
    admin.look("administrator-consent-preview")
    admin.press("consent-diff")
    expect(admin.page.locator("p.new")).to_have_count(1)
    admin.look("administrator-consent-diff")
    admin.press("consent-publish")
    admin.sees("version-coming")
    admin.look("administrator-consents")
    admin.press("consent-take-back")
    expect(admin.get("version-coming")).to_have_count(0, timeout=PATIENCE_MS)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_message_texts_are_the_houses_own(cast: Cast, locale: str) -> None:
    name = {"zh": "visit_ended", "en": "export_ready"}[locale]
    admin = cast.member(locale, "administrator", path="/staff/message-texts")
    admin.sees("wording-row")
    admin.look("administrator-texts")
    row = admin.page.locator(f'[data-name="{name}"]')
    row.get_by_test_id("wording-edit").click()
    admin.write("wording-en", "Please look at {name}.")
    admin.press("wording-save")
    expect(admin.page.get_by_role("alert").first).to_be_visible()
    admin.write("wording-en", "Please look at the app.")
    admin.press("wording-save")
    admin.sees("word-change")
    admin.look("administrator-wording")
    admin.press("wording-reset")
    expect(admin.get("wording-reset")).to_have_count(0, timeout=PATIENCE_MS)


def picture(admin: Staff, name: str) -> None:
    """Of unfold's pages: their markup is not ours, so that only pictures are taken."""
    admin.watch.folder.mkdir(parents=True, exist_ok=True)
    for size in (PHONE, DESK):
        admin.page.set_viewport_size(size)
        path = admin.watch.folder / f"{name}-{admin.locale}-{size['width']}.png"
        admin.page.screenshot(path=path, animations="disabled")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_back_office_has_the_same_door(cast: Cast, locale: str) -> None:
    username = cast.member(locale, "administrator").username
    admin = cast.staff(locale, "administrator at the other door")
    admin.go(f"/admin/?lang={locale}")
    admin.go("/admin/people/practitioner/")
    admin.sees("username")
    admin.write("username", username)
    admin.write("password", admin.hospital.person(username)["password"])
    admin.press("sign-in")
    admin.write("code", admin.hospital.authenticator(username))
    admin.press("confirm-code")
    expect(admin.page.locator("#result_list")).to_be_visible(timeout=PATIENCE_MS)
    picture(admin, "administrator-office-doctors")
    admin.page.locator("#result_list tbody a").first.click()
    expect(admin.page.locator("#id_name_en")).to_be_visible()
    picture(admin, "administrator-office-doctor")
    admin.go("/admin/red-flags/")
    expect(admin.page.locator("table")).to_be_visible()
    picture(admin, "administrator-office-flags")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_staff_make_recovery_codes(cast: Cast, locale: str) -> None:
    member = cast.member(locale, "operator", path="/staff/board")
    member.press("own-security")
    member.sees("make-codes")
    member.press("make-codes")
    member.sees("recovery-codes")
    member.look("administrator-security")
