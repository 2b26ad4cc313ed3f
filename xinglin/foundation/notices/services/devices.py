"""Browsers that take pushes. One belongs to one account, and to the sign-in that turned it on."""

import json
from datetime import datetime
from uuid import UUID

from django.conf import settings

from xinglin.foundation.accounts.services import lock_account, seal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.notices.models import DEVICE, Device
from xinglin.foundation.notices.rules import devices as rules
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids
from xinglin.kernel.errors import NotFound


@outbox.in_one_transaction()
def add_device(
    viewer: Viewer, *, endpoint: str, p256dh: str, auth: str, name: str, at: datetime
) -> UUID:
    """Send pushes to this browser from now on; said again, it is the same device.

    A browser that was another account's is this one's now. Of more than ten devices, the one that
    was not seen for longest goes.

    Raises:
        Invalid: the endpoint is no public https address, or a key is none.
    Locks: the account.
    """
    rules.check(endpoint, p256dh, auth, also=settings.PUSH_ALSO)
    lock_account(viewer.user_id)
    keys = {"endpoint": endpoint, "p256dh": p256dh, "auth": auth}
    values = {
        "user_id": viewer.user_id,
        "sealed": seal_text(json.dumps(keys), DEVICE),
        "name": name.strip()[: rules.LONGEST_NAME],
        "session": viewer.session,
        "seen_at": at,
    }
    digest = rules.digest(endpoint)
    # What waited for the former owner of this browser goes with that ownership.
    Device.objects.filter(digest=digest).exclude(user_id=viewer.user_id).delete()
    device, _ = Device.objects.update_or_create(
        digest=digest, defaults=values, create_defaults={**values, "id": ids.new(), "added_at": at}
    )
    _make_room(viewer.user_id)
    return device.id


def _make_room(user_id: UUID) -> None:
    own = Device.objects.filter(user_id=user_id).order_by("-seen_at", "-id")
    too_old = list(own.values_list("id", flat=True)[rules.MOST_DEVICES :])
    if too_old:
        Device.objects.filter(id__in=too_old).delete()


def forget_device(viewer: Viewer, device_id: UUID) -> None:
    """Raises NotFound when it is not the viewer's."""
    if not Device.objects.filter(id=device_id, user_id=viewer.user_id).delete()[0]:
        raise NotFound


def forget_endpoint(viewer: Viewer, endpoint: str) -> None:
    """This browser takes no pushes any more, whosever it was: only it knows its endpoint."""
    del viewer
    Device.objects.filter(digest=rules.digest(endpoint)).delete()


def forget_session(session: str) -> None:
    """The sign-in was ended by the person: whoever uses the browser next reads nothing of theirs."""
    if session:
        Device.objects.filter(session=session).delete()
