"""The public port is looked at before anything binds it."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from itertools import count

import pytest

from xinglin.host import ports
from xinglin.host.places import HostError


@pytest.fixture
def taken() -> Iterator[int]:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_that_somebody_listens_on_is_refused_by_name(taken: int) -> None:
    with pytest.raises(HostError, match=str(taken)):
        ports.choose(taken)


def test_a_free_port_is_taken_as_wished(taken: int) -> None:
    # Below those that the system lends to any connection: of them another one may be gone in a moment.
    port = next(filter(ports.free, count(20_000 + os.getpid() % 10_000)))
    assert port != taken
    assert ports.choose(port) == port


def test_without_a_wish_the_first_free_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        first = listener.getsockname()[1]
        monkeypatch.setattr(ports, "DEFAULT", first)

        chosen = ports.choose(None)

    assert first < chosen < first + 100


def test_a_port_taken_only_by_ipv6_is_not_free() -> None:
    if "[::1]" not in ports.hosts():
        pytest.skip("this machine has no IPv6 loopback")
    with closing(socket.socket(socket.AF_INET6)) as listener:
        listener.bind(("::1", 0))
        listener.listen()
        assert not ports.free(listener.getsockname()[1])
