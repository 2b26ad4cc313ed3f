"""The check after each fault: what was acknowledged against what the table holds and both sides heard."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Row:
    """One stored message; the text of a talker is its own and never said twice."""

    seq: int
    client_id: str
    text: str | None


@dataclass
class Account:
    """What one side knows. `written`: client ids in the order of writing."""

    consultation: str
    written: list[str] = field(default_factory=list)
    acks: dict[str, int] = field(default_factory=dict)
    heard: list[tuple[int, str]] = field(default_factory=list)
    repeated: int = 0
    skipped: int = 0
    answered_otherwise: int = 0
    refused: list[str] = field(default_factory=list)

    @property
    def since(self) -> int:
        return self.heard[-1][0] if self.heard else 0

    def hear(self, seq: int, client_id: str) -> None:
        """The house promises numbers without a gap and none twice to whoever joins with `since`."""
        if seq <= self.since:
            self.repeated += 1
            return
        if seq != self.since + 1:
            self.skipped += 1
        self.heard.append((seq, client_id))

    def take_ack(self, client_id: str, seq: int) -> None:
        if self.acks.setdefault(client_id, seq) != seq:
            self.answered_otherwise += 1


@dataclass
class Finding:
    """Over all conversations of one fault."""

    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    refused: int = 0

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.out_of_order or self.refused)


def compare(accounts: Iterable[Account], stored: Mapping[str, Sequence[Row]]) -> Finding:
    """`stored`: consultation -> its rows in the order of their numbers."""
    found = Finding()
    for rows in stored.values():
        found.doubled += _repeats(row.client_id for row in rows)
        found.doubled += _repeats(row.text for row in rows if row.text is not None)
        found.out_of_order += [row.seq for row in rows] != list(range(1, len(rows) + 1))
    for account in accounts:
        _compare_one(account, stored[account.consultation], found)
    return found


def _compare_one(account: Account, rows: Sequence[Row], found: Finding) -> None:
    place = {row.client_id: row.seq for row in rows}
    heard = dict(account.heard)
    found.acknowledged += len(account.acks)
    found.refused += len(account.refused)
    found.lost += len(account.acks.keys() - place.keys())
    found.lost += sum(row.seq not in heard for row in rows)
    found.doubled += account.repeated
    found.out_of_order += account.skipped + account.answered_otherwise
    found.out_of_order += sum(place.get(c, seq) != seq for c, seq in account.acks.items())
    found.out_of_order += sum(heard.get(row.seq, row.client_id) != row.client_id for row in rows)
    own = [place[client_id] for client_id in account.written if client_id in place]
    found.out_of_order += sum(later < earlier for earlier, later in pairwise(own))


def _repeats(things: Iterable[str]) -> int:
    return sum(count - 1 for count in Counter(things).values())
