"""The front door's configuration, checked by Caddy itself."""

import subprocess
from pathlib import Path

import pytest

from xinglin.host import caddy
from xinglin.host.places import HostError, Places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = Places(tmp_path / 'a "quoted" hospital')
    made.make()
    return made


def written(places: Places) -> Path:
    return caddy.write(
        places, port=8123, hosts=["127.0.0.1", "[::1]"], origin="http://localhost:8123"
    )


def test_caddy_understands_what_we_write(places: Places) -> None:
    binary = caddy.command(written(places))[0]
    done = subprocess.run(
        [binary, "adapt", "--validate", "--adapter", "caddyfile", "--config", written(places)],
        env={"PATH": "", **caddy.environment(places)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_no_script_of_another_host_may_run(places: Places) -> None:
    text = written(places).read_text()

    assert "script-src 'self';" in text
    assert "default-src 'none';" in text
    assert "http://" not in text.replace("http://localhost:8123", "")


def test_it_listens_on_this_machine_only_and_has_no_back_door(places: Places) -> None:
    lines = [line.strip() for line in written(places).read_text().splitlines()]

    assert "bind 127.0.0.1 [::1]" in lines
    assert "admin off" in lines


def test_a_path_that_would_break_the_file_is_refused(tmp_path: Path) -> None:
    broken = Places(tmp_path / "two\nlines")
    broken.make()
    with pytest.raises(HostError):
        written(broken)
