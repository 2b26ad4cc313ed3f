"""Processes that end without a word."""

import time

from bench.faults.scene import Fault, Scene

_ANSWERED_WITHIN_S = 60.0


async def _calm(_scene: Scene) -> float:
    """Nothing happens: what the others are compared with."""
    return time.monotonic()


def _kill(name: str) -> Fault:
    async def act(scene: Scene) -> float:
        for _ in range(1 if scene.short else 3):
            hurt_at = time.monotonic()
            await scene.stage.back(name, scene.stage.kill(name))
            scene.notes.append(f"another {name} after {time.monotonic() - hurt_at:.1f} s")
            await scene.crowd.all_answered(hurt_at, _ANSWERED_WITHIN_S)
        return hurt_at

    return Fault(f"kill-{name}", f"kill -9 of {name}", act)


async def _kill_backend(scene: Scene) -> float:
    """PostgreSQL then ends all its other back ends too, and replays its log."""
    connection = await scene.stage.sql()
    pid = await connection.fetchval(
        "select pid from pg_stat_activity where application_name = 'live' limit 1"
    )
    await connection.close()
    hurt_at = time.monotonic()
    scene.stage.kill_pid(pid)
    return hurt_at


FAULTS = [
    Fault("calm", "nothing: to compare with", _calm),
    _kill("live"),
    _kill("api"),
    _kill("worker"),
    _kill("dispatcher"),
    _kill("caddy"),
    _kill("postgres"),
    Fault("kill-backend", "kill -9 of one of PostgreSQL's back ends", _kill_backend),
]
