"""Real servers: as root, as an ordinary user, twice on one folder, after a `kill -9`."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from xinglin.host import keys, postgres
from xinglin.host.crew import ROOT
from xinglin.host.places import InUseError
from xinglin.host.postgres import Postgres
from xinglin.host.processes import alive, wait_gone

pytestmark = pytest.mark.slow
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")

Start = Callable[[Path], Postgres]


@pytest.fixture
def start() -> Iterator[Start]:
    """Servers as a hospital has them, stopped at the end."""
    begun: list[Postgres] = []

    def begin(home: Path) -> Postgres:
        begun.append(postgres.start_embedded(home, outlives_us=True))
        return begun[-1]

    yield begin
    for server in begun:
        server.stop()
        if server.process is not None:
            server.process.wait()


def ask(server: Postgres, sql: str) -> object:
    with psycopg.connect(server.dsn) as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return row[0]


def owner_of(server: Postgres) -> str:
    assert server.process is not None
    return pwd.getpwuid(Path(f"/proc/{server.process.pid}").stat().st_uid).pw_name


def test_a_server_speaks_utf8_with_checksums_and_listens_on_no_network(
    data: Path, start: Start
) -> None:
    server = start(data / "postgres")

    assert ask(server, "show server_encoding") == "UTF8"
    assert ask(server, "show data_checksums") == "on"
    assert ask(server, "show listen_addresses") == ""
    assert ask(server, "select upper('é') || length('杏林')") == "É2"
    assert ask(server, "select rolsuper from pg_roles where rolname = current_user") is False


@as_root
def test_roots_server_runs_as_another_user_who_cannot_read_the_secrets(
    data: Path, start: Start
) -> None:
    keys.ensure(data / "secrets.json")
    server = start(data / "postgres")

    assert owner_of(server) == "nobody"
    read = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "cat"]
    tried = subprocess.run([*read, data / "secrets.json"], capture_output=True, check=False)
    assert tried.returncode != 0


@as_root
def test_root_below_a_closed_folder_uses_a_namespace_and_opens_nothing(
    data: Path, start: Start
) -> None:
    closed = data / "closed"
    closed.mkdir(mode=0o700)
    server = start(closed / "postgres")

    assert ask(server, "select 1") == 1
    assert closed.stat().st_mode & 0o777 == 0o700


@as_root
def test_an_ordinary_user_needs_nothing_else(data: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    python = _python_for_others()
    script = (
        "from pathlib import Path; from xinglin.host import postgres\n"
        f"server = postgres.start_embedded(Path({str(data / 'postgres')!r}))\n"
        "print(server.superuser_sql('select 6 * 7')); server.stop()"
    )
    done = subprocess.run(
        ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", python, "-c", script],
        env={"PYTHONPATH": _search_path(), "PATH": os.environ["PATH"]},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("42", "")


def test_a_second_start_on_the_same_folder_names_the_first(data: Path, start: Start) -> None:
    start(data / "postgres")

    with pytest.raises(InUseError, match=str(os.getpid())):
        postgres.start_embedded(data / "postgres")


def test_what_was_committed_survives_a_kill_of_the_postmaster(data: Path, start: Start) -> None:
    server = start(data / "postgres")
    with psycopg.connect(server.dsn) as connection:
        connection.execute("create table kept as select generate_series(1, 1000) as n")
    assert server.process is not None
    server.process.kill()
    assert wait_gone(server.died, 5)

    server.start()

    assert ask(server, "select count(*) from kept") == 1000


def test_a_server_whose_master_was_killed_is_taken_over(data: Path, start: Start) -> None:
    first = start(data / "postgres")
    first.let_go()  # what the end of a process does to its locks
    assert first.process is not None

    second = start(data / "postgres")

    assert first.process.wait(5) == 0
    assert ask(second, "select 1") == 1


def test_an_interrupted_making_leaves_nothing_to_mend(data: Path, start: Start) -> None:
    (data / "postgres" / "db.new" / "base").mkdir(parents=True)

    assert ask(start(data / "postgres"), "select 1") == 1


def test_a_pid_file_that_names_another_program_does_not_keep_it_shut(
    data: Path, start: Start
) -> None:
    server = start(data / "postgres")
    server.stop()
    (data / "postgres" / "db" / "postmaster.pid").write_text(f"{os.getpid()}\n")

    again = start(data / "postgres")

    assert ask(again, "select 1") == 1
    assert alive(os.getpid())


def test_a_long_path_gets_a_short_socket_folder(data: Path, start: Start) -> None:
    deep = data / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    server = start(deep / "postgres")
    assert server.socket is not None
    try:
        assert len(str(server.socket)) < 90
        assert ask(server, "select 1") == 1
    finally:
        server.stop()
        shutil.rmtree(server.socket)


def test_it_ends_with_the_process_that_started_it(data: Path) -> None:
    script = (
        "import signal; from pathlib import Path; from xinglin.host import postgres\n"
        f"server = postgres.start_embedded(Path({str(data / 'postgres')!r}))\n"
        "print(server.process.pid, flush=True); signal.pause()"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout is not None
    with owner:
        pid = int(owner.stdout.readline())
        owner.send_signal(signal.SIGKILL)
    assert wait_gone(lambda: not alive(pid), 10)


def _python_for_others() -> str:
    """The venv's interpreter may lie below a closed home folder; then the system's own does."""
    for candidate in (sys.executable, "/usr/bin/python3"):
        tried = subprocess.run(
            ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", candidate, "-c", ""],
            capture_output=True,
            check=False,
        )
        if tried.returncode == 0:
            return candidate
    pytest.skip("no Python on this machine can be run by another user")


def _search_path() -> str:
    packages = Path(psycopg.__file__).parents[1]
    return os.pathsep.join((str(ROOT), str(packages)))
