"""From page to page (WebRTC), by a relay where there is no other way: nothing of ours carries media."""

import secrets
from datetime import datetime
from uuid import UUID

from django.conf import settings

from xinglin.foundation.calls.rules import GOOD_FOR, relay_credential
from xinglin.foundation.calls.types import IceServer

_NAME_BYTES = 9


def begin(room_id: UUID) -> None:
    """Nothing to start."""
    del room_id


def end(room_id: UUID) -> None:
    """Nothing to stop."""
    del room_id


def ice_servers(*, at: datetime) -> tuple[IceServer, ...]:
    """The relay, under a name that says of nobody who it is."""
    if not settings.TURN_URLS or not settings.TURN_SECRET:
        return ()
    username = f"{int((at + GOOD_FOR).timestamp())}:{secrets.token_urlsafe(_NAME_BYTES)}"
    credential = relay_credential(username, settings.TURN_SECRET)
    return (IceServer(urls=settings.TURN_URLS, username=username, credential=credential),)
