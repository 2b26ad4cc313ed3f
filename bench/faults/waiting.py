"""Waiting for a condition of processes that cannot ring a bell."""

import asyncio
from collections.abc import Callable

_LOOK_S = 0.02


async def until(holds: Callable[[], bool], within_s: float | None = None) -> None:
    """Raises TimeoutError."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110  # a process outside, or many talkers: nobody to set an event
            await asyncio.sleep(_LOOK_S)
