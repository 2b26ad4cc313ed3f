r"""Which prescriptions a sample holds: the same of the same frame and seed, on any machine. Pure.

Each id of the frame is given the SHA-256 of `xinglin-sample-1`, the seed and the id as it is printed
(36 characters, lower case), parted by line feeds, in UTF-8. The ids with the smallest digests are the
sample, in that order. So the order of the frame does not matter, a greater sample of one seed holds
the smaller one, and anybody can draw it again with a shell:

    printf 'xinglin-sample-1\n%s\n%s' SEED ID | sha256sum
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Final
from uuid import UUID

from xinglin.kernel.text import Text

# Another algorithm has another name, so that what was drawn by this one stays what it is.
ALGORITHM: Final = "xinglin-sample-1"
MOST_DRAWN: Final = 500
MOST_IN_FRAME: Final = 100_000
FOCUSES: Final = {
    "antibacterial": Text("含抗菌药物", "with an antibacterial"),
    "injection": Text("含注射剂", "with an injection"),
    "high_alert": Text("含高警示药品", "with a high-alert medicine"),
    "overridden": Text("医生坚持用药", "signed over a warning of the safety check"),
    "long_supply": Text("延长用量或长期处方", "of a longer or long-term supply"),
}
_SEED: Final = re.compile(r"[\x21-\x7e]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Which prescriptions are in the frame: those that took effect on a day from `since` to `until`, at
    the house. `department`, `practitioner`: one or none. `focus`: of `FOCUSES`, or empty.
    """

    since: date
    until: date
    department: str = ""
    practitioner: UUID | None = None
    focus: str = ""

    @property
    def is_targeted(self) -> bool:
        return bool(self.department or self.practitioner or self.focus)


def is_seed(seed: str) -> bool:
    """One to 64 signs that every keyboard has, so that a seed on paper is typed again as it was."""
    return _SEED.fullmatch(seed) is not None


def size_of(frame: int, *, count: int | None, percent: int | None) -> int:
    """How many to draw: so many, or that share of the frame, rounded up. The caller gives one of the two."""
    if count is not None:
        return count
    return int((Decimal(frame) * Decimal(percent or 0) / 100).to_integral_value(ROUND_CEILING))


def draw(frame: Iterable[UUID], seed: str, size: int) -> list[UUID]:
    """`size` of the frame, in the order in which they were drawn; all of a smaller frame."""
    return sorted(set(frame), key=lambda each: (_lot(seed, each), each))[:size]


def frame_sha256(frame: Iterable[UUID]) -> str:
    """By which two frames are known to be one: over the ids as printed, in order, parted by line feeds."""
    told = "\n".join(sorted(str(each) for each in frame))
    return hashlib.sha256(told.encode()).hexdigest()


def fingerprint(house: UUID, criteria: Criteria, *, frame: str, seed: str, size: int) -> str:
    """By which a sample is known to have been drawn before. `frame`: its digest."""
    told = {
        **asdict(criteria),
        "algorithm": ALGORITHM,
        "frame": frame,
        "house": house,
        "seed": seed,
        "size": size,
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def _lot(seed: str, each: UUID) -> bytes:
    return hashlib.sha256(f"{ALGORITHM}\n{seed}\n{each}".encode()).digest()
