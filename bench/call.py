"""`./run bench call`: how soon a call stands and is found again, and what recording it costs, beside bare pages."""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Request, sync_playwright

from bench.measures import cpu_s, percentile
from journeys.calls import bare, probes
from journeys.calls.browsers import Browsers
from journeys.calls.faces import BLUE, RED, Face
from journeys.calls.people import CallCast, CallHospital, Visit
from journeys.hospital import eventually
from journeys.watch import Watch

_FACES = (RED, BLUE)
_MEET_WITHIN_S = 30.0
_LOOK_EVERY_S = 0.02
# Pauses that belong to the measurement: until the pictures have their size, and what is measured.
_SETTLE_MS = 12_000
_FRAMES = "(window.theConnections ?? []).filter((pc) => pc.connectionState === 'connected').length"
_CONNECT_P95_S, _REJOIN_P95_S = 5.0, 5.0


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--calls", type=int, default=10, metavar="N", help="calls connected (10)")
    parser.add_argument("--seconds", type=int, default=20, metavar="N", help="of each cost (20)")
    parser.add_argument("--json", action="store_true", help="the figures as JSON on the last line")


def run(args: argparse.Namespace) -> int:
    figures: dict[str, Any] = {}
    with _stage() as (cast, browsers):
        figures["bare_connect_ms"] = _spread([_bare_connect(browsers) for _ in range(args.calls)])
        figures["bare_cpu"] = _bare_cost(browsers, args.seconds)
        visit = cast.visit()
        figures["connect_ms"] = _spread([_connect(visit) for _ in range(args.calls)])
        _ring(visit)
        _both_see(visit)
        figures["rejoin_ms"] = _spread([_rejoin(visit) for _ in range(args.calls)])
        figures |= _recording(visit, args.seconds)
    figures["connect_to_bare"] = _ratio(figures["connect_ms"], figures["bare_connect_ms"])
    faults = _tell(figures)
    if args.json:
        print(json.dumps(figures))
    return 1 if faults else 0


@contextmanager
def _stage() -> Iterator[tuple[CallCast, Browsers]]:
    print("· opening the hospital and the browsers …", flush=True)
    with tempfile.TemporaryDirectory(prefix="xinglin-call-") as home, sync_playwright() as play:
        Path(home).chmod(0o711)  # PostgreSQL may run as another user, who passes through
        browsers = Browsers(play, Path(home))
        house = CallHospital(Path(home) / "data", None)
        try:
            yield CallCast(house, browsers, Watch(Path(home) / "shots")), browsers
        finally:
            browsers.close()
            house.stop()


def _ms_until(ready: Callable[[], bool]) -> float:
    began = time.perf_counter()
    while not ready():
        if time.perf_counter() - began > _MEET_WITHIN_S:
            raise SystemExit(f"bench: nobody met within {_MEET_WITHIN_S:.0f} s")
        time.sleep(_LOOK_EVERY_S)
    return (time.perf_counter() - began) * 1000


def _spread(found: list[float]) -> dict[str, float]:
    return {
        "p50": round(statistics.median(found)),
        "p95": round(percentile(found, 95)),
        "max": round(max(found)),
        "n": len(found),
    }


def _ratio(one: dict[str, float], other: dict[str, float]) -> float:
    return round(one["p50"] / other["p50"], 2)


def _frames(page: Page) -> int:
    """Of the pictures of others that this page has decoded."""
    return int(probes.stats(page)["frames"]) if page.evaluate(_FRAMES) else 0


def _bare_connect(browsers: Browsers) -> float:
    """From the first word to the other's first picture on both sides, without a hospital."""
    pages = [bare.bare_page(browsers.of(face)) for face in _FACES]
    began = time.perf_counter()
    bare.call(*pages)
    _ms_until(lambda: all(_frames(page) for page in pages))
    took = (time.perf_counter() - began) * 1000
    for page in pages:
        page.close()
    return took


def _bare_cost(browsers: Browsers, seconds: int) -> dict[str, float]:
    pages = [bare.bare_page(browsers.of(face)) for face in _FACES]
    bare.call(*pages)
    pages[0].wait_for_timeout(_SETTLE_MS)
    found = _cpu_while(pages[0], seconds)
    for page in pages:
        page.close()
    return found


