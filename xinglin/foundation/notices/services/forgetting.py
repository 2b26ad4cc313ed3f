"""What is kept no longer."""

from uuid import UUID

from django.db import connection

from xinglin.foundation.notices import rules
from xinglin.foundation.notices.models import Choice, Delivery, Device, Notice
from xinglin.kernel import clock

_AT_ONCE = 5_000
# By the key, which is in the order of time: nothing is scanned that does not go.
_OLD_NOTICES = """
    delete from notices_notice where at < %s and id in (
        select id from notices_notice order by id limit %s)
"""
_OLD_DELIVERIES = """
    delete from notices_delivery where id in (
        select id from notices_delivery where queued_at < %s order by queued_at limit %s)
"""


def forget(user_id: UUID) -> None:
    """The account is closed: nothing goes out any more, and nothing of it stays here."""
    Delivery.objects.filter(user_id=user_id).delete()
    Device.objects.filter(user_id=user_id).delete()
    Notice.objects.filter(user_id=user_id).delete()
    Choice.objects.filter(user_id=user_id).delete()


def prune() -> int:
    """What was told half a year ago, and what was to be sent a month ago; how many rows went."""
    at = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_OLD_DELIVERIES, [at - rules.DELIVERIES_KEPT, _AT_ONCE])
        gone: int = cursor.rowcount
        cursor.execute(_OLD_NOTICES, [at - rules.KEPT, _AT_ONCE])
        gone += cursor.rowcount
    return gone
