"""How a phrase is found by pinyin: written by the worker, which alone carries pypinyin's tables."""

import json
import re
from uuid import UUID

from xinglin.foundation.database import services as database

_LONGEST = 60
_HAN = re.compile(r"[\u3400-\u9fff]+")
_READ = "select zh from consultation_phrase where id = %s and spelt = '' and zh <> '{}'"
_SPELL = "update consultation_phrase set spelt = %s where id = %s and zh = %s::jsonb"


def spell_phrase(phrase_id: UUID) -> None:
    """Twice is as good as once; one that was changed meanwhile has an event of its own."""
    found = database.fetch_one(_READ, [phrase_id])
    if found is None:
        return
    (told,) = found
    parts = json.loads(told)
    database.change(_SPELL, [spelt(parts.get("name") or parts.get("text", "")), phrase_id, told])


def spelt(text: str) -> str:
    """Of each run of Chinese its initials and its syllables: 您好 -> "nh ninhao"."""
    from pypinyin import lazy_pinyin

    forms = []
    for run in _HAN.findall(text[:_LONGEST]):
        syllables = lazy_pinyin(run)
        forms += ["".join(s[:1] for s in syllables), "".join(syllables)]
    return " ".join(dict.fromkeys(forms))
