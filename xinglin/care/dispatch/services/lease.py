"""The leases of the dispatcher: who leads a shard, fenced by an epoch, timed by the database's clock."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from xinglin.care.dispatch.services.change_log import KEPT_S
from xinglin.care.dispatch.shards import LEASE

LASTS = timedelta(seconds=3)
_AWAY_S = KEPT_S / 3

# Looked at before it is locked: a leader's transaction may hold the row.
_ACQUIRE = """
    insert into dispatch_dispatcherlease as l (name, holder, epoch, expires_at)
    select w.name, w.holder, 1, clock_timestamp() + make_interval(secs => w.lasts)
    from (values (%s::text, %s::text, %s::float8)) as w (name, holder, lasts)
    where not exists (
        select from dispatch_dispatcherlease o
        where o.name = w.name and o.holder <> w.holder and o.expires_at > clock_timestamp()
    )
    on conflict (name) do update
    set holder = excluded.holder, epoch = l.epoch + 1, expires_at = excluded.expires_at
    where l.expires_at <= clock_timestamp() or l.holder = excluded.holder
    returning epoch
"""
# By the database's clock: that of a host which slept may not have gone on meanwhile. A leader that
# was away for longer than this was told nothing of what is forgotten since, and begins anew.
_RENEW = """
    update dispatch_dispatcherlease set expires_at = clock_timestamp() + make_interval(secs => %s)
    where name = %s and epoch = %s and expires_at > clock_timestamp() - make_interval(secs => %s)
"""
_RELEASE = """
    update dispatch_dispatcherlease set expires_at = clock_timestamp()
    where name = %s and epoch = %s
"""
# A leader that is paused inside a transaction would keep its successor from taking over, so the
# server ends a session that idles in it; a doctor's locked row must not outlast the lease either.
_HOLD = """
    select set_config('idle_in_transaction_session_timeout', '2000', true),
           set_config('lock_timeout', '1000', true)
    from dispatch_dispatcherlease
    where name = %s and epoch = %s and expires_at > clock_timestamp()
    for share
"""


@dataclass(frozen=True, slots=True)
class Lease:
    name: str
    epoch: int


class FencedError(Exception):
    """The lease is of an earlier epoch or has run out: somebody else may lead by now."""


def acquire(holder: str, *, name: str = LEASE, lasts: timedelta = LASTS) -> Lease | None:
    """The lease, when nobody else holds it. Each acquisition begins a new epoch."""
    with connection.cursor() as cursor:
        cursor.execute(_ACQUIRE, [name, holder, lasts.total_seconds()])
        row = cursor.fetchone()
    return None if row is None else Lease(name, row[0])


def renew(lease: Lease, *, lasts: timedelta = LASTS) -> bool:
    """Whether the lease is still ours, and was a short while ago; it then lasts again from now on."""
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, [lasts.total_seconds(), lease.name, lease.epoch, _AWAY_S])
        renewed: bool = cursor.rowcount == 1
    return renewed


def release(lease: Lease) -> None:
    """Let the next one lead at once."""
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, [lease.name, lease.epoch])


def hold(lease: Lease) -> None:
    """Make sure, until the transaction ends, that nobody else leads.

    Locks: the lease's row, shared; a successor waits for our commit.
    Raises:
        FencedError: we lead no more; nothing may be written.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [lease.name, lease.epoch])
        if cursor.fetchone() is None:
            raise FencedError(f"{lease.name}: epoch {lease.epoch} is over")
