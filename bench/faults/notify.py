"""The queue of NOTIFY, full: one listener in an open transaction keeps all that was said since."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from bench.faults.scene import Fault, Scene
from bench.faults.waiting import until

_PAGES = 64
_PAYLOAD = "x" * 7000


async def _overflow(scene: Scene) -> float:
    """Messages must go on between two live processes while no NOTIFY can be committed."""
    async with _small_queue(scene), _full_queue(scene):
        full_at = time.monotonic()
        await scene.crowd.all_answered(full_at, 30)
        scene.notes.append(
            f"everybody was answered with the queue full after {time.monotonic() - full_at:.1f} s"
        )
        await _heard_elsewhere(scene)
    return time.monotonic()


async def _heard_elsewhere(scene: Scene) -> None:
    """Not demanded while the queue is full: told in the table."""
    tops = {t.account.consultation: t.account.since for t in scene.crowd.talkers}
    asked_at = time.monotonic()
    try:
        await until(
            lambda: all(
                t.account.since > tops[t.account.consultation] for t in scene.crowd.talkers
            ),
            2 if scene.short else 10,
        )
    except TimeoutError:
        scene.notes.append("the other process heard nothing new while the queue was full")
    else:
        waited = time.monotonic() - asked_at
        scene.notes.append(f"full or not: all had heard something new {waited:.1f} s later")


@asynccontextmanager
async def _small_queue(scene: Scene) -> AsyncIterator[None]:
    """The smallest there is; the server takes it, and gives it up again, at a start."""
    await _restart(scene, f"alter system set max_notify_queue_pages = {_PAGES}")
    try:
        yield
    finally:
        await _restart(scene, "alter system reset max_notify_queue_pages")


async def _restart(scene: Scene, setting: str) -> None:
    """The supervisor takes an orderly end of the server for a death and starts it again."""
    connection = await scene.stage.sql()
    await connection.execute(setting)
    await connection.close()
    old = scene.stage.kill("postgres")
    await scene.stage.back("postgres", old)
    await scene.crowd.all_answered(time.monotonic(), 60)


@asynccontextmanager
async def _full_queue(scene: Scene) -> AsyncIterator[None]:
    listener, filler = await scene.stage.sql(), await scene.stage.sql()
    try:
        await listener.execute("listen xinglin_bench")
        await listener.execute("begin; select 1")
        try:
            for _ in range(_PAGES * 4):
                await filler.execute("select pg_notify('xinglin_bench', $1)", _PAYLOAD + str(_))
            scene.broken.append("the queue of NOTIFY was never full: nothing was tested")
        except asyncpg.PostgresError as error:
            scene.notes.append(f"the server said: {error}")
        yield
    finally:
        await listener.close()
        await filler.close()


FAULTS = [
    Fault(
        "notify-full",
        f"the NOTIFY queue full ({_PAGES} pages), two live processes",
        _overflow,
        two_houses=True,
    ),
]
