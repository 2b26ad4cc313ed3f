"""Identity numbers that pass every check and belong to nobody."""

from datetime import date

from xinglin.kernel.identity import check_character

# The code of a whole municipality: a real card carries that of a district.
REGION = "110000"


def synthetic_number(born: date, sex: str, nth: int) -> str:
    """The `nth` (0..499) number of this birth date and sex."""
    sequence = 2 * nth + (1 if sex == "male" else 0)
    first_17 = f"{REGION}{born:%Y%m%d}{sequence:03d}"
    return first_17 + check_character(first_17)
