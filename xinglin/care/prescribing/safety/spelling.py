"""One spelling for names of medicines: case, accents, widths and dashes do not matter."""

import re
import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "’": "'", "‘": "'"})
_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe63\uff0d]")
_BROKEN_DASH = re.compile(r"(?<=\w)-\s+(?=\w)")
_SPACES = re.compile(r"\s+")
_HAN = re.compile(r"[\u3400-\u9fff]")


@lru_cache(maxsize=16384)
def folded(name: str) -> str:
    """The name as tables know it; the hyphen that a line break of the source left is closed."""
    plain = unicodedata.normalize("NFKD", name).casefold().translate(_LIGATURES)
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    plain = _BROKEN_DASH.sub("-", _DASHES.sub("-", plain))
    return _SPACES.sub(" ", plain).strip(" .,;，。；")


def is_chinese(name: str) -> bool:
    return _HAN.search(name) is not None
