"""For a house with one live process: there is nobody to tell."""

import asyncio
from collections.abc import Callable

from xinglin.edge.live.bus import Note


class NullBus:
    def publish(self, note: Note) -> None:
        pass

    async def subscribe(
        self,
        on_note: Callable[[Note], None],  # noqa: ARG002  # the interface's
        on_back: Callable[[], None],
    ) -> None:
        on_back()
        await asyncio.Event().wait()

    async def close(self) -> None:
        pass
