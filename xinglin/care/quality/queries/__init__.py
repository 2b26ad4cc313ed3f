"""What can be asked by those who watch over the house."""

from xinglin.care.quality.queries.checks import check, checks
from xinglin.care.quality.queries.lines import Asked, faces_of, people, seen, words
from xinglin.care.quality.queries.packages import package, package_file, package_told, packages
from xinglin.care.quality.queries.triage import triage_report

__all__ = [
    "Asked",
    "check",
    "checks",
    "faces_of",
    "package",
    "package_file",
    "package_told",
    "packages",
    "people",
    "seen",
    "triage_report",
    "words",
]
