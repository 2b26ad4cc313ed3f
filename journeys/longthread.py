"""A conversation of thousands of messages, told to one page only: what is measured is the page."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route, WebSocketRoute

_WORDS = (
    "好的，我知道了。",
    "昨天晚上又疼了一次，大概十分钟，今天早上起来没有什么感觉。",
    "Is it the same place as before, or has it moved? Please describe it in your own words.",
    "量了体温，三十六度八。",
    "请继续按时吃药，三天后再看。如果出现发热、呼吸困难，请马上去最近的医院急诊。" * 2,
)


class LongThread:
    """`count` messages, of which the patient has read up to `read`. `asked`: before which ones.

    `holds`: what is asked for comes when it is given, not before.
    """

    def __init__(self, visit: str, count: int, *, read: int) -> None:
        self.visit = visit
        self.count = count
        self.read = read
        self.asked: list[int] = []
        self.holds = False
        self._held: list[tuple[Route, str]] = []
        self.begun = datetime.now(UTC) - timedelta(hours=count / 20)

    def message(self, seq: int) -> dict[str, Any]:
        return {
            "consultation_id": self.visit,
            "client_id": f"{seq:08x}-0000-7000-8000-000000000000",
            "seq": seq,
            "sender": "doctor" if seq % 3 else "patient",
            "sender_id": "00000000-0000-7000-8000-000000000001",
            "kind": "text",
            "body": {"text": f"{seq}. {_WORDS[seq % len(_WORDS)]}"},
            "at": (self.begun + timedelta(minutes=3 * seq)).isoformat(),
        }

    def tell(self, page: Page) -> None:
        page.route(f"**/api/v1/consultations/{self.visit}/messages?*", self._page)
        page.route_web_socket("**/live", self._line)

    def _page(self, route: Route) -> None:
        asked = {k: int(v[0]) for k, v in parse_qs(urlsplit(route.request.url).query).items()}
        if "before" in asked:
            self.asked.append(asked["before"])
            end = min(asked["before"] - 1, self.count)
            numbers = range(max(1, end - asked["limit"] + 1), end + 1)
        else:
            since = asked.get("since", 0)
            numbers = range(since + 1, min(since + asked["limit"], self.count) + 1)
        messages = [self.message(seq) for seq in numbers]
        told = json.dumps({"messages": messages, "last_seq": self.count})
        if "before" in asked and self.holds:
            self._held.append((route, told))
        else:
            route.fulfill(status=200, content_type="application/json", body=told)

    def give(self) -> None:
        for route, told in self._held:
            route.fulfill(status=200, content_type="application/json", body=told)
        self._held.clear()

    def _line(self, line: WebSocketRoute) -> None:
        house = line.connect_to_server()
        line.on_message(house.send)
        house.on_message(lambda said: line.send(self._changed(said)))

    def _changed(self, said: str | bytes) -> str | bytes:
        frame = json.loads(said)
        if frame["op"] != "joined":
            return said
        marks = {"patient": {"got": self.count, "read": self.read}, "doctor": {"got": 0, "read": 0}}
        return json.dumps(frame | {"last_seq": self.count, "marks": marks})
