"""Answers that were given long ago; apart from the door, so that the worker does not load it."""

from datetime import timedelta

from django.db import connection

from xinglin.kernel import clock

KEPT = timedelta(days=1)
_FORGET = "delete from edge_api_givenanswer where given_at < %s"


def prune() -> int:
    """Forget answers given a day ago; nobody sends a request again after so long."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [clock.now() - KEPT])
        gone: int = cursor.rowcount
    return gone
