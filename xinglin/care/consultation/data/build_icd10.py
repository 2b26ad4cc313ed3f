# ruff: noqa: INP001  # a script beside its data, run by hand
"""Makes `icd10_zh.tsv.gz` from the official list by adding the pinyin initials of each name.

Run when the list or pypinyin changes: `python -m xinglin.care.consultation.data.build_icd10 LIST`,
where LIST is a gzipped table of code and Chinese name. The result is the same byte for byte.
"""

import argparse
import gzip
import io
import re
from pathlib import Path

from pypinyin import Style, lazy_pinyin

SHIPPED = Path(__file__).with_name("icd10_zh.tsv.gz")
_NOT_TYPED = re.compile(r"[^a-z0-9]")


def initials_of(name: str) -> str:
    """`2型糖尿病` -> `2xtnb`: what a doctor types, without punctuation."""
    letters = lazy_pinyin(name, style=Style.FIRST_LETTER, errors=lambda other: other.lower())
    return _NOT_TYPED.sub("", "".join(letters).lower())


def build(official: Path, shipped: Path = SHIPPED) -> int:
    """Answers the number of codes."""
    rows = gzip.decompress(official.read_bytes()).decode().splitlines()[1:]
    table = io.StringIO()
    table.write("code\tname_zh\tinitials\n")
    for row in rows:
        code, name = row.split("\t")
        table.write(f"{code}\t{name}\t{initials_of(name)}\n")
    shipped.write_bytes(gzip.compress(table.getvalue().encode(), 9, mtime=0))
    return len(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("official", type=Path)
    build(parser.parse_args().official)
