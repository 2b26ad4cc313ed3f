"""A pytest plugin: gives every test run a database before Django's settings load.

It is a plugin (`-p xinglin.host.testing` in pyproject.toml) and not a conftest, because
pytest-django loads the settings before any conftest. All runs on a machine share one throw-away
server; each takes a slot, so that two runs at once have databases of their own. The last run to
leave stops the server; after a crash the next run takes it over.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from xinglin.host import keys, postgres
from xinglin.host.places import HostError, InUseError, hold

_ROOT = Path(__file__).resolve().parents[2]
_SLOTS = 32
_SETTINGS = {**postgres.SETTINGS, **postgres.THROWAWAY, "max_connections": "200"}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    try:
        _prepare(early_config)
    except HostError as error:
        raise pytest.UsageError(str(error)) from error
    yield


def pytest_configure() -> None:
    """The hasher of the house, at next to no cost: one password takes it 0.2 s of a processor, and most
    tests take somebody on. Processes that a test starts have the real one.
    """
    from django.contrib.auth import hashers

    scrypt: Any = vars(hashers)["ScryptPasswordHasher"]  # not in Django's stubs
    scrypt.work_factor = 2**4


def _prepare(config: pytest.Config) -> None:
    """Set the environment that `xinglin.config.settings` reads; workers of xdist inherit it."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    run = Path(tempfile.mkdtemp(prefix="xl-"))
    config.add_cleanup(lambda: shutil.rmtree(run, ignore_errors=True))
    if "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = _shared_server(config, _ROOT / ".build" / "test-pg")
    keys.ensure(run / "secrets.json")
    (run / "sockets").mkdir()
    os.environ |= {
        "XINGLIN_DATA": str(run),
        "XINGLIN_SECRETS": str(run / "secrets.json"),
        "XINGLIN_SOCKETS": str(run / "sockets"),
    }
    os.environ.setdefault("XINGLIN_ORIGIN", "http://localhost:8000")
    os.environ.setdefault("XINGLIN_DEMO", "1")
    os.environ.setdefault("XINGLIN_LOCALE", "zh")


def _shared_server(config: pytest.Config, home: Path) -> str:
    """Start or join the server; the name of the test database is this run's own."""
    home.parent.mkdir(exist_ok=True)
    with _alone(home):
        slot, held = _take_slot(home)
        try:
            server = postgres.attach(home) or postgres.start_embedded(
                home, settings=_SETTINGS, outlives_us=True
            )
            server.superuser_sql(f"alter role {postgres.ROLE} createdb")
            server.let_go()
        except BaseException:
            held.close()
            raise
    config.add_cleanup(lambda: _leave(home, held))
    os.environ.setdefault("XINGLIN_TEST_DB", f"test_slot{slot}")
    return server.dsn


def _leave(home: Path, held: IO[str]) -> None:
    with _alone(home):
        held.close()
        try:
            free = [hold(path) for path in home.parent.glob(f"{home.name}.slot*")]
        except InUseError:
            return
        if server := postgres.attach(home):
            server.stop()
        for file in free:
            file.close()


def _take_slot(home: Path) -> tuple[int, IO[str]]:
    for number in range(_SLOTS):
        try:
            return number, hold(home.with_name(f"{home.name}.slot{number}"))
        except InUseError:
            continue
    raise HostError(f"{_SLOTS} test runs are under way already.")


@contextmanager
def _alone(home: Path) -> Generator[None, None, None]:
    """One run at a time looks at the server, starts it or stops it."""
    with home.with_name(f"{home.name}.door").open("a") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield
