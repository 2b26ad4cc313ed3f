"""Invented people for the stories: numbers that can be real ones in form and belong to nobody."""

from xinglin.kernel.identity import check_character


def identity_number(*, born: str, sequence: int, region: str = "110101") -> str:
    """`born`: YYYYMMDD; an odd sequence is male, an even one female."""
    first = f"{region}{born}{sequence:03d}"
    return first + check_character(first)
