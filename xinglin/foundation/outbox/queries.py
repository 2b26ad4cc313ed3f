"""What can be asked of the outbox."""

from datetime import datetime

from xinglin.foundation.outbox.models import Heartbeat


def heartbeats() -> dict[str, datetime]:
    """Process name -> when it last said that it lives."""
    return dict(Heartbeat.objects.values_list("name", "at"))
