"""A whole demo hospital of real processes, on a port and a data directory of its own."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

from journeys import totp

ROOT = Path(__file__).resolve().parents[1]
_OPEN_WITHIN_S = 180.0
_CODES_A_MINUTE, _MINUTE_S = 3, 62.0
_TYPED_WITHIN_S = 15.0
_TRIES_BELOW_CLIENT_PORTS = range(18_000, 32_000, 37)
T = TypeVar("T")


def eventually(ask: Callable[[], T | None], what: str, seconds: float = 20.0) -> T:
    """The first answer that is not empty; fails by name when none comes in time."""
    until = time.monotonic() + seconds
    while True:
        found = ask()
        if found:
            return found
        assert time.monotonic() < until, f"{what} did not happen within {seconds:.0f} s"
        time.sleep(0.05)


def free_port() -> int:
    """Below the range that the system hands out to clients; it is bound only later, so that two who
    look at once must not find the same.
    """
    tries = random.SystemRandom().sample(_TRIES_BELOW_CLIENT_PORTS, len(_TRIES_BELOW_CLIENT_PORTS))
    for port in tries:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


class Hospital:
    """Started by the very command a newcomer types, without its set-up."""

    # Cookies of the administrator who takes people on for the stories.
    office: list[Any]

    def __init__(
        self,
        data: Path,
        *,
        environment: dict[str, str] | None = None,
        command: str = "demo",
        words: tuple[str, ...] = (),
    ) -> None:
        """`command`: `demo`, or `up` for an empty one; `words`: more of the command line."""
        self.data = data
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self._used_steps: dict[str, set[int]] = {}
        self._asked_at: dict[str, list[float]] = {}
        self._more_people: list[dict[str, Any]] = []
        self.office: list[Any] = []
        outside = {
            k: v for k, v in os.environ.items() if not k.startswith(("XINGLIN_", "DATABASE"))
        }
        self.terminal_log = data.parent / f"{data.name}.terminal.log"
        with self.terminal_log.open("w") as terminal:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "xinglin", command, "--no-browser", "--locale", "en"),
                    *("--data", str(data), "--port", str(self.port), *words),
                ],
                cwd=ROOT,
                env={**outside, "PYTHONPATH": str(ROOT), **(environment or {})},
                stdout=terminal,
                stderr=subprocess.STDOUT,
            )
        try:
            eventually(self._is_open, "the opening of the hospital", _OPEN_WITHIN_S)
        except AssertionError as error:
            self.process.terminate()
            raise AssertionError(f"{error}\n{self.terminal}") from None

    def _is_open(self) -> bool:
        assert self.process.poll() is None, f"the hospital ended:\n{self.terminal}"
        return "Ctrl-C" in self.terminal

    @property
    def terminal(self) -> str:
        return self.terminal_log.read_text(encoding="utf-8")

    def get(self, path: str) -> tuple[int, Any]:
        door = http.client.HTTPConnection("localhost", self.port, timeout=10)
        try:
            door.request("GET", path)
            answer = door.getresponse()
            body = answer.read()
        finally:
            door.close()
        is_json = "json" in (answer.headers.get("Content-Type") or "")
        return answer.status, json.loads(body) if is_json else body.decode(errors="replace")

    def people(self) -> list[dict[str, Any]]:
        """As the seeder wrote them: with passwords and TOTP secrets."""
        found: list[dict[str, Any]] = json.loads((self.data / "demo_people.json").read_text())[
            "people"
        ]
        return found

    def add_person(self, person: dict[str, Any]) -> None:
        """Somebody whom a story has brought in."""
        self._more_people.append(person)

    def person(self, username: str) -> dict[str, Any]:
        everybody = (*self._more_people, *self.people())
        return next(p for p in everybody if p.get("username") == username)

    def authenticator(self, username: str) -> str:
        """Six digits that were not used yet, good for a while: each works once."""
        step = eventually(lambda: self._unused_step(username), "the next code", 60)
        self._used_steps.setdefault(username, set()).add(step)
        return totp.code(self.person(username)["totp_secret"], step=step)

    def _unused_step(self, username: str) -> int | None:
        """This one's or a neighbour's, as the house takes them; that of the step before runs out with
        this step, and has to be typed until then.
        """
        now, used = totp.step_now(), self._used_steps.get(username, set())
        steps = (now, now + 1, now - 1) if totp.seconds_left() > _TYPED_WITHIN_S else (now, now + 1)
        return next((step for step in steps if step not in used), None)

    def may_ask_for_a_code(self, phone: str) -> None:
        """Three a minute for each phone: the next story's patient may have to wait."""
        asked = self._asked_at.setdefault(phone, [])
        eventually(
            lambda: sum(time.monotonic() - at < _MINUTE_S for at in asked) < _CODES_A_MINUTE,
            "another code",
            _MINUTE_S + 5,
        )
        asked.append(time.monotonic())

    def codes_of(self, phone: str) -> list[str]:
        """What the demo inbox shows for this phone, the newest first."""
        _, inbox = self.get("/api/v1/demo/inbox")
        return [m["code"] for m in inbox["items"] if phone in m["to"] and m["code"]]

    def code_for(self, phone: str, *, after: Collection[str]) -> str:
        """The newest code of this phone, once it is none of `after`."""

        def newest() -> str | None:
            codes = self.codes_of(phone)
            return codes[0] if codes and codes[0] not in after else None

        return eventually(newest, f"a code for {phone}")

    def kill(self, name: str) -> None:
        """-9, as the kernel does when memory is short; the supervisor starts it again."""
        state = json.loads((self.data / "hospital.processes.json").read_text())
        pid = next(entry["pid"] for entry in state if entry["name"] == name)
        os.killpg(pid, signal.SIGKILL)

    def is_ready(self) -> bool:
        try:
            return self.get("/readyz")[0] == http.HTTPStatus.OK
        except OSError:
            return False

    def logs_with(self, words: list[str]) -> dict[str, list[str]]:
        """Log file -> those of `words` that stand in it."""
        files = [*self.data.rglob("*.log"), self.terminal_log]
        texts = {f.name: f.read_text(encoding="utf-8", errors="replace") for f in files}
        return {
            name: found
            for name, text in texts.items()
            if (found := [word for word in words if word in text])
        }

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(40) == 0, self.terminal
