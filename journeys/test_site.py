"""The counter of a drugstore: who comes in is registered within a minute, and nobody else's device sees it."""

import time
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast
from journeys.people import identity_number
from journeys.sites import Counter, opened

_FIELDS = "input:not([type=hidden]):not([type=file]):not([tabindex='-1']), textarea, select"
# One act a second is slow for a hand: within a minute, then.
_MOST_FIELDS, _MOST_SCREENS, _MOST_ACTS = 12, 3, 60
_READER_S = 0.004
_NAMED = {"\t": ("Tab", 9, ""), "\r": ("Enter", 13, "\r")}


class Measured:
    """What it costs somebody new: screens, fields, and acts, each key and each tap."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.screens: dict[str, int] = {}
        self.acts = 0
        self.began = time.monotonic()
        self.aside = 0.0

    def screen(self, step: str) -> None:
        page = self.counter.page
        expect(page.locator(f"[data-step={step}]")).to_be_visible(timeout=PATIENCE_MS)
        shown = page.locator(f"[data-step={step}]").locator(_FIELDS)
        self.screens[step] = sum(each.is_visible() for each in shown.all())

    def write(self, test_id: str, text: str) -> None:
        """And Enter, which leads on."""
        self.counter.write(test_id, text)
        self.counter.field(test_id).press("Enter")
        self.acts += len(text) + 1

    def write_again(self, test_id: str, text: str) -> None:
        """In a field that has to be tapped first."""
        self.counter.write(test_id, text)
        self.acts += 1 + len(text)

    def tap(self, test_id: str) -> None:
        self.counter.press(test_id)
        self.acts += 1

    def agree(self) -> None:
        self.acts += agree(self.counter)

    def look(self, name: str) -> None:
        """What the test looks at takes no assistant's time."""
        began = time.monotonic()
        self.counter.look(name)
        self.aside += time.monotonic() - began

    def told(self) -> str:
        """Of this machine's seconds: nothing is held against them."""
        seconds = time.monotonic() - self.began - self.aside
        return f"registered with {self.acts} acts, in {seconds:.1f} s of this machine"


def read_card(counter: Counter, text: str) -> None:
    """As a reader types: real keys within the same breath, by their own clock, wherever the cursor stands."""
    line = counter.context.new_cdp_session(counter.page)
    at = time.time()
    for each in f"{text}\r":
        name, code, said = _NAMED.get(each, (each, 0, each))
        key = {"key": name, "windowsVirtualKeyCode": code}
        at += _READER_S
        line.send(
            "Input.dispatchKeyEvent", {"type": "keyDown", "text": said, "timestamp": at, **key}
        )
        line.send("Input.dispatchKeyEvent", {"type": "keyUp", "timestamp": at, **key})
    line.detach()


def put_cookies(counter: Counter, cookies: list[Any]) -> None:
    counter.context.add_cookies(cookies)


def agree(counter: Counter) -> int:
    """Answers how many ticks it took."""
    ticks = counter.page.locator("[data-testid^=agree-]").all()
    for each in ticks:
        each.check()
    return len(ticks)


def walk_in_of(counter: Counter) -> dict[str, Any]:
    expect(counter.get("walk-in-head")).to_be_visible(timeout=PATIENCE_MS)
    found: dict[str, Any] = counter.ask_house(
        "GET", f"/site/walk-ins/{counter.page.url.rsplit('/', 1)[1]}"
    )
    return found


def test_an_assistant_new_to_it_registers_a_walk_in_and_meets_a_regular_by_the_card(
    cast: Cast,
) -> None:
    counter = opened(cast, "zh")
    number = identity_number(born="19551204", sequence=612)
    counter.go("/site/")
    counter.sees("waiting")
    counter.look("site-today-empty")

    cost = Measured(counter)
    cost.tap("begin")
    _first_screen(counter, cost, number)
    _second_screen(counter, cost)
    _third_screen(counter, cost)
    walk_in = walk_in_of(counter)
    print(cost.told())

    assert len(cost.screens) <= _MOST_SCREENS
    assert sum(cost.screens.values()) <= _MOST_FIELDS, cost.screens
    assert cost.acts <= _MOST_ACTS, cost.acts
    counter.look("site-walk-in")
    told = {each["kind"]: each["values"] for each in walk_in["readings"]}
    assert told["blood_pressure"] == {"systolic": 128, "diastolic": 83}
    assert told["spo2"] == {"value": 84}
    _a_cuff_sends(counter)

    counter.press("leave")
    counter.press("leave-changed_mind")
    expect(counter.get("walk-in-head")).to_have_attribute("data-state", "left")
    _a_regular(counter, number)


def _first_screen(counter: Counter, cost: Measured, number: str) -> None:
    counter.sees("reader")
    read_card(counter, number[:17])
    expect(counter.get("card-fault")).to_have_attribute("data-fault", "length")
    read_card(counter, "6901234567892")
    expect(counter.get("card-fault")).to_have_attribute("data-fault", "none")
    # Its first keys came before anybody could know.
    expect(counter.field("name")).to_have_value("")
    cost.screen("card")
    cost.look("site-new-card")
    cost.write("name", "龙阿婆")
    cost.write("id-number", number)
    # Nothing moves before the patient has agreed by a tap of their own.
    expect(counter.page.locator("[data-step=card]")).to_be_visible()
    cost.agree()
    cost.tap("step-next")


