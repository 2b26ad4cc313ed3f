"""By which order each department is served now: the usual one, or the strict one of an overload."""

from collections.abc import Mapping
from datetime import datetime

from xinglin.care.dispatch.shards import shard_of
from xinglin.foundation.database import services as database

# Whoever leads next begins by the usual order, so what an earlier leader has written is over.
_STRICT = """
    select o.name, o.since from dispatch_strict_order o
    join dispatch_dispatcherlease l on l.name = o.name and l.epoch = o.epoch
    where o.since is not null and l.expires_at > clock_timestamp()
"""


class Order:
    """`since`: shard -> since when its order is strict."""

    def __init__(self, since: Mapping[str, datetime]) -> None:
        self._since = since

    def strict_since(self, department: str) -> datetime | None:
        """None: its priority accumulates, as usual."""
        return self._since.get(shard_of(department).name) if self._since else None


def order_now() -> Order:
    return Order(dict(database.fetch(_STRICT)))
