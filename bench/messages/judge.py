"""What the threads hold against what was acknowledged and heard."""

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from bench.messages.stage import Stage
from bench.messages.talk import Crowd, Pair


@dataclass
class Verdict:
    """`lost`: acknowledged and not stored under that number, or stored and not heard by a side.

    `doubled`: stored or heard twice. `gaps`: numbers that are not 1, 2, 3 ... in the table.
    """

    acknowledged: int = 0
    stored: int = 0
    lost: int = 0
    doubled: int = 0
    gaps: int = 0
    out_of_order: int = 0
    unanswered: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        wrong = self.lost, self.doubled, self.gaps, self.out_of_order, self.unanswered
        return not any(wrong)

    def add(self, other: "Verdict") -> None:
        for name in ("acknowledged", "stored", "lost", "doubled", "gaps"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.out_of_order += other.out_of_order
        self.unanswered += other.unanswered
        self.examples = (self.examples + other.examples)[:10]


def read_back(stage: Stage, *crowds: Crowd) -> Verdict:
    verdict = Verdict()
    pairs = {pair.consultation: pair for crowd in crowds for pair in crowd.pairs}
    found: dict[str, list[tuple[int, str]]] = {consultation: [] for consultation in pairs}
    for consultation_id, seq, client_id in stage.sql(
        "select consultation_id, seq, client_id from consultation_message"
        " where consultation_id = any(%s) order by consultation_id, seq",
        [UUID(consultation) for consultation in pairs],
    ):
        found[str(consultation_id)].append((seq, str(client_id)))
    for consultation, pair in pairs.items():
        verdict.add(judge(pair, found[consultation]))
    return verdict


def judge(pair: Pair, stored: Sequence[tuple[int, str]]) -> Verdict:
    """`stored`: number and client id of each row, in the order of their numbers."""
    verdict = Verdict(acknowledged=pair.acked, stored=len(stored))
    verdict.unanswered = len(pair.sent_at) - pair.acked
    verdict.gaps = sum(seq != n for n, (seq, _) in enumerate(stored, 1))
    times = Counter(client_id for _, client_id in stored)
    verdict.doubled = times.total() - len(times) + pair.contradicted
    numbers = {client_id: seq for seq, client_id in stored}
    where = {nth: numbers.get(pair.client_id(nth).decode()) for nth in range(len(pair.sent_at))}
    verdict.lost = sum(seq and where[nth] != seq for nth, seq in enumerate(pair.acked_as))
    for side in pair.sides:
        heard = Counter(side.heard)
        verdict.doubled += heard.total() - len(heard)
        verdict.lost += sum(seq is not None and nth not in heard for nth, seq in where.items())
        verdict.out_of_order += side.out_of_order + _disorder(side.heard, where)
    if not verdict.clean:
        verdict.examples.append(f"{pair.consultation}: {verdict}")
    return verdict


def _disorder(heard: Iterable[int], where: Mapping[int, int | None]) -> int:
    numbers = [seq for nth in heard if (seq := where.get(nth)) is not None]
    return sum(later < earlier for earlier, later in itertools.pairwise(numbers))
