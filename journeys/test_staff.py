"""What operator, administrator and a newcomer to the demo see."""

import pytest
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_administrator_sees_which_red_flags_are_unverified(cast: Cast, locale: str) -> None:
    admin = cast.staff(locale, "administrator")
    admin.go("/staff")
    admin.sees("username")
    admin.look("staff-sign-in")
    admin.sign_in("admin", path="/staff/red-flags")
    admin.sees("redflag")
    everything = admin.get("redflag").count()
    admin.press("redflag-unverified")
    expect(admin.get("redflag")).not_to_have_count(everything, timeout=PATIENCE_MS)
    admin.look("administrator-redflags")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_demo_page_tells_how_to_sign_in(cast: Cast, locale: str) -> None:
    newcomer = cast.staff(locale, "newcomer")
    newcomer.go("/demo")
    newcomer.sees("demo-person")
    newcomer.look("demo")


def test_a_stranger_without_the_second_factor_gets_no_page(cast: Cast) -> None:
    stranger = cast.staff("zh", "stranger")
    person = cast.hospital.person("auditor")
    stranger.go("/staff")
    stranger.write("username", "auditor")
    stranger.write("password", person["password"])
    stranger.press("sign-in")
    stranger.sees("code")
    stranger.go("/staff/board")
    stranger.sees("username")
