"""The groups of departments that are led each by itself."""

from dataclasses import dataclass
from zlib import crc32

from django.conf import settings

LEASE = "dispatcher"


@dataclass(frozen=True, slots=True)
class Shard:
    """Departments that one leader cares for: of `among` groups that of number `number`."""

    number: int = 0
    among: int = 1

    @property
    def name(self) -> str:
        """Of its lease and of its bell."""
        return LEASE if self.among == 1 else f"{LEASE}-{self.number + 1}-of-{self.among}"

    def covers(self, department: str) -> bool:
        return crc32(department.encode()) % self.among == self.number


def shard_of(department: str) -> Shard:
    return next(shard for shard in shards() if shard.covers(department))


def shards() -> list[Shard]:
    among = settings.DISPATCH_SHARDS
    return [Shard(number, among) for number in range(among)]
