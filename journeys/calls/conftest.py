"""What a call needs besides a hospital: browsers with faces, a relay, a weak line."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import sync_playwright

from journeys.calls import relay as relays
from journeys.calls.browsers import Browsers
from journeys.calls.relay import Relay


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
