"""The data directory: closed to others, held by one, with sockets that fit."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from xinglin.host.crew import ROOT
from xinglin.host.places import InUseError, Places, hold


def test_only_the_way_through_is_open_to_others(tmp_path: Path) -> None:
    places = Places(tmp_path / "hospital")
    places.make()

    assert places.data.stat().st_mode & 0o077 == (0o011 if os.geteuid() == 0 else 0)
    for folder in (places.logs, places.files, places.caddy, places.sockets):
        assert folder.stat().st_mode & 0o077 == 0


def test_a_long_path_gets_a_socket_folder_that_fits(tmp_path: Path) -> None:
    places = Places(tmp_path / ("deep" * 30))
    try:
        places.make()
        assert len(os.fsencode(places.sockets / "dispatcher.poke")) < 104
        assert places.sockets == Places(places.data).sockets
    finally:
        places.sockets.rmdir()


def test_a_directory_in_use_names_its_holder(tmp_path: Path) -> None:
    with hold(tmp_path / "api.lock"), pytest.raises(InUseError, match=str(os.getpid())):
        hold(tmp_path / "api.lock")


def test_a_lock_ends_with_its_process_however_it_ends(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from xinglin.host.places import hold\n"
        "held = hold(Path(sys.argv[1])); os.kill(os.getpid(), signal.SIGKILL)"
    )
    lock = tmp_path / "api.lock"
    subprocess.run(
        [sys.executable, "-c", script, str(lock)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert lock.read_text()
    hold(lock).close()
