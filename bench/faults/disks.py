"""The database's disk: full, or standing still."""

import asyncio
import time
from contextlib import suppress

import asyncpg

from bench.faults import memory
from bench.faults.pourer import Pourer
from bench.faults.scene import Fault, Scene

_BITES_WITHIN_S = 30.0
_LOOK_S = 0.05
_UNANSWERED_S = 1.0
_SEGMENTS = 300
_POURED_MB = 64


async def _full(scene: Scene) -> float:
    """Full until nobody has had an answer for a second, and some seconds more; then space again."""
    assert scene.stage.volume is not None
    scene.stage.volume.fill()
    filled_at = time.monotonic()
    try:
        await _until_silent(scene)
        scene.notes.append(f"nobody was answered any more {time.monotonic() - filled_at:.1f} s on")
        await asyncio.sleep(2 if scene.short else 10)
    finally:
        scene.stage.volume.free()
    return time.monotonic()


async def _until_silent(scene: Scene) -> None:
    until = time.monotonic() + _BITES_WITHIN_S
    while time.monotonic() < until:
        last = max(at + took for t in scene.crowd.talkers for at, took in t.answered)
        if time.monotonic() - last > _UNANSWERED_S:
            return
        await asyncio.sleep(_LOOK_S)
    scene.broken.append("the full disk was never noticed: nothing was tested")


async def _no_log(scene: Scene) -> float:
    """Not one block for the next segment of the log: PostgreSQL itself goes down, again and again."""
    assert scene.stage.volume is not None
    scene.stage.volume.fill()
    try:
        scene.must(await _use_up_log(scene), "PostgreSQL never missed a segment of its log")
        await _until_silent(scene)
        await asyncio.sleep(1 if scene.short else 10)
    finally:
        scene.stage.volume.free()
    return time.monotonic()


async def _use_up_log(scene: Scene) -> bool:
    """True when the server went down of it."""
    with suppress(asyncpg.InterfaceError):
        connection = await scene.stage.sql()
        try:
            for _ in range(_SEGMENTS):
                await connection.execute("select pg_logical_emit_message(true, 'bench', 'x')")
                await connection.execute("select pg_switch_wal()")
        except (asyncpg.PostgresError, OSError) as error:
            scene.notes.append(f"PostgreSQL went down: {type(error).__name__}")
            return True
        finally:
            connection.terminate()
    return False


async def _stalled(scene: Scene) -> float:
    """Beside the talkers one person pours thousands of letters: what waits is bounded, none lost."""
    assert scene.stage.volume is not None
    pourer = await Pourer.seated(scene)
    before = memory.anon_mb(scene.stage.leaders())["live"]
    with scene.stage.volume.frozen():
        frozen_at = time.monotonic()
        await pourer.pour()
        await asyncio.sleep(2 if scene.short else 12)
        early = scene.crowd.answered_between(frozen_at + _UNANSWERED_S, time.monotonic())
        held = memory.anon_mb(scene.stage.leaders())["live"] - before
    thawed_at = time.monotonic()
    scene.must(not early, f"{early} were answered while nothing could be written")
    scene.must(held < _POURED_MB, f"the live process grew by {held:.0f} MB")
    await pourer.all_stored(scene)
    scene.notes.append(
        f"{len(pourer.letters)} letters poured in by one person meanwhile: {pourer.busy} times"
        f" told to come again, +{held:.0f} MB in the live process, stored {time.monotonic() - thawed_at:.1f} s"
        " after the thaw"
    )
    return thawed_at


FAULTS = [
    Fault("disk-full", "no space left for the database", _full, needs_volume=True),
    Fault("log-full", "no space left for PostgreSQL's log (WAL)", _no_log, needs_volume=True),
    Fault("disk-stall", "the database's disk stands still", _stalled, needs_volume=True),
]
