"""Telling people something, their devices and choices, and sending codes to addresses."""

from xinglin.foundation.notices.services.choosing import choose
from xinglin.foundation.notices.services.devices import (
    add_device,
    forget_device,
    forget_endpoint,
    forget_session,
)
from xinglin.foundation.notices.services.forgetting import forget, prune
from xinglin.foundation.notices.services.reading import mark_read
from xinglin.foundation.notices.services.sending import NOTICE, send
from xinglin.foundation.notices.services.telling import tell

__all__ = [
    "NOTICE",
    "add_device",
    "choose",
    "forget",
    "forget_device",
    "forget_endpoint",
    "forget_session",
    "mark_read",
    "prune",
    "send",
    "tell",
]
