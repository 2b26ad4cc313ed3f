"""Which processes make a hospital, and the words each is started with."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from xinglin.host import caddy, ports
from xinglin.host.places import HostError, Places

ROOT = Path(__file__).resolve().parents[2]
# In the order of their start; postgres is started before all of them.
NAMES = ("api", "live", "worker", "dispatcher", "caddy")
POSTGRES = "postgres"
# Simulated visits a minute in a demo with bustle: when nothing is said, and at most.
BUSTLE, MOST_BUSTLE = 8, 20
BUSTLE_PEOPLE = "bustle_people.json"
# One process keeps a core busy; more than a few share what PostgreSQL leaves.
API_WORKERS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True)
class Member:
    """One supervised process. `sockets` it binds itself; a stale one is removed before."""

    name: str
    command: list[str]
    env: Mapping[str, str] = field(default_factory=dict)
    sockets: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Opening:
    """How a hospital is opened: what the person said on the command line, settled."""

    places: Places
    port: int
    locale: str
    demo: bool
    dsn: str
    api_workers: int = API_WORKERS
    bustle: int = 0

    @property
    def origin(self) -> str:
        """The name, not the number: passkeys refuse addresses."""
        return os.environ.get("XINGLIN_ORIGIN") or f"http://localhost:{self.port}"


def environment(opening: Opening) -> dict[str, str]:
    """What every process of ours reads; `xinglin/config/settings.py` is the reader."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "xinglin.config.settings",
        "DATABASE_URL": opening.dsn,
        "XINGLIN_DATA": str(opening.places.data),
        "XINGLIN_SOCKETS": str(opening.places.sockets),
        "XINGLIN_SECRETS": str(opening.places.secrets),
        "XINGLIN_ORIGIN": opening.origin,
        "XINGLIN_DEMO": "1" if opening.demo else "0",
        "XINGLIN_BUSTLE": str(opening.bustle),
        "XINGLIN_LOCALE": opening.locale,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        # One arena for each thread would keep tens of megabytes of freed memory.
        "MALLOC_ARENA_MAX": "2",
    }


def crew(opening: Opening, names: tuple[str, ...] = NAMES) -> list[Member]:
    """Raises HostError for a name that is nobody's."""
    makers: dict[str, Callable[[Opening], Member]] = {
        "api": _api,
        "live": _live,
        "worker": lambda opening: _plain("worker", opening),
        "dispatcher": lambda opening: _plain("dispatcher", opening),
        "caddy": _caddy,
    }
    if unknown := set(names) - set(makers):
        raise HostError(f"No process is called {', '.join(sorted(unknown))}: {', '.join(NAMES)}.")
    found = [makers[name](opening) for name in NAMES if name in names]
    return [*found, _bustle(opening)] if opening.bustle and names == NAMES else found


def _api(opening: Opening) -> Member:
    socket = opening.places.sockets / "api.sock"
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--uds", str(socket)),
        *("--workers", str(opening.api_workers), "--blocking-threads", "2"),
        *("--no-ws", "--log-level", "warning", "--workers-kill-timeout", "5"),
        "xinglin.config.wsgi:application",
    ]
    return Member("api", command, sockets=(socket,))


# Only the api shows it (config/settings.py).
NO_BACK_OFFICE = {"XINGLIN_BACK_OFFICE": "0"}
# Python's own allocator keeps a megabyte for one object left in it: of the memory of 4,000 lines
# that had gone half stayed; of the system's, trimmed, a sixth.
LIVE_ENVIRONMENT = {"PYTHONMALLOC": "malloc", **NO_BACK_OFFICE}


def _live(opening: Opening) -> Member:
    """Behind Caddy: one socket for the lines, one for the message that comes by HTTP."""
    lines = opening.places.sockets / "live.sock"
    posts = opening.places.sockets / "live-http.sock"
    command = [
        *(sys.executable, "-m", "xinglin.edge.live"),
        *("--lines", str(lines), "--posts", str(posts)),
    ]
    return Member("live", command, env=LIVE_ENVIRONMENT, sockets=(lines, posts))


def _plain(name: str, opening: Opening) -> Member:
    socket = opening.places.sockets / f"{name}.poke"
    command = [sys.executable, "-m", "xinglin", name]
    return Member(name, command, env=NO_BACK_OFFICE, sockets=(socket,))


def _bustle(opening: Opening) -> Member:
    """By the public door, as anybody."""
    command = [
        *(sys.executable, "-m", "xinglin", "bustle", "--url", f"http://localhost:{opening.port}"),
        *("--people", str(opening.places.data / BUSTLE_PEOPLE)),
        *("--per-minute", str(opening.bustle)),
    ]
    return Member("bustle", command)


def _caddy(opening: Opening) -> Member:
    caddyfile = caddy.write(
        opening.places, port=opening.port, hosts=ports.hosts(), origin=opening.origin
    )
    return Member("caddy", caddy.command(caddyfile), env=caddy.environment(opening.places))