def _second_screen(counter: Counter, cost: Measured) -> None:
    """The next patient's card is nothing that this one said."""
    cost.screen("complaint")
    cost.look("site-new-complaint")
    counter.write("complaint", "头晕")
    read_card(counter, f"Yang\tF\t{identity_number(born='19620714', sequence=613)}")
    counter.sees("card-unwanted")
    expect(counter.field("complaint")).to_have_value("头晕")
    expect(counter.field("complaint")).to_be_focused()
    cost.look("site-new-card-unwanted")
    cost.write("complaint", "头晕两天，起身时重")


def _third_screen(counter: Counter, cost: Measured) -> None:
    """A unit that is not the instrument's, a number that cannot be, and one that is rare."""
    cost.screen("vitals")
    cost.look("site-new-vitals")
    cost.write("blood_pressure-systolic", "17")
    cost.write("blood_pressure-diastolic", "11")
    cost.write("spo2-value", "82")
    cost.tap("step-next")
    expect(counter.get("blood_pressure-fault")).to_contain_text("kPa")
    expect(counter.get("spo2-warning")).to_contain_text("再测一次")
    cost.look("site-new-doubts")
    cost.tap("blood_pressure-unit")
    cost.write_again("spo2-value", "84")
    cost.tap("step-next")


def _a_cuff_sends(counter: Counter) -> None:
    """What an instrument of the site has sent becomes this patient's by one tap."""
    site, serial = f"/sites/{counter.site}", "OM-7120-000417"
    cuff = {"kind": "heart_rate", "model": "HEM-7120"}
    counter.office.ask_house("PUT", f"{site}/instruments/{serial}", cuff)
    token = counter.office.ask_house("POST", f"{site}/gateway-token", {})["token"]
    sent = counter.office.context.request.post(
        f"{counter.hospital.url}/api/v1/gateway/observations",
        headers={"Authorization": f"Bearer {token}"},
        data={
            "resourceType": "Observation",
            "identifier": [{"value": f"{serial}-1"}],
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
            "effectiveDateTime": datetime.now(UTC).isoformat(),
            "device": {"identifier": {"value": serial}},
            "valueQuantity": {
                "value": 76,
                "system": "http://unitsofmeasure.org",
                "code": "/min",
            },
        },
    )
    assert sent.status == 201, sent.text()
    expect(counter.get("inbox")).to_contain_text("76")
    counter.look("site-inbox")
    counter.press("take-reading")
    taken = counter.page.locator("[data-testid=reading][data-by=gateway]")
    expect(taken).to_contain_text(serial, timeout=PATIENCE_MS)
    expect(counter.get("inbox")).to_have_count(0)


def _a_regular(counter: Counter, number: str) -> None:
    """The card on the reader begins it, from the page of the day."""
    counter.go("/site/")
    counter.sees("walk-in")
    read_card(counter, f"龙阿婆\t女\t汉\t19551204\t{number}")
    counter.sees("known")
    expect(counter.field("name")).to_have_value("龙阿婆")
    expect(counter.get("reader")).to_contain_text("已读到")
    counter.look("site-new-regular")
    agree(counter)
    counter.press("step-next")
    counter.write("complaint", "还是头晕")
    counter.press("step-next")
    counter.sees("vital-blood_pressure")
    counter.press("step-next")
    walk_in = walk_in_of(counter)
    assert (walk_in["number"], walk_in["state"]) == (2, "registered")
    counter.go("/site/")
    expect(counter.get("walk-in")).to_have_count(2)
    counter.look("site-today")
    counter.press("language")
    expect(counter.get("begin")).to_have_text("Register a patient")
    counter.look("site-today-in-english")
    counter.press("walk-in")
    walk_in_of(counter)
    counter.look("site-walk-in-in-english")


def test_a_strangers_device_and_another_sites_staff_are_refused_in_words(cast: Cast) -> None:
    counter = opened(cast, "en")
    other = opened(cast, "en")
    counter.go("/site/")
    counter.sees("begin")
    # The same person at a browser of nobody's: first a code.
    device = [each for each in counter.context.cookies() if "xinglin_device" in each["name"]]
    counter.context.clear_cookies(name=device[0]["name"])
    assert counter.refused("GET", "/site/today") == 404
    counter.go("/site/")
    counter.sees("enrol-code")
    counter.look("site-enrol")
    counter.write("enrol-code", "00000000")
    counter.write("enrol-label", "kitchen table")
    counter.press("enrol")
    counter.sees("problem")

    # Another site's browser knows its own people only.
    of_other = [each for each in other.context.cookies() if "xinglin_device" in each["name"]]
    put_cookies(counter, of_other)
    counter.go("/site/")
    expect(counter.get("not-here")).to_have_attribute("data-why", "not_staff")
    counter.look("site-not-staff")
    assert counter.refused("GET", "/site/today") == 404

    put_cookies(counter, device)
    other.go("/site/walk-ins/0196f5e2-7c1a-7c4e-9a55-0f3b8f0e1a11")
    other.sees("walk-in-gone")
    other.look("site-walk-in-gone")
