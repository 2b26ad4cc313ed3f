"""The trained weights of a language: read once, at the first question; plain Python adds them.

The file is gzip: a line of JSON (classes, bias, scales, how many features), a line for
each feature, then their weights, int16, little-endian, one row a feature. A text has few features,
so that adding its rows costs less than a library that multiplies would take to load.
"""

import gzip
import json
import sys
from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, sqrt
from pathlib import Path

from xinglin.kernel.text import Locale

FOLDER = Path(__file__).parents[2] / "data" / "department"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """`weights`: a row of len(classes) + 1 for each feature; the last is its share of the length."""

    classes: tuple[str, ...]
    bias: tuple[float, ...]
    scale: float
    length_scale: float
    rows: Mapping[str, int]
    weights: "array[int]"

    def scores(self, features: Iterable[str]) -> tuple[float, ...]:
        """A logit for each class."""
        width = len(self.classes) + 1
        known = [at for each in features if (at := self.rows.get(each)) is not None]
        if not known:
            return self.bias
        weights = self.weights
        columns = zip(*(weights[at * width : at * width + width] for at in known), strict=True)
        *sums, length = (sum(column) for column in columns)
        factor = self.scale / sqrt(max(length, 1) * self.length_scale)
        return tuple(b + factor * s for b, s in zip(self.bias, sums, strict=True))

    def probabilities(self, features: Iterable[str], *, temperature: float) -> tuple[float, ...]:
        heated = [score / temperature for score in self.scores(features)]
        most = max(heated)
        parts = [exp(each - most) for each in heated]
        total = sum(parts)
        return tuple(part / total for part in parts)

    def share_known(self, features: Collection[str]) -> float:
        """0..1; of no features none is known."""
        return sum(each in self.rows for each in features) / max(1, len(features))

    def shares(self, features: Iterable[str], slug: str) -> dict[str, float]:
        """How much each known feature speaks for one class, above what it says for all."""
        width, column = len(self.classes) + 1, self.classes.index(slug)
        found = {}
        for each in features:
            at = self.rows.get(each)
            if at is not None:
                row = self.weights[at * width : at * width + width - 1]
                found[each] = self.scale * (row[column] - sum(row) / len(row))
        return found


@cache
def model(locale: Locale) -> Model:
    return read(file_of(locale).read_bytes())


def file_of(locale: Locale) -> Path:
    return FOLDER / f"{locale}.bin.gz"


def read(packed: bytes) -> Model:
    raw = gzip.decompress(packed)
    head, _, rest = raw.partition(b"\n")
    told = json.loads(head)
    at = 0
    names = []
    for _ in range(told["features"]):
        end = rest.index(b"\n", at)
        names.append(rest[at:end].decode())
        at = end + 1
    weights = array("h", rest[at:])
    if sys.byteorder == "big":
        weights.byteswap()
    return Model(
        classes=tuple(told["classes"]),
        bias=tuple(told["bias"]),
        scale=told["scale"],
        length_scale=told["length_scale"],
        rows={name: n for n, name in enumerate(names)},
        weights=weights,
    )


def pack(told: dict[str, object], names: Iterable[str], weights: "array[int]") -> bytes:
    """The bytes that `read` reads; the same for the same content."""
    listed = list(names)
    if sys.byteorder == "big":
        weights = array("h", weights)
        weights.byteswap()
    head = json.dumps({**told, "features": len(listed)}, ensure_ascii=False)
    body = "".join(f"{name}\n" for name in (head, *listed)).encode() + weights.tobytes()
    return gzip.compress(body, 9, mtime=0)
