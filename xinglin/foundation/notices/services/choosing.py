"""What a person chooses about notices."""

from collections.abc import Mapping
from datetime import time
from typing import Any
from zoneinfo import available_timezones

from xinglin.foundation.accounts.services import lock_account
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.notices import queries
from xinglin.foundation.notices.models import Choice, Delivery
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import clock
from xinglin.kernel.errors import FieldError, Invalid
from xinglin.kernel.text import Text

_BAD_ZONE = Text("没有这个时区。", "There is no such time zone.")
_NO_TIME = Text("开始和结束时间不能相同。", "The quiet hours need two different times.")
_NO_SUCH = Text("没有这种通知或通道。", "There is no such notice or channel.")


@outbox.in_one_transaction()
def choose(viewer: Viewer, changes: Mapping[str, Any]) -> None:
    """Change what is named, leave the rest.

    Args:
        changes: fields of `types.Settings`; `choices` kind -> channel -> on or off.
    Raises:
        Invalid: no such zone, kind or channel, or the quiet hours have no length.
    Locks: the account.
    """
    lock_account(viewer.user_id)
    now = queries.settings_of(viewer.user_id)
    start: time = changes.get("quiet_from", now.quiet_from)
    end: time = changes.get("quiet_to", now.quiet_to)
    if start == end:
        raise Invalid(FieldError("quiet_to", _NO_TIME))
    zone: str = changes.get("zone", now.zone)
    if zone not in available_timezones():
        raise Invalid(FieldError("zone", _BAD_ZONE))
    Choice.objects.update_or_create(
        user_id=viewer.user_id,
        defaults={
            "quiet": changes.get("quiet", now.quiet),
            "quiet_from": start,
            "quiet_to": end,
            "zone": zone,
            "awaited_passes": changes.get("awaited_passes", now.awaited_passes),
            "choices": _merged(viewer, now.choices, changes.get("choices", {})),
        },
    )
    if changes.get("quiet") is False:
        held = Delivery.objects.filter(user_id=viewer.user_id, state="held")
        held.update(due_at=clock.now())


def _merged(
    viewer: Viewer, before: Mapping[str, Mapping[str, bool]], new: Mapping[str, Mapping[str, bool]]
) -> dict[str, dict[str, bool]]:
    found = {kind: dict(chosen) for kind, chosen in before.items()}
    mine = queries.kinds_for(viewer)
    for kind, chosen in new.items():
        known = mine.get(kind)
        if known is None or set(chosen) - set(known.channels):
            raise Invalid(FieldError(f"choices.{kind}"[:80], _NO_SUCH))
        found[kind] = found.get(kind, {}) | dict(chosen)
    return found
