"""A weak line between two network namespaces: two TUN devices, and one process that carries packets.

    python -m journeys.calls.link CONTROL NAMESPACE ADDRESS NAMESPACE ADDRESS

CONTROL is a JSON file, read again whenever it changes: delay_ms and jitter_ms each way, loss in
percent, kbit a second each way (0: unlimited), down. Nothing that is not the standard library, for
it runs for as long as a test and must not be slow itself.
"""

import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import struct
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_TUNSETIFF = 0x400454CA
_IFF_TUN, _IFF_NO_PI = 0x0001, 0x1000
_CLONE_NEWNET = 0x40000000
# No name that begins with "tun": Chromium takes such a device for no line at all.
_DEVICE = "line0"
_MTU = 1400
# What waits longer for its turn than this is dropped, as a modem of little memory does.
_LONGEST_QUEUE_S = 0.6
_LOOK_EVERY_S = 0.05
NAMESPACES = Path("/run/netns")
_libc = ctypes.CDLL(None, use_errno=True)


def enter(namespace: Path) -> None:
    """From here on what this process opens is of that network namespace."""
    with namespace.open() as found:
        if _libc.setns(found.fileno(), _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"cannot enter {namespace}")


def device(namespace: str, address: str) -> int:
    enter(NAMESPACES / namespace)
    line = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    asked = struct.pack("16sH22s", _DEVICE.encode(), _IFF_TUN | _IFF_NO_PI, b"")
    fcntl.ioctl(line, _TUNSETIFF, asked)
    for words in (
        ("addr", "add", f"{address}/24", "dev", _DEVICE),
        ("link", "set", _DEVICE, "mtu", str(_MTU), "up"),
    ):
        subprocess.run(["ip", *words], check=True)
    return line


@dataclass
class Way:
    """One direction. `waiting`: (when it goes out, number, packet)."""

    source: int
    target: int
    free_at: float = 0.0
    sent: int = 0
    waiting: list[tuple[float, int, bytes]] = field(default_factory=list)

    def take(self, rules: dict[str, Any], chance: random.Random) -> None:
        while True:
            try:
                packet = os.read(self.source, 65_536)
            except BlockingIOError:
                return
            now = time.monotonic()
            rate = rules.get("kbit", 0) * 1000
            begins = max(now, self.free_at)
            lost = chance.random() * 100 < rules.get("loss", 0)
            if rules.get("down") or lost or begins - now > _LONGEST_QUEUE_S:
                continue
            self.free_at = begins + (len(packet) * 8 / rate if rate else 0)
            late = rules.get("delay_ms", 0) + chance.uniform(0, rules.get("jitter_ms", 0))
            self.sent += 1
            heapq.heappush(self.waiting, (self.free_at + late / 1000, self.sent, packet))

    def give(self) -> None:
        now = time.monotonic()
        while self.waiting and self.waiting[0][0] <= now:
            packet = heapq.heappop(self.waiting)[2]
            try:
                os.write(self.target, packet)
            except OSError:
                continue  # The device is full, or going: a packet lost more.

    def due_in(self) -> float:
        return max(0.0, self.waiting[0][0] - time.monotonic()) if self.waiting else _LOOK_EVERY_S


def carry(control: Path, one: int, other: int) -> None:
    ways = (Way(one, other), Way(other, one))
    chance = random.Random(5)
    rules: dict[str, Any] = {}
    changed, looked = -1, 0.0
    while True:
        if time.monotonic() - looked > _LOOK_EVERY_S:
            looked, stamp = time.monotonic(), control.stat().st_mtime_ns
            if stamp != changed:
                changed, rules = stamp, json.loads(control.read_text())
        select.select([one, other], [], [], min(_LOOK_EVERY_S, *(way.due_in() for way in ways)))
        for way in ways:
            way.take(rules, chance)
            way.give()


def main(control: str, *ends: str) -> None:
    lines = [device(*ends[:2]), device(*ends[2:])]
    print("carrying", flush=True)
    carry(Path(control), *lines)


if __name__ == "__main__":
    main(*sys.argv[1:])
