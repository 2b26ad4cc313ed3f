"""A vendor of our own on this machine: answers as told, and keeps what it was asked."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from xinglin.kernel.tests.serving import serving_posts

# Begins and ends as a JPEG does; no vendor of ours looks further.
PICTURE = b"\xff\xd8\xff\xe0" + b"a face at the camera" * 20 + b"\xff\xd9"
TOKEN = "geheim"


def said(match: Any = "yes", score: Any = 0.973, reference: Any = "cmp-000123") -> bytes:
    return json.dumps({"match": match, "score": score, "reference": reference}).encode()


@dataclass
class Vendor:
    """`answer`: bytes, a status, "never", or "dripping". `asked`: headers and body of each."""

    url: str
    answer: Any = field(default_factory=said)
    asked: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def pictures(self) -> list[bytes]:
        return [base64.b64decode(body["picture"]) for _, body in self.asked]


@contextmanager
def serving() -> Iterator[Vendor]:
    vendor = Vendor("")

    def answer(line: BaseHTTPRequestHandler, body: bytes) -> None:
        headers = {name.lower(): value for name, value in line.headers.items()}
        vendor.asked.append((headers, json.loads(body)))
        _answer(line, vendor)

    with serving_posts(answer) as origin:
        vendor.url = f"{origin}/compare"
        try:
            yield vendor
        finally:
            vendor.over.set()


def _answer(line: BaseHTTPRequestHandler, told: Vendor) -> None:
    if told.answer == "never":
        told.over.wait(30)
        return
    if told.answer == "dripping":
        _drip(line, told)
        return
    if isinstance(told.answer, int):
        line.send_response(told.answer)
        line.send_header("Location", told.url)
        line.send_header("Content-Length", "0")
        line.end_headers()
        return
    _send(line, told.answer)


def _send(line: BaseHTTPRequestHandler, content: bytes) -> None:
    line.send_response(200)
    line.send_header("Content-Type", "application/json")
    line.send_header("Content-Length", str(len(content)))
    line.end_headers()
    line.wfile.write(content)


def _drip(line: BaseHTTPRequestHandler, told: Vendor) -> None:
    """A byte at a time, each well within the patience for one."""
    line.send_response(200)
    line.send_header("Content-Length", "1000")
    line.end_headers()
    for _ in range(1000):
        try:
            line.wfile.write(b" ")
        except OSError:
            return
        if told.over.wait(0.05):
            return
