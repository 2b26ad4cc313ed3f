"""A hospital and a browser to measure pages in, and the measures: interactions and frames, with a slow CPU."""

import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from journeys.cast import Cast
from journeys.conftest import FLAGS
from journeys.hospital import Hospital
from journeys.watch import Watch

SLOWDOWN = 4
INP_MS = 200
LONG_THREAD = 5_000
# The browser tells of an interaction some time after it has painted what came of it.
_TOLD_WITHIN_MS = 800
# The pace of a hand on the wheel.
_WHEEL_EVERY_MS = 30
# Events of one interaction share an id; the worst of a page with few interactions is its INP.
WATCH_INP = """new PerformanceObserver((list) => {
    for (const e of list.getEntries()) if (e.interactionId) {
        const all = (window.inp ??= {})
        all[e.interactionId] = Math.max(all[e.interactionId] ?? 0, e.duration)
    }
}).observe({ type: 'event', durationThreshold: 16, buffered: true })"""
_READ_INP = "Object.values(window.inp ?? {})"
_WATCH_FRAMES = """() => {
    window.frames_ms = []
    window.long_ms = []
    new PerformanceObserver((l) => l.getEntries().forEach((e) => window.long_ms.push(e.duration))).observe({ type: 'longtask' })
    let last = performance.now()
    const tick = (now) => { window.frames_ms.push(now - last); last = now; window.stop_frames || requestAnimationFrame(tick) }
    requestAnimationFrame(tick)
}"""


@contextmanager
def stage() -> Iterator[Cast]:
    print("· opening the hospital, beginning a visit …", flush=True)
    with tempfile.TemporaryDirectory(prefix="xinglin-pages-") as home, sync_playwright() as play:
        Path(home).chmod(0o711)  # PostgreSQL may run as another user, who passes through
        browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        house = Hospital(Path(home) / "data")
        try:
            yield Cast(house, browser, Watch(Path(home) / "shots"))
        finally:
            browser.close()
            house.stop()


def chromium() -> str | None:
    return os.environ.get("XINGLIN_CHROMIUM") or None


def _slow(page: Page, rate: int) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})


def worst_interaction(page: Page, act: Callable[[], object]) -> float:
    """Of all that the act brings, in ms, with the CPU four times slower; `WATCH_INP` is at work."""
    page.evaluate("window.inp = {}")
    _slow(page, SLOWDOWN)
    act()
    page.wait_for_timeout(_TOLD_WITHIN_MS)
    worst = round(max(page.evaluate(_READ_INP), default=0.0))
    _slow(page, 1)
    return worst


def scrolled(page: Page, over: Locator, *, times: int, by: int) -> dict[str, float]:
    """By the wheel over it, with the CPU four times slower."""
    _slow(page, SLOWDOWN)
    page.evaluate(_WATCH_FRAMES)
    over.hover()
    for _ in range(times):
        page.mouse.wheel(0, by)
        page.wait_for_timeout(_WHEEL_EVERY_MS)
    frames = sorted(page.evaluate("(window.stop_frames = true, window.frames_ms)"))
    long_ms = page.evaluate("window.long_ms")
    page.evaluate("window.stop_frames = false")
    _slow(page, 1)
    return {
        "frame_p50_ms": round(statistics.median(frames), 1),
        "frame_p95_ms": round(frames[int(0.95 * (len(frames) - 1))], 1),
        "frame_max_ms": round(frames[-1], 1),
        "long_tasks": len(long_ms),
        "longest_task_ms": round(max(long_ms, default=0.0), 1),
    }
