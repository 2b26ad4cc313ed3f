"""The official codes of departments, and which of them stand for the departments of the house."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from xinglin.kernel.text import Text

_FILE = Path(__file__).parents[1] / "data" / "departments.tsv"


@dataclass(frozen=True, slots=True)
class Core:
    """A code that defines a department of the house; internal medicine has three of them."""

    code: str
    slug: str
    name: Text


@cache
def cores() -> tuple[Core, ...]:
    """In the order of the official list."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return tuple(
            Core(row["code"], row["launch_department"], Text(row["name_zh"], row["name_en"]))
            for row in rows
            if row["launch_role"] == "core"
        )


@cache
def codes_of(slug: str) -> tuple[str, ...]:
    """Raises LookupError: no department of the house has this name."""
    found = tuple(core.code for core in cores() if core.slug == slug)
    if not found:
        raise LookupError(slug)
    return found
