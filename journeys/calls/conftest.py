"""What a call needs besides a hospital: browsers with faces, a relay, a weak line."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from journeys.calls import relay as relays
from journeys.calls.browsers import Browsers
from journeys.calls.lines import Line, NoNamespaces, weak_line
from journeys.calls.people import CallCast, CallHospital
from journeys.calls.relay import Relay
from journeys.watch import Watch


@pytest.fixture(scope="session")
def browsers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsers]:
    with sync_playwright() as playwright:
        found = Browsers(playwright, tmp_path_factory.mktemp("faces"))
        yield found
        found.close()


@pytest.fixture(scope="session")
def maybe_relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay | None]:
    """A hospital that is open knows it; without coturn there is none."""
    if relays.found() is None:
        yield None
        return
    with relays.coturn(tmp_path_factory.mktemp("relay")) as found:
        yield found


@pytest.fixture
def relay(maybe_relay: Relay | None) -> Relay:
    if maybe_relay is None:
        pytest.skip("coturn is not installed (package coturn): no relay")
    return maybe_relay


@pytest.fixture(scope="session")
def hospital(
    tmp_path_factory: pytest.TempPathFactory, maybe_relay: Relay | None
) -> Iterator[CallHospital]:
    found = CallHospital(tmp_path_factory.mktemp("house") / "data", maybe_relay)
    yield found
    found.stop()


@pytest.fixture
def cast(hospital: CallHospital, browsers: Browsers) -> Iterator[CallCast]:
    """What they looked at is checked when they have left."""
    watch = Watch(Path(os.environ.get("XINGLIN_SHOTS", ".build/shots")))
    found = CallCast(hospital, browsers, watch)
    yield found
    found.leave()
    watch.check()


@pytest.fixture
def line(hospital: CallHospital, cast: CallCast, tmp_path: Path) -> Iterator[Line]:
    """Good at first. The people of the story live at its ends."""
    try:
        with weak_line(tmp_path, hospital.port) as found:
            cast.live_at(found)
            yield found
    except NoNamespaces as why:
        pytest.skip(f"no weak line: {why}")
