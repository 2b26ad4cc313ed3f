"""People with devices, and a push service of our own on this machine."""

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from xinglin.foundation.accounts.services import create_patient_account
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.notices import services
from xinglin.foundation.notices.tests.browser import Subscription, subscription
from xinglin.foundation.notices.types import Kind, Urgency
from xinglin.kernel import clock
from xinglin.kernel.tests.serving import serving_posts
from xinglin.kernel.text import Text

KINDS = {
    "calm": Kind(
        who="patient",
        label=Text("平常", "Calm"),
        text=Text("有新内容。", "There is something new."),
        channels={"push": True, "sms": False, "mail": False},
    ),
    "awaited": Kind(
        who="patient",
        label=Text("等待", "Awaited"),
        text=Text("还剩{minutes}分钟。", "{minutes} minutes are left."),
        urgency=Urgency.AWAITED,
        channels={"push": True, "sms": True},
    ),
    "offer": Kind(
        who="staff",
        label=Text("派单", "Offer"),
        text=Text("有派单。", "An offer."),
        urgency=Urgency.ALWAYS,
        channels={"push": True},
        listed=False,
    ),
}
_phones = iter(range(10_000))
_endpoints = iter(range(10_000))


@pytest.fixture(autouse=True)
def kinds(settings):
    settings.NOTICE_KINDS = KINDS
    settings.NOTICE_GATEWAYS = {"sms": "demo", "mail": "demo"}
    settings.DEMO = True


@pytest.fixture
def person(db) -> Viewer:
    return somebody()


@pytest.fixture
def other(db) -> Viewer:
    return somebody()


def somebody(session: str = "s1") -> Viewer:
    user_id = create_patient_account(phone=f"139{next(_phones):08d}", locale="zh")
    return Viewer(
        user_id=user_id,
        roles=frozenset({"patient"}),
        permissions=frozenset({"notices.read_own", "notices.set_own"}),
        session=session,
    )


@dataclass
class PushService:
    """Answers as told, in turn, then 201. `asked`: path, headers (lower case) and body of each."""

    origin: str
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def subscribe(self, viewer: Viewer, name: str = "电话") -> Subscription:
        found = subscription(f"{self.origin}/push/{next(_endpoints)}")
        services.add_device(
            viewer,
            endpoint=found.endpoint,
            p256dh=found.p256dh,
            auth=found.auth,
            name=name,
            at=clock.now(),
        )
        return found


@pytest.fixture
def push_service(settings):
    service = PushService("")

    def answer(line: BaseHTTPRequestHandler, body: bytes) -> None:
        headers = {k.lower(): v for k, v in line.headers.items()}
        service.asked.append((line.path, headers, body))
        status, more = service.answers.pop(0) if service.answers else (201, {})
        line.send_response(status)
        for name, value in more.items():
            line.send_header(name, value)
        line.send_header("Content-Length", "0")
        line.end_headers()

    with serving_posts(answer) as service.origin:
        settings.PUSH_ALSO = frozenset({service.origin})
        yield service


def said(payload: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(payload)
    return found
