"""Comparing a live picture by the gateway that the hospital has chosen."""

import threading
from collections.abc import Callable
from typing import Final, Protocol

import structlog
from django.conf import settings

from xinglin.foundation.faces import gateways
from xinglin.foundation.faces.types import Comparison, NotComparedError, Shown
from xinglin.foundation.vendors.services import gateways_in

NO_GATEWAY: Final = "null"
# As many as a process has under way at one time: each holds a thread and a connection of the database,
# and a vendor that hangs must not hold them all.
_AT_ONCE = 2
_places = threading.BoundedSemaphore(_AT_ONCE)
log = structlog.get_logger("faces")


class Gateway(Protocol):
    """What a module in `gateways` offers; see there."""

    def compare(self, shown: Shown) -> Comparison: ...


known_gateways: Callable[[], dict[str, Gateway]] = gateways_in(gateways.__name__, gateways.__path__)


def is_chosen() -> bool:
    """Whether the hospital has chosen a vendor that we know; whether that one answers is another question."""
    return settings.FACE_GATEWAY != NO_GATEWAY and settings.FACE_GATEWAY in known_gateways()


def compare(shown: Shown) -> Comparison | None:
    """None: there is no answer, whatever the reason; the log has its code.

    It may take `settings.FACE_SECONDS`: the caller holds no lock that others wait for.
    """
    if not _places.acquire(blocking=False):
        _left(shown, "too_many_at_once")
        return None
    try:
        return known_gateways()[settings.FACE_GATEWAY].compare(shown)
    except NotComparedError as error:
        _left(shown, error.reason)
    except Exception as error:  # noqa: BLE001  # whatever a vendor's client raises, the code is left
        _left(shown, type(error).__name__)
    finally:
        _places.release()
    return None


def _left(shown: Shown, reason: str) -> None:
    log.warning("face not compared", id=str(shown.id), gateway=settings.FACE_GATEWAY, reason=reason)
