"""The one public port: looked at before anything binds it."""

import errno
import socket
from contextlib import closing

from xinglin.host.places import HostError

DEFAULT = 8000
# Below the range that the system hands out to clients (from 32768).
_TRIES = 100


def choose(wanted: int | None) -> int:
    """`wanted` if it is free; without a wish the first free one from 8000 on.

    Raises:
        HostError: the wanted port is taken, or a hundred are.
    """
    if wanted is not None:
        if not free(wanted):
            raise HostError(f"Port {wanted} is taken by another program; give another --port.")
        return wanted
    for port in range(DEFAULT, DEFAULT + _TRIES):
        if free(port):
            return port
    raise HostError(f"No port between {DEFAULT} and {DEFAULT + _TRIES - 1} is free; give a --port.")


def free(port: int) -> bool:
    """Nobody listens there on any address of this machine that we would use."""
    return all(_bindable(family, host, port) for family, host in _ADDRESSES)


def hosts() -> list[str]:
    """The loopback addresses this machine has, as Caddy writes them."""
    return ["127.0.0.1", *(["[::1]"] if _has_ipv6() else [])]


_ADDRESSES = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


def _bindable(family: socket.AddressFamily, host: str, port: int) -> bool:
    try:
        probe = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        return True  # this machine does not speak the family
    with closing(probe):
        # Allows what a listener of yesterday left waiting, not one that listens now.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
    return True


def _has_ipv6() -> bool:
    try:
        with closing(socket.socket(socket.AF_INET6, socket.SOCK_STREAM)) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
