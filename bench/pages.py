"""`./run bench pages`: what a patient's phone makes of the pages: Lighthouse, INP and a long thread, told in figures."""

import argparse
import json
import os
import statistics
import subprocess
from typing import Any

from bench.browsing import (
    INP_MS,
    LONG_THREAD,
    SLOWDOWN,
    WATCH_INP,
    chromium,
    scrolled,
    stage,
    worst_interaction,
)
from journeys.cast import Patient
from journeys.conftest import FLAGS
from journeys.longthread import LongThread
from journeys.talk import begin_talk

_LIGHTHOUSE = "lighthouse@12.8.2"
_CATEGORIES = {"performance": 90, "accessibility": 95, "best-practices": 95}
_PATIENT, _DOCTOR = "13800138001", "dr.ent1"
# Pauses that belong to the measurement: a look at a page before the next press, and a page at rest.
_A_LOOK_MS, _REST_MS = 500, 1_500


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="Lighthouse runs (5)")
    parser.add_argument("--only", choices=["lighthouse", "inp", "thread"], help="one part")
    parser.add_argument("--json", action="store_true", help="the figures as JSON on the last line")


def run(args: argparse.Namespace) -> int:
    wanted = [args.only] if args.only else ["lighthouse", "inp", "thread"]
    figures: dict[str, Any] = {}
    with stage() as cast:
        patient, doctor = begin_talk(cast, "zh", _PATIENT, _DOCTOR)
        visit = patient.page.url.rsplit("/", 1)[1]
        if "lighthouse" in wanted:
            figures["lighthouse"] = _lighthouse(patient, args.runs)
        if "inp" in wanted:
            figures["inp_ms"] = _interactions(patient, visit)
        if "thread" in wanted:
            figures["thread"] = _long_thread(patient, visit)
        doctor.stop_care(advice="The bench is over.", where="-")
    faults = _tell(figures)
    if args.json:
        print(json.dumps(figures, ensure_ascii=False))
    return 1 if faults else 0


def _lighthouse(patient: Patient, runs: int) -> dict[str, dict[str, float]]:
    """Page -> median score of each category, in Lighthouse's mobile setting (a slow phone on 4G)."""
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in patient.context.cookies())
    pages = {"/welcome": "", "/": cookies, "/visits": cookies}
    return {
        path: _medians([_one_run(patient.hospital.url + path, cookie) for _ in range(runs)])
        for path, cookie in pages.items()
    }


def _medians(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def _one_run(url: str, cookie: str) -> dict[str, float]:
    headers = ["--extra-headers", json.dumps({"Cookie": cookie})] if cookie else []
    done = subprocess.run(
        [
            *("npx", "--yes", _LIGHTHOUSE, url, "--quiet", "--output", "json"),
            f"--only-categories={','.join(_CATEGORIES)}",
            f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
            *headers,
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **({"CHROME_PATH": found} if (found := chromium()) else {})},
    )
    if done.returncode:
        raise SystemExit(f"bench: Lighthouse failed at {url}:\n{done.stderr[-2000:]}")
    report = json.loads(done.stdout)
    scores = {name: round(100 * report["categories"][name]["score"]) for name in _CATEGORIES}
    audits = report["audits"]
    shown = ("largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
    return scores | {name: round(audits[name]["numericValue"], 3) for name in shown}


def _interactions(patient: Patient, visit: str) -> dict[str, float]:
    """The worst interaction of each page, with the CPU four times slower."""
    page = patient.page
    found = {}

    def measure(name: str, path: str, act: Any) -> None:
        patient.go(path)
        page.wait_for_load_state("networkidle")
        page.evaluate(WATCH_INP)
        found[name] = worst_interaction(page, act)

    def tabs() -> None:
        for name in ("visits", "me", "notices", "home"):
            patient.press(name)
            page.wait_for_timeout(_A_LOOK_MS)

    def complaint() -> None:
        patient.get("complaint").press_sequentially("耳朵里发闷两周了", delay=60)
        patient.get("complaint").fill("")

    def message() -> None:
        patient.get("composer").press_sequentially("好的", delay=60)
        patient.press("send")

    measure("tabs", "/", tabs)
    measure("complaint", "/ask", complaint)
    measure("message", f"/visits/{visit}", message)
    return found


def _long_thread(patient: Patient, visit: str) -> dict[str, float]:
    """5,000 messages, all of them loaded, then scrolled from end to end with the CPU four times slower."""
    page = patient.page
    LongThread(visit, LONG_THREAD, read=1).tell(page)
    patient.go(f"/visits/{visit}?at=1")
    page.locator('[data-testid="message"][data-seq="1"]').wait_for()
    page.wait_for_timeout(_REST_MS)
    found = scrolled(page, patient.get("conversation"), times=120, by=700)
    return {"rows_drawn": patient.get("message").count()} | found


def _tell(figures: dict[str, Any]) -> list[str]:
    """Prints them; returns what is worse than promised."""
    faults = []
    for path, scores in figures.get("lighthouse", {}).items():
        print(f" {path:9} " + "  ".join(f"{name} {value}" for name, value in scores.items()))
        faults += [
            f"{path}: {name} {scores[name]} < {least}"
            for name, least in _CATEGORIES.items()
            if scores[name] < least
        ]
    for name, ms in figures.get("inp_ms", {}).items():
        print(f" INP       {name} {ms} ms at {SLOWDOWN}x")
        faults += [f"INP of {name}: {ms} ms"] if ms >= INP_MS else []
    if thread := figures.get("thread"):
        print(f" thread    {LONG_THREAD} messages at {SLOWDOWN}x: {thread}")
    for fault in faults:
        print(f" worse than promised: {fault}")
    return faults
