"""A supervisor with small children of our own: what dies comes back, what is stopped is gone."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from xinglin.host.crew import ROOT
from xinglin.host.processes import alive, wait_gone

pytestmark = pytest.mark.slow

# Two children: one writes its pid, the other has a child of its own that ignores SIGTERM.
_PROGRAM = """
    import sys
    from pathlib import Path
    from xinglin.host.crew import Member
    from xinglin.host.places import Places
    from xinglin.host.supervisor import Supervisor, clear_leftovers
    data = Path(sys.argv[1])
    places = Places(data)
    places.make()
    clear_leftovers(places, "test")
    supervisor = Supervisor(places, "test", lambda text: print(text, flush=True))
    supervisor.listen()
    write = 'echo $$ > "$XINGLIN_DATA/{name}.pid.new"; mv "$XINGLIN_DATA/{name}.pid.new" "$XINGLIN_DATA/{name}.pid"; '
    plain = write.format(name="plain") + "exec sleep 1000"
    stubborn = "trap '' TERM; " + write.format(name="stubborn") + "while :; do sleep 1000; done"
    parent = "sh -c '" + stubborn.replace("'", "'\\\\''") + "' & " + write.format(name="parent") + "wait"
    supervisor.employ(
        [Member("plain", ["sh", "-c", plain]), Member("parent", ["sh", "-c", parent])],
        {"XINGLIN_DATA": str(data), "PATH": __import__("os").environ["PATH"]},
    )
    print("up", flush=True)
    try:
        supervisor.tend()
    finally:
        supervisor.stop()
"""


class House:
    """A running supervisor and the pids of its children."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(_PROGRAM), str(data)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )

    def pid(self, name: str, other_than: int = 0) -> int:
        """Wait for the child's own word."""
        file = self.data / f"{name}.pid"
        assert wait_gone(lambda: file.exists() and int(file.read_text()) != other_than, 60)
        return int(file.read_text())

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        with self.process:
            return self.process.wait(60)


@pytest.fixture
def house(data: Path) -> Iterator[House]:
    started = House(data)
    yield started
    if started.process.poll() is None:
        started.end(signal.SIGTERM)


def test_a_killed_child_is_started_again(house: House) -> None:
    first = house.pid("plain")

    os.kill(first, signal.SIGKILL)

    second = house.pid("plain", other_than=first)
    assert alive(second)
    assert not alive(first)


def test_what_a_dead_child_has_left_of_its_group_is_ended(house: House) -> None:
    parent, stubborn = house.pid("parent"), house.pid("stubborn")

    os.kill(parent, signal.SIGKILL)

    assert house.pid("parent", other_than=parent)
    assert not alive(stubborn)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_no_process_behind(house: House, number: signal.Signals) -> None:
    pids = [house.pid(name) for name in ("plain", "parent", "stubborn")]

    assert house.end(number) == 0

    assert not any(map(alive, pids))


def test_children_end_with_a_killed_supervisor_and_the_next_start_clears_the_rest(
    house: House, data: Path
) -> None:
    plain, parent, stubborn = (house.pid(name) for name in ("plain", "parent", "stubborn"))

    house.end(signal.SIGKILL)

    assert wait_gone(lambda: not alive(plain) and not alive(parent), 30)
    assert alive(stubborn)  # nobody told the grandchild; it would go on for ever
    next_one = House(data)
    try:
        assert next_one.pid("stubborn", other_than=stubborn)
        assert not alive(stubborn)
    finally:
        next_one.end(signal.SIGTERM)
