"""coturn as the tests use it: a configuration and ports of its own, on the loopback only, ended by its number."""

import base64
import hashlib
import hmac
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from journeys.hospital import ROOT, eventually, free_port

SECRET = "a-secret-of-the-tests-and-of-nobody-else"
_RELAYED_FROM, _RELAYED_TO = 40_000, 40_199
_END_WITHIN_S = 5


@dataclass(frozen=True)
class Relay:
    """`url`: without the transport."""

    url: str
    log: Path

    @property
    def urls(self) -> list[str]:
        return [f"{self.url}?transport={transport}" for transport in ("udp", "tcp")]

    def told(self, folder: Path) -> dict[str, str]:
        """To a hospital that hands out places at it."""
        secret = folder / "turn.secret"
        secret.write_text(SECRET)
        return {
            "XINGLIN_TURN_URLS": ",".join(self.urls),
            "XINGLIN_TURN_SECRET_FILE": str(secret),
        }

    def servers(self, *, expires_at: float, secret: str = SECRET) -> list[dict[str, Any]]:
        """As the house hands them out, or as somebody forges them."""
        username = f"{int(expires_at)}:0123456789abcdef"
        digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
        credential = base64.b64encode(digest).decode()
        return [{"urls": self.urls, "username": username, "credential": credential}]


def found() -> str | None:
    return shutil.which("turnserver") or shutil.which("turnserver", path="/usr/bin:/usr/sbin")


def own_settings(port: int) -> list[str]:
    return [
        *("listening-ip=127.0.0.1", "relay-ip=127.0.0.1", f"listening-port={port}"),
        *(f"min-port={_RELAYED_FROM}", f"max-port={_RELAYED_TO}"),
        *("use-auth-secret", f"static-auth-secret={SECRET}", "realm=hospital.test"),
        *("fingerprint", "stale-nonce=600", "no-cli", "no-tls", "no-dtls"),
        # Both browsers are on this machine; in production this line must not stand.
        "allow-loopback-peers",
        *("no-multicast-peers", "simple-log", "log-file=stdout", "verbose"),
    ]


def production_settings(port: int) -> list[str]:
    """The file that hospitals are given, with what it leaves to them."""
    text = (ROOT / "deploy" / "coturn" / "turnserver.conf").read_text(encoding="utf-8")
    text = text.replace("static-auth-secret=SECRET", f"static-auth-secret={SECRET}")
    ours = ("listening-port", "tls-listening-port", "alt-tls", "cert", "pkey")
    lines = [line for line in text.splitlines() if not line.startswith(ours)]
    return [*lines, "listening-ip=127.0.0.1", "relay-ip=127.0.0.1", f"listening-port={port}"]


@contextmanager
def coturn(folder: Path, settings: Callable[[int], list[str]] = own_settings) -> Iterator[Relay]:
    """`found` has found it."""
    port, log = free_port(), folder / "coturn.log"
    places = [f"userdb={folder / 'turn.db'}", f"pidfile={folder / 'turn.pid'}"]
    path = folder / "turnserver.conf"
    path.write_text("\n".join([*settings(port), *places]) + "\n")
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(found()), "-c", str(path)],
            stdout=out,
            stderr=out,
            env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        )
    try:
        eventually(lambda: b"auth thread" in log.read_bytes(), "the opening of the relay")
        yield Relay(f"turn:127.0.0.1:{port}", log)
    finally:
        process.terminate()
        process.wait(_END_WITHIN_S)


def asks_for(peer: str, relay: Relay) -> str:
    """What the relay says to a client of good standing that wants to reach this address."""
    port = relay.url.rsplit(":", 1)[1]
    client = ["turnutils_uclient", "-u", "x", "-W", SECRET, "-n", "1", "-p", port]
    done = subprocess.run(
        [*client, "-e", peer, "-r", "9", "127.0.0.1"],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    return done.stdout + done.stderr
