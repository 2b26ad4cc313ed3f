"""Who carries SMS and mail: a folder of gateways, each a module with `deliver(message: Message)`.

`deliver` returns when the notice is on its way, and raises `types.UndeliveredError` when it is not.
Called again with the same `message.id` it must not send a second time, or must hand the id on to
the vendor as the key that makes it once.
Adding one is adding a file; `settings.NOTICE_GATEWAYS` says which carries SMS and which mail.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from xinglin.foundation.notices.types import Message


class Gateway(Protocol):
    """What a module of this folder offers."""

    def deliver(self, message: Message) -> None: ...


@cache
def known_gateways() -> dict[str, Gateway]:
    """Name -> gateway, of all in the folder."""
    return {
        found.name: cast("Gateway", import_module(f"{__name__}.{found.name}"))
        for found in iter_modules(__path__)
    }


def gateway(name: str) -> Gateway:
    return known_gateways()[name]
