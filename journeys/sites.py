"""A drugstore with a screen at its counter, and who stands before it. What comes before a walk-in is past the pages."""

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from playwright.sync_api import ViewportSize, expect

from journeys import barriers, members
from journeys.cast import PATIENCE_MS, Cast, Patient, Staff

COUNTER: ViewportSize = {"width": 1280, "height": 800}
PIN = "246813"
_HOURS = [["00:00", "24:00"]]
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TARGET_PX, _TYPE_PX = 48, 20


def new_id() -> str:
    """UUIDv7, as the page makes them."""
    ms = int(time.time() * 1000)
    rest = int.from_bytes(os.urandom(10)) & ((1 << 76) - 1) | (0b10 << 62)
    whole = (ms << 80) | (0x7 << 76) | rest
    whole = whole & ~(0b11 << 62) | (0b10 << 62)
    return str(UUID(int=whole))


@dataclass(frozen=True)
class Walker:
    """Who comes in from the street."""

    name: str
    number: str
    complaint: str


class Counter(Staff, Patient):
    """The browser at a counter: the assistant's, and in the hand of a patient theirs."""

    size = COUNTER
    touches = True
    site: str
    # Who founded it.
    office: Staff

    def look(self, name: str) -> None:
        """In its own size too; at twice the size; and whether a finger and old eyes manage."""
        self.watch.folder.mkdir(parents=True, exist_ok=True)
        shot = self.watch.folder / f"{name}-{self.locale}-{self.size['width']}.png"
        self.page.screenshot(path=shot, animations="disabled")
        super().look(name)
        found = barriers.cut(self.page)
        if self.get("patient-screen").count():
            found += barriers.small(self.page, target=_TARGET_PX, type_px=_TYPE_PX)
        self.watch.barriers += [f"{name}: {each}" for each in found]

    def register(self, walker: Walker, *, agreed_to: str = "") -> str:
        """With a blood pressure; answers the walk-in's id.

        Args:
            agreed_to: an older version of the texts, as of who was written down without a line.
        """
        station = self.ask_house("GET", "/site/station")
        now = datetime.now(UTC).isoformat()
        agreed = [
            {"kind": c["kind"], "version": agreed_to or c["version"]} for c in station["consents"]
        ]
        walk_in = new_id()
        form = {
            "name": walker.name,
            "id_number": walker.number,
            "locale": self.locale,
            "card_by": "typed",
            "complaint": walker.complaint,
            "consents": agreed,
            "captured_at": now if agreed_to else None,
        }
        self.ask_house("PUT", f"/site/walk-ins/{walk_in}", form)
        reading = {
            "kind": "blood_pressure",
            "values": {"systolic": 128, "diastolic": 82},
            "unit": "mm[Hg]",
            "measured_at": now,
        }
        self.ask_house("PUT", f"/site/walk-ins/{walk_in}/readings/{new_id()}", reading)
        return walk_in

    def hand_over(self, walk_in: str) -> None:
        self.go(f"/site/walk-ins/{walk_in}")
        self.press("hand-over")
        self.at_step("stays")

    def at_step(self, step: str) -> None:
        expect(self.get("patient-screen")).to_have_attribute("data-step", step, timeout=PATIENCE_MS)

    def take_back(self) -> None:
        """The number of the assistant, by the pad."""
        self.sees("pin-pad")
        for digit in PIN:
            self.press(f"pin-{digit}")

    def refused(self, method: str, path: str, form: Any = None) -> int:
        """With which status."""
        answer = members.asked(self.context, self.hospital, method, f"{members.API}{path}", form)
        assert not answer.ok, f"{path} was allowed"
        return answer.status


def opened(cast: Cast, locale: str, at: type[Counter] = Counter) -> Counter:
    """A site of this story's own, and its assistant at the enrolled browser, with a number set."""
    operator = cast.member(locale, "administrator")
    form = {
        "code": f"S-{uuid4().hex[:8]}",
        "name": {"zh": "康宁大药房（云岩店）", "en": "Kangning Pharmacy, Yunyan"},
        "kind": "drugstore",
        "hours": dict.fromkeys(_DAYS, _HOURS),
    }
    site = operator.ask_house("POST", "/sites", form)["id"]
    code = operator.ask_house("POST", f"/sites/{site}/enrolments", {})["code"]
    counter = at(cast, "counter", locale)
    cast.welcome(counter)
    counter.username = members.take_on(
        cast.hospital, cast.browser, counter.context, "site_assistant", locale
    )
    counter.site, counter.office = site, operator
    me = counter.ask_house("GET", "/session")["user"]["id"]
    operator.ask_house("PUT", f"/sites/{site}/staff/{me}", {})
    counter.ask_house("POST", "/site/station", {"code": code, "label": "1"})
    known = cast.hospital.person(counter.username)["password"]
    counter.ask_house("PUT", "/site/pin", {"pin": PIN, "password": known})
    return counter
