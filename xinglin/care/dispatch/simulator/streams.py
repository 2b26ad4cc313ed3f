"""Common random numbers: one stream for each purpose and entity, so that policies share a world."""

import math
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Streams:
    seed: int

    def of(self, purpose: str, *entity: int) -> Random:
        """The same numbers for the same seed, purpose and entity, whatever else was drawn."""
        words = "/".join((str(self.seed), purpose, *map(str, entity)))
        return Random(words)  # noqa: S311  # a model draws, not a lock


@dataclass(frozen=True, slots=True)
class Lognormal:
    """By its mean and coefficient of variation; without variation it is its mean."""

    mu: float
    sigma: float
    mean: float

    @classmethod
    def of(cls, mean: float, cv: float) -> "Lognormal":
        if mean <= 0 or cv <= 0:
            return cls(0.0, 0.0, mean)
        variance = math.log1p(cv * cv)
        return cls(math.log(mean) - variance / 2, math.sqrt(variance), mean)

    def at(self, z: float) -> float:
        """`z`: a draw of the standard normal."""
        return math.exp(self.mu + self.sigma * z) if self.sigma else self.mean
