"""A server that answers as a model would, from files, and keeps what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from xinglin.kernel.tests.serving import serving_posts

_RECORDED = Path(__file__).parent / "data" / "assistant"


@dataclass
class Recorded:
    """`url`: for the settings. `asked`: the requests in their order, with headers and body.

    `answer`: what is said next: the name of a file, a status, bytes, or "never".
    """

    url: str
    answer: Any = "nothing"
    asked: list[dict[str, Any]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving() -> Iterator[Recorded]:
    model = Recorded("")

    def answer(line: BaseHTTPRequestHandler, body: bytes) -> None:
        model.asked.append(
            {"path": line.path, "headers": dict(line.headers), "body": json.loads(body)}
        )
        _answer(line, model)

    with serving_posts(answer) as origin:
        model.url = f"{origin}/v1"
        try:
            yield model
        finally:
            model.over.set()


def _answer(line: BaseHTTPRequestHandler, told: Recorded) -> None:
    if told.answer == "never":
        told.over.wait(30)
        return
    if isinstance(told.answer, int):
        line.send_error(told.answer)
        return
    content = (
        told.answer
        if isinstance(told.answer, bytes)
        else (_RECORDED / f"{told.answer}.json").read_bytes()
    )
    line.send_response(200)
    line.send_header("Content-Type", "application/json")
    line.send_header("Content-Length", str(len(content)))
    line.end_headers()
    line.wfile.write(content)
