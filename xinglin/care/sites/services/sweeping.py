"""What goes by the clock: who was registered and asked for nobody, and what nobody needs any more."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from xinglin.care.people.queries import institutions
from xinglin.care.sites.models import Observed, PinTry, ScreenPass, WalkIn
from xinglin.care.sites.permissions import AFTER
from xinglin.care.sites.services.steps import take
from xinglin.foundation.accounts.types import SYSTEM_ID
from xinglin.foundation.outbox import services as outbox
from xinglin.policy.rules import local_date

OBSERVED_KEPT: Final = timedelta(days=7)
_TRIES_KEPT: Final = timedelta(days=1)
_AT_ONCE = 500


@outbox.in_one_transaction()
def lapse_walk_ins(*, at: datetime) -> int:
    """Of an earlier day of the house, and not of the last three hours; how many were ended.

    Emits: WalkInMoved.
    """
    before = Q(pk__in=[])
    for house in institutions():
        before |= Q(institution_id=house.id, day__lt=local_date(at, house.place))
    rows = WalkIn.objects.filter(before, state="registered", registered_at__lte=at - AFTER)
    found = list(rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:_AT_ONCE])
    for row in found:
        take(row, "lapse", who="clock", by=SYSTEM_ID, at=at, ending="not_asked")
    return len(found)


def drop_old(*, at: datetime) -> int:
    """What instruments sent a week ago, and tries on passes that are long over; how many rows went."""
    gone, _ = Observed.objects.filter(received_at__lt=at - OBSERVED_KEPT).delete()
    over = ScreenPass.objects.filter(expires_at__lt=at - _TRIES_KEPT).values("pk")
    tries, _ = PinTry.objects.filter(pass_id__in=over).delete()
    return gone + tries
