"""By which order the queues are served, as the leader of a shard decides it."""

from datetime import datetime

from xinglin.care.dispatch.engine import OrderChanged
from xinglin.care.dispatch.services.lease import Lease, hold
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox

_NOTE = """
    insert into dispatch_strict_order (name, epoch, since)
    values (%(name)s, %(epoch)s, %(since)s::timestamptz)
    on conflict (name) do update set epoch = excluded.epoch, since = excluded.since
"""


@outbox.in_one_transaction()
def note_order(changed: OrderChanged, *, lease: Lease, at: datetime) -> None:
    """Strict from now on, or as usual again; boards and patients read it.

    Raises:
        FencedError: we lead no more.
    Locks: the lease (shared).
    """
    hold(lease)
    since = at if changed.strict else None
    database.change(_NOTE, {"name": lease.name, "epoch": lease.epoch, "since": since})
    audit.record(
        Viewer.system("dispatcher"),
        "dispatch.change_order",
        subject=None,
        thing="queue",
        thing_id=None,
        purpose="operation",
        detail={
            "shard": lease.name,
            "strict": changed.strict,
            "late_percent": round(100 * changed.late),
        },
    )
