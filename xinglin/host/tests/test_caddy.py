"""The front door's configuration, checked by Caddy itself."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from xinglin.edge.api.front import HELD_BYTES
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


def test_a_browser_asks_each_time_whether_there_is_a_newer_worker(places: Places) -> None:
    text = written(places).read_text()

    assert "header @other Cache-Control no-cache" in text
    assert "@other not path /assets/*" in text
    assert "worker-src 'self';" in text


def test_the_manifest_is_served_as_one(places: Places) -> None:
    assert "header @manifest Content-Type application/manifest+json" in written(places).read_text()


def test_too_large_is_told_before_the_body_comes_and_in_both_languages(places: Places) -> None:
    text = written(places).read_text()

    assert "error @too_large 413" in text
    assert "error @large 413" in text
    told = json.loads((Path(caddy.__file__).parent / "pages" / "too_large.json").read_text("utf-8"))
    assert (told["status"], told["text"].keys()) == (413, {"zh", "en"})


def test_what_the_api_points_to_is_sent_from_below_the_files_only(places: Places) -> None:
    lines = [line.strip() for line in written(places).read_text().splitlines()]

    assert "header_up X-Sendfile-Type X-Accel-Redirect" in lines
    root = lines[lines.index("handle_response @lies {") + 1]
    assert root == f"root {json.dumps(str(places.files))}"


def test_what_the_api_reads_to_its_end_is_what_waits_here_until_it_is_whole(places: Places) -> None:
    """Longer bodies would trickle in on a thread of the api."""
    assert f"request_buffers {HELD_BYTES // 1000}KB" in written(places).read_text()


@pytest.mark.parametrize("what", ["camera", "microphone", "display-capture", "speaker-selection"])
def test_the_pages_of_people_may_see_and_hear_and_no_others(places: Places, what: str) -> None:
    lines = [line.strip() for line in written(places).read_text().splitlines()]
    everywhere, elsewhere = [line for line in lines if line.startswith("Permissions-Policy ")]

    assert f"{what}=(self)" in everywhere
    assert f"{what}=()" in elsewhere
    silent = next(line for line in lines if line.startswith("@silent path "))
    assert {"/api/*", "/files/*", "/admin/*", "/demo/*"} <= set(silent.split())


def test_a_site_has_its_own_pages_and_only_they_print_from_a_frame(places: Places) -> None:
    lines = [line.strip() for line in written(places).read_text().splitlines()]
    counter, elsewhere = [line for line in lines if "script-src 'self';" in line]

    assert "rewrite @site /site.html" in lines
    assert "frame-src blob:" in counter
    assert "object-src blob:" in counter
    assert counter.startswith("header @counter ")
    assert "frame-src" not in elsewhere
    assert "object-src" not in elsewhere
    assert "@elsewhere not path /site /site/* /site.html" in lines


def test_what_a_sites_device_is_told_is_not_written_to_its_disk(places: Places) -> None:
    lines = [line.strip() for line in written(places).read_text().splitlines()]
    start = lines.index("@counter_told {")
    told = next(line for line in lines[start:] if line.startswith("header_regexp Cookie "))
    pattern = told.removeprefix("header_regexp Cookie ").strip("`")

    assert lines[start + 1] == "path /api/* /files/*"
    assert lines[lines.index("header @counter_told {") + 2] == "Cache-Control no-store"
    for name in (settings.DEVICE_COOKIE_NAME, f"__Host-{settings.DEVICE_COOKIE_NAME}"):
        assert re.search(pattern, f"csrf=a; {name}=b")
    assert not re.search(pattern, "csrf=a; session=xinglin_device")