def _ring(visit: Visit) -> None:
    visit.patient.press("ring-video")
    visit.doctor.press("call-answer")


def _both_see(visit: Visit) -> float:
    pages = [visit.patient.page, visit.doctor.page]
    return _ms_until(lambda: all(_frames(page) for page in pages))


def _connect(visit: Visit) -> float:
    """From the doctor's tap to the other's first picture on both sides; then it is ended."""
    _ring(visit)
    took = _both_see(visit)
    visit.patient.press("call-leave")
    eventually(lambda: visit.call()["call"] is None, "the end of the call")
    return took


def _rejoin(visit: Visit) -> float:
    """From the patient's reload to the first new picture of the doctor."""
    began = time.perf_counter()
    visit.patient.page.reload(wait_until="commit")
    _ms_until(lambda: _frames(visit.patient.page) > 0)
    return (time.perf_counter() - began) * 1000


def _recording(visit: Visit, seconds: int) -> dict[str, Any]:
    """The same call without and with: of each browser the share of a core, and what goes up."""
    page = visit.doctor.page
    sent: list[int] = []

    def count(request: Request) -> None:
        if "/chunks/" in request.url:
            sent.append(request.sizes()["requestBodySize"])

    page.wait_for_timeout(_SETTLE_MS)
    plain = _cpu_while(page, seconds)
    media = _media_rate(page, seconds)
    visit.doctor.press("call-record")
    visit.patient.press("consent-yes")
    visit.doctor.sees("recording-on")
    page.wait_for_timeout(_SETTLE_MS)
    page.on("requestfinished", count)
    recorded = _cpu_while(page, seconds)
    page.remove_listener("requestfinished", count)
    return {
        "plain_cpu": plain,
        "recorded_cpu": recorded,
        "recorded_to_plain": round(recorded["blue"] / plain["blue"], 2),
        "upload_bytes_s": round(sum(sent) / seconds),
        "chunks": len(sent),
        "media_out_bytes_s": media,
    }


def _media_rate(page: Page, seconds: int) -> int:
    before = probes.stats(page)["bytes_out"]
    page.wait_for_timeout(seconds * 1000 / 4)
    return round((probes.stats(page)["bytes_out"] - before) / (seconds / 4))


def _cpu_while(page: Page, seconds: int) -> dict[str, float]:
    """Colour of the face -> cores that its browser used."""
    leaders = {face.colour: _browser_of(face) for face in _FACES}
    before = cpu_s(leaders)
    page.wait_for_timeout(seconds * 1000)
    after = cpu_s(leaders)
    return {name: round((after[name] - before[name]) / seconds, 2) for name in leaders}


def _browser_of(face: Face) -> int:
    """The first process of the browser with this camera: the others are below it."""
    found = [
        int(entry.name)
        for entry in Path("/proc").glob("[0-9]*")
        if f"/{face.colour}.y4m" in _words(entry) and "--type=" not in _words(entry)
    ]
    if not found:
        raise SystemExit(f"bench: the browser of {face.colour} is not found")
    return min(found)


def _words(entry: Path) -> str:
    try:
        return (entry / "cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def _tell(figures: dict[str, Any]) -> list[str]:
    """Prints them; returns what is worse than promised."""
    plain, recorded = figures["plain_cpu"], figures["recorded_cpu"]
    print(f" connect   {figures['connect_ms']} ms; bare pages {figures['bare_connect_ms']}")
    print(f" rejoin    {figures['rejoin_ms']} ms after a reload")
    print(f" cores     patient {plain['red']}, doctor {plain['blue']}; bare {figures['bare_cpu']}")
    print(
        f" recording doctor {recorded['blue']} ({figures['recorded_to_plain']}x), patient"
        f" {recorded['red']}; up {figures['upload_bytes_s']} B/s beside {figures['media_out_bytes_s']}"
    )
    faults = []
    for name, most in (("connect_ms", _CONNECT_P95_S), ("rejoin_ms", _REJOIN_P95_S)):
        if figures[name]["p95"] > most * 1000:
            faults.append(f"{name}: p95 {figures[name]['p95']}")
    for fault in faults:
        print(f" worse than promised: {fault}")
    return faults
