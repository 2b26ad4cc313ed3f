"""Looks at every page: screenshots in both sizes, accessibility, and what the browser complains of."""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Response, ViewportSize

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
_AXE = Path(__file__).resolve().parents[1] / "web" / "node_modules" / "axe-core" / "axe.min.js"
# A line that a story has cut is no fault of the page.
_EXPECTED = re.compile(
    r"ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|fetching the script|WebSocket|ERR_CONNECTION|status of (401|409|413|422|502|503|507)"
)
# "There is none yet" is the good answer before one is enrolled, "no" to a passkey that was removed or
# a code that is wrong.
_GOOD_ANSWERS = (
    "/account/authenticators/totp",
    "/auth/webauthn/login",
    "/auth/2fa/reauthenticate",
)
# A prescription that a colleague has reviewed, or its doctor has taken back, is not there for others;
# nor is at a counter who walked in elsewhere.
_GONE = re.compile(r"(/review|/site/walk-ins)/[0-9a-f-]{36}$")

_WIDEST = """[...document.querySelectorAll('body *')]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
    .slice(-3).map((e) => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 30)).join('; ')"""


@cache
def _axe() -> str:
    return _AXE.read_text(encoding="utf-8")


@dataclass
class Watch:
    """`folder` gets `<page>-<locale>-<width>.png`."""

    folder: Path
    complaints: list[str] = field(default_factory=list)
    barriers: list[str] = field(default_factory=list)

    def follow(self, page: Page, who: str) -> None:
        page.on("console", lambda message: self._console(who, message))
        page.on("pageerror", lambda error: self.complaints.append(f"{who}: {error}"))
        page.on("response", lambda response: self._response(who, response))

    def _console(self, who: str, message: ConsoleMessage) -> None:
        url = message.location["url"]
        is_gone = "status of 404" in message.text and _GONE.search(url)
        expected = _EXPECTED.search(message.text) or url.endswith(_GOOD_ANSWERS) or is_gone
        if message.type == "error" and not expected:
            self.complaints.append(f"{who}: {message.text} ({url})")

    def _response(self, who: str, response: Response) -> None:
        if response.status == 500:
            self.complaints.append(f"{who}: 500 from {response.url}")

    def look(self, page: Page, name: str, locale: str) -> None:
        """Both sizes, then back to the one the person uses."""
        own = page.viewport_size
        self.folder.mkdir(parents=True, exist_ok=True)
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            page.wait_for_function("document.fonts.status === 'loaded'")
            page.screenshot(
                path=self.folder / f"{name}-{locale}-{size['width']}.png", animations="disabled"
            )
            self._no_sideways_scroll(page, name, size["width"])
        if own:
            page.set_viewport_size(own)
        self._reach(page, name)

    def _no_sideways_scroll(self, page: Page, name: str, width: int) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            self.barriers.append(f"{name} at {width}: {wide} px wide by {page.evaluate(_WIDEST)}")

    def _reach(self, page: Page, name: str) -> None:
        """What axe finds serious; the policy of the page forbids foreign scripts, so it is evaluated,
        once for each load.
        """
        if not page.evaluate("'axe' in window"):
            page.evaluate(_axe())
        found: dict[str, Any] = page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa'], resultTypes: ['violations']})"
        )
        for fault in found["violations"]:
            if fault["impact"] in {"serious", "critical"}:
                where = "; ".join(node["target"][0] for node in fault["nodes"][:3])
                self.barriers.append(f"{name}: {fault['id']} at {where}")

    def check(self) -> None:
        assert not self.complaints, "\n".join(self.complaints)
        assert not self.barriers, "\n".join(sorted(set(self.barriers)))
