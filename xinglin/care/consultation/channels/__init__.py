"""How a call can be held. A folder here is one channel; writing is no call, and always possible."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from xinglin.kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """`carries`: audio, video. `promised`: how long a call is meant to last (a default of this house).

    `may_switch_to`: other channels, or text, which ends the call. `rank`: a higher one says more.
    """

    code: str
    text: Text
    carries: frozenset[str]
    promised: timedelta
    may_switch_to: frozenset[str]
    rank: int


@cache
def known() -> dict[str, Channel]:
    """By code, the richest last."""
    found = [import_module(f"{__name__}.{each.name}").CHANNEL for each in iter_modules(__path__)]
    return {each.code: each for each in sorted(found, key=lambda each: each.rank)}


def channel(code: str) -> Channel | None:
    return known().get(code)


def wishes() -> tuple[str, ...]:
    """How a patient may like to be seen, the plainest first."""
    return ("text", *known())


def richer(one: str, other: str) -> str:
    """Of two channels, or text, the one that says more."""
    return max(one, other, key=wishes().index)


def without_picture() -> str:
    """The richest that carries a voice alone."""
    return [each.code for each in known().values() if "video" not in each.carries][-1]
