"""Who carries SMS and mail: a folder of gateways, each a module with `deliver(message: Message)`.

`deliver` returns when the notice is on its way, and raises `types.UndeliveredError` when it is not.
Called again with the same `message.id` it must not send a second time, or must hand the id on to
the vendor as the key that makes it once.
Adding one is adding a file; `settings.NOTICE_GATEWAYS` says which carries SMS and which mail.
"""

from collections.abc import Callable
from typing import Protocol

from xinglin.foundation.notices.types import Message
from xinglin.foundation.vendors.services import gateways_in


class Gateway(Protocol):
    """What a module of this folder offers."""

    def deliver(self, message: Message) -> None: ...


known_gateways: Callable[[], dict[str, Gateway]] = gateways_in(__name__, __path__)


def gateway(name: str) -> Gateway:
    return known_gateways()[name]
