"""What every story needs: a hospital, a browser, and somebody who watches the pages."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from journeys.cast import Cast
from journeys.hospital import Hospital
from journeys.talk import in_talk
from journeys.watch import Watch

__all__ = ["in_talk"]

# Chromium refuses its sandbox to root; the rest keeps it from calling its maker's hosts.
FLAGS = [
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A microphone that beeps. Who may use it is asked as ever.
    "--use-fake-device-for-media-stream",
]

# Each opens a hospital for itself: their stories stay together.
_WITH_A_HOUSE = ("test_administrator.py", "test_a_day_of_sites.py", "test_face.py")


class StoryByStory(LoadScopeScheduling):
    """To whichever worker is free: no long file is left over at the end, and two stories of the same
    doctor meet in different hospitals, where neither waits for the other's next code.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file.endswith(_WITH_A_HOUSE) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return StoryByStory(config, log)


@pytest.fixture(scope="session")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    found = Hospital(tmp_path_factory.mktemp("house") / "data")
    yield found
    found.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=os.environ.get("XINGLIN_CHROMIUM") or None, args=FLAGS
        )
        yield found
        found.close()


@contextmanager
def cast_in(hospital: Hospital, browser: Browser) -> Iterator[Cast]:
    """The people of one story; what they look at is checked when they have left."""
    watch = Watch(Path(os.environ.get("XINGLIN_SHOTS", ".build/shots")))
    found = Cast(hospital, browser, watch)
    yield found
    found.leave()
    watch.check()


@pytest.fixture
def cast(hospital: Hospital, browser: Browser) -> Iterator[Cast]:
    with cast_in(hospital, browser) as found:
        yield found
