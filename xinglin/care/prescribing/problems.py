"""What a prescription can be found to be when it is reviewed by sample, and the problems by their codes. Pure."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from xinglin.kernel.text import Text

RATIONAL: Final = "rational"
# Words of the rule below; the English ones are ours.
CLASSES: Final = {
    "irregular": Text("不规范处方", "irregular"),
    "unsuitable": Text("用药不适宜处方", "unsuitable"),
    "abnormal": Text("超常处方", "abnormal"),
}
FINDINGS: Final = {RATIONAL: Text("合理处方", "rational"), **CLASSES}
SOURCE: Final = Text(
    "《医院处方点评管理规范（试行）》（卫医管发〔2010〕28号）第十七至十九条，据他人引用，未核对原文",
    "Rules for the review of prescriptions in hospitals (trial, Ministry of Health No. 28 of 2010), articles 17 to 19,"
    " as quoted by others; not compared with the official text",
)
_FILE = Path(__file__).parent / "data" / "review_problems.tsv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`found`: of `CLASSES`. `article`: of the rule, as "17(4)". `status`: as the house marks what it knows of a text."""

    code: str
    found: str
    article: str
    text: Text
    status: str


@cache
def problems() -> Mapping[str, Problem]:
    """Code -> problem, in the order of the rule."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Problem(
                code=row["code"],
                found=row["class"],
                article=row["article"],
                text=Text(row["zh"], row["en"]),
                status=row["status"],
            )
            for row in csv.DictReader(file, delimiter="\t")
        }


def classes_of(codes: Iterable[str]) -> tuple[str, ...]:
    """The classes that these problems put a prescription in, in the order of the rule; one may be in two."""
    found = {problems()[code].found for code in codes}
    return tuple(name for name in CLASSES if name in found)


def in_order(codes: Iterable[str]) -> list[str]:
    """Each once, as the rule counts them: 1-10 after 1-9."""
    known = set(codes)
    return [code for code in problems() if code in known]
