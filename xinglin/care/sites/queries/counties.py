"""Counties by their codes (`data/README.md` says from where)."""

import gzip
from functools import cache
from pathlib import Path

from xinglin.care.sites.types import County
from xinglin.kernel.text import Text

_TABLE = Path(__file__).parents[1] / "data" / "counties.tsv.gz"


def county(code: str) -> County | None:
    """None: not in the list, which is of mainland China in 2023; other countries have their own codes."""
    return _counties().get(code)


@cache
def _counties() -> dict[str, County]:
    """Read with the first board, half a megabyte."""
    lines = gzip.decompress(_TABLE.read_bytes()).decode().splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return {
        code: County(name=Text(zh, en or zh), city=Text(city_zh, city_en or city_zh))
        for code, zh, en, city_zh, city_en in rows
    }
