"""Two places with nothing but a weak line between them: network namespaces, made and taken away by one fixture."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from journeys.hospital import ROOT

HOUSE, FAR = "10.77.0.1", "10.77.0.2"
_END_WITHIN_S = 5


class NoNamespaces(Exception):
    """Says why there can be none here."""


@dataclass(frozen=True)
class Line:
    """`near`: the namespace of whoever has the hospital at hand; `far`: behind the weak line."""

    near: str
    far: str
    control: Path

    def set(self, **rules: Any) -> None:
        """All of them; what is not named is as on a good line."""
        new = self.control.with_suffix(".new")
        new.write_text(json.dumps(rules))
        new.replace(self.control)

    def wrapper(self, namespace: str, executable: str) -> Path:
        """A browser that lives there."""
        path = self.control.parent / f"chromium-{namespace}"
        path.write_text(f'#!/bin/sh\nexec ip netns exec {namespace} {executable} "$@"\n')
        path.chmod(0o755)
        return path


@contextmanager
def weak_line(folder: Path, port: int) -> Iterator[Line]:
    """`port`: of the hospital, which the near one reaches at localhost, the far one at `HOUSE`.

    Raises:
        NoNamespaces: not root, or the machine has none, or no TUN devices.
    """
    if os.geteuid() != 0:
        raise NoNamespaces("network namespaces need root")
    if not Path("/dev/net/tun").exists():
        raise NoNamespaces("this machine has no /dev/net/tun")
    line = Line(f"near{os.getpid()}", f"far{os.getpid()}", folder / "line.json")
    line.set()
    with ExitStack() as stack:
        for namespace in (line.near, line.far):
            stack.enter_context(_namespace(namespace))
        stack.enter_context(
            _running("link", str(line.control), line.near, HOUSE, line.far, FAR, says="carrying")
        )
        inside = (line.near, "127.0.0.1", line.near, HOUSE)
        stack.enter_context(_running("door", str(port), *inside, says="open"))
        yield line


@contextmanager
def _namespace(name: str) -> Iterator[None]:
    try:
        made = subprocess.run(
            ["ip", "netns", "add", name], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise NoNamespaces("there is no command ip (package iproute2)") from None
    if made.returncode:
        raise NoNamespaces(f"no network namespace can be made: {made.stderr.strip()}")
    try:
        only_v4 = "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; ip link set lo up"
        subprocess.run(["ip", "netns", "exec", name, "sh", "-c", only_v4], check=True)
        yield
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False)


@contextmanager
def _running(module: str, *words: str, says: str) -> Iterator[None]:
    """Until it has said that it is ready; ended by its own number."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"journeys.calls.{module}", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        assert said == says, f"{module} did not begin: {said!r}"
        yield
    finally:
        process.terminate()
        process.wait(_END_WITHIN_S)
        if process.stdout is not None:
            process.stdout.close()
