"""A site without a line for the first half of a day: nothing lost, nothing doubled, nothing to be read on its disk."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Route, expect

from journeys import members
from journeys.cast import PATIENCE_MS, Cast
from journeys.conftest import FLAGS
from journeys.people import identity_number
from journeys.sites import PIN, Counter, opened
from xinglin.host.places import socket_folder
from xinglin.host.postgres import ROLE

pytestmark = pytest.mark.slow
_WALKERS = {
    "zh": [
        ("欧阳若兰", "胸口疼得厉害，一直出冷汗"),
        ("司马青竹", "咳嗽五天"),
        ("尉迟长安", "头晕两天"),
    ],
    "en": [
        ("Wilhelmina Ashgrove", "Chest pain spreading to my left arm"),
        ("Bartholomew Quill", "I have been coughing for five days"),
        ("Persephone Marsh", "I have felt dizzy for two days"),
    ],
}
_FOUND = """
    select w.number, w.captured_at is not null, jsonb_array_length(w.picture_ids),
        (select count(*) from sites_reading r where r.walk_in_id = w.id)
    from sites_walkin w where w.site_id = %s order by w.number
"""


class Kept(Counter):
    """A browser whose profile lies on a disk that can be looked at, as a thief would."""

    profile: Path

    def _browse(self, cast: Cast, **settings: Any) -> BrowserContext:
        self.profile = Path(tempfile.mkdtemp(prefix="counter-"))
        return cast.browser.browser_type.launch_persistent_context(
            self.profile,
            executable_path=os.environ.get("XINGLIN_CHROMIUM") or None,
            args=FLAGS,
            **settings | {"service_workers": "allow"},
        )

    def sign_in_here_by(self, username: str, *, then: str = "begin") -> None:
        """By the pages: only they make the copy of the key under the password."""
        self.sees("username")
        self.write("username", username)
        self.write("password", self.hospital.person(username)["password"])
        self.press("sign-in")
        self.write("code", self.hospital.authenticator(username))
        self.press("confirm-code")
        self.sees(then)

    def leaves(self) -> None:
        self.go("/site/")
        self.press("sign-out")

    def write_down(self, name: str, number: str, complaint: str, *, picture: bytes = b"") -> None:
        """In the page that is open: one loaded anew has to be unlocked first."""
        self.get("begin").or_(self.get("register-here")).first.click()
        self.write("name", name)
        self.write("id-number", number)
        for each in self.page.locator("[data-testid^=agree-]").all():
            each.check()
        self.press("step-next")
        self.write("complaint", complaint)
        if picture:
            file = {"name": "paper.png", "mimeType": "image/png", "buffer": picture}
            self.get("picture-input").set_input_files(file)
            self.sees("picture")
        self.press("step-next")
        self.write("blood_pressure-systolic", "128")
        self.write("blood_pressure-diastolic", "82")
        self.press("step-next")

    def waiting(self, count: int) -> None:
        expect(self.get("pending-capture")).to_have_count(count, timeout=PATIENCE_MS)


@pytest.fixture(autouse=True)
def _app_is_kept(cast: Cast) -> None:
    cast.keeps_app = True


@pytest.fixture
def folders() -> Iterator[list[Path]]:
    made: list[Path] = []
    yield made
    for each in made:
        shutil.rmtree(each, ignore_errors=True)


def paper() -> bytes:
    drawn = BytesIO()
    Image.effect_noise((600, 800), 90).save(drawn, "PNG")
    return drawn.getvalue()


def on_disk(profile: Path, words: list[str]) -> list[str]:
    """Which of the words stand in some file, in the ways a browser writes text down."""
    files = [each.read_bytes() for each in profile.rglob("*") if each.is_file()]
    spelled = {word: (word.encode(), word.encode("utf-16-le")) for word in words}
    return [w for w, ways in spelled.items() if any(way in file for way in ways for file in files)]


def walk_ins_of(counter: Counter) -> list[tuple[Any, ...]]:
    folder = socket_folder((counter.hospital.data / "postgres").resolve() / "socket")
    with psycopg.connect(host=str(folder), user=ROLE, dbname=ROLE, autocommit=True) as database:
        return database.execute(_FOUND, [counter.site]).fetchall()


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_two_hours_without_a_line_lose_nothing_and_double_nothing(
    cast: Cast, locale: str, folders: list[Path]
) -> None:
    counter = opened(cast, locale, Kept)
    assert isinstance(counter, Kept)
    folders.append(counter.profile)
    counter.context.clock.install()
    counter.leaves()
    counter.sign_in_here_by(counter.username)
    worker_keeps_the_pages(counter)
    born = {"zh": "19650412", "en": "19650413"}[locale]
    people = [
        (name, identity_number(born=born, sequence=700 + n), complaint)
        for n, (name, complaint) in enumerate(_WALKERS[locale])
    ]
    the_line_goes(counter, people)
    counter.context.clock.fast_forward("02:00:00")
    the_page_is_loaded_anew(counter, people)
    secrets = [word for person in people for word in person]
    assert on_disk(counter.profile, secrets) == []
    lost = loses_the_first_answer(counter)
    counter.find_line()
    counter.waiting(0)
    assert lost
    assert walk_ins_of(counter) == [(1, True, 1, 1), (2, True, 0, 1), (3, True, 0, 1)]
    assert on_disk(counter.profile, secrets) == []


def worker_keeps_the_pages(counter: Kept) -> None:
    counter.waits_until(
        "async () => { const r = await navigator.serviceWorker.getRegistration('/site');"
        " return Boolean(r && r.active && navigator.serviceWorker.controller) }"
    )
    # Where the first try fails the next comes with the next look at the line, half a minute later.
    kept = "async () => localStorage.getItem('xinglin.site.danger') !== null"
    counter.waits_until(kept, seconds=70)


def the_line_goes(counter: Kept, people: list[tuple[str, str, str]]) -> None:
    counter.lose_line()
    counter.sees("outage")
    counter.write_down(*people[0], picture=paper())
    counter.waiting(1)
    counter.sees("danger")
    counter.look("site-outage-danger")
    counter.write_down(*people[1])
    counter.waiting(2)
    counter.look("site-outage-pending")


def the_page_is_loaded_anew(counter: Kept, people: list[tuple[str, str, str]]) -> None:
    counter.go("/site/outage")
    counter.sees("unlock-card")
    counter.look("site-outage-locked")
    expect(counter.page.get_by_text(people[0][0])).to_have_count(0)
    counter.write("unlock-password", "not the password")
    counter.press("unlock")
    counter.sees("unlock-said")
    counter.write("unlock-password", counter.hospital.person(counter.username)["password"])
    counter.press("unlock")
    counter.waiting(2)
    counter.write_down(*people[2])
    counter.waiting(3)


def loses_the_first_answer(counter: Kept) -> list[str]:
    """It arrives, and nobody hears that it did."""
    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method != "PUT" or lost:
            route.fallback()
            return
        lost.append(route.request.url)
        route.fetch()
        route.abort("internetdisconnected")

    counter.page.route("**/api/v1/site/walk-ins/*", lose)
    return lost


def another_assistant(cast: Cast, counter: Counter) -> str:
    person = cast.staff("zh", "other")
    hospital, browser = cast.hospital, cast.browser
    username = members.take_on(hospital, browser, person.context, "site_assistant", "zh")
    me = person.ask_house("GET", "/session")["user"]["id"]
    operator = cast.member("zh", "administrator")
    operator.ask_house("PUT", f"/sites/{counter.site}/staff/{me}", {})
    return username


def test_another_assistant_on_the_same_device_reads_none_of_it_and_sees_how_many(
    cast: Cast, folders: list[Path]
) -> None:
    counter = opened(cast, "zh", Kept)
    assert isinstance(counter, Kept)
    folders.append(counter.profile)
    counter.leaves()
    counter.sign_in_here_by(counter.username)
    worker_keeps_the_pages(counter)
    counter.lose_line()
    counter.sees("outage")
    name, complaint = _WALKERS["zh"][1]
    counter.write_down(name, identity_number(born="19650414", sequence=711), complaint)
    counter.waiting(1)
    counter.press("sign-out")
    counter.sees("unlock-card")
    counter.find_line()
    # The house has now heard that the first one left: nobody is let in without a password.
    counter.sees("username")
    counter.go("/site/")
    other = another_assistant(cast, counter)
    counter.sign_in_here_by(other, then="pin-1")
    known = counter.hospital.person(other)["password"]
    counter.ask_house("PUT", "/site/pin", {"pin": PIN, "password": known})
    counter.go("/site/outage")
    counter.sees("others")
    counter.waiting(0)
    expect(counter.page.get_by_text(name)).to_have_count(0)
    counter.look("site-outage-others")
