"""Places in a phrase: `{patient}` is filled from the visit, `[how many days]` by hand; pure."""

import re
from collections.abc import Mapping
from typing import Final

# What the house fills in.
NAMES: Final = ("patient", "doctor", "department", "date")
# A number in brackets is none: [1] is a footnote.
_BLANK = re.compile(r"\[(?=[^\[\]\n]*[^\d\s.,;:/%\-\[\]\n])[^\[\]\n]{1,30}\]")
_NAME = re.compile(r"\{([^{}\n]{0,30})\}")


def blanks_in(text: str) -> list[str]:
    """Each once, with its brackets, in the order of the text."""
    return list(dict.fromkeys(_BLANK.findall(text)))


def unknown_names(text: str) -> list[str]:
    """Names in braces that nobody can fill in."""
    return [name for name in dict.fromkeys(_NAME.findall(text)) if name not in NAMES]


def filled(text: str, values: Mapping[str, str]) -> str:
    """What has no value stays as it stands."""
    return _NAME.sub(lambda found: values.get(found[1], found[0]), text)
