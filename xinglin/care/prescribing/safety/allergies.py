"""What a patient is allergic to, read from ordinary words; what nobody can read is handed on as that."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xinglin.care.prescribing.safety.facts import Facts
from xinglin.care.prescribing.safety.spelling import folded, is_chinese

# Characters of a name that is looked for inside a sentence; shorter ones only stand alone.
_LEAST, _LEAST_LATIN, _MOST = 2, 4, 40
_LINES = re.compile(r"[\r\n]+")
_APART = re.compile(
    r"[,，、;；:：/。.!?|+&]+|(?:但是|但|以及|和|与|及)|\s(?:and|or|but)\s"
    r"|(?<=[\u3400-\u9fff])\s+|\s+(?=[\u3400-\u9fff])"
)
_BEFORE = re.compile(
    r"^(?:我|本人|患者|病人|孩子|宝宝|既往|曾经|曾|有|对|服用|使用|用|吃|药物|药品|食物|过敏原|过敏史|过敏|\s"
    r"|(?:i am|i'm|i have|i|patient|is|has|allergic|allergy|allergies|to|drug|food|known)\b)"
)
_AFTER = re.compile(
    r"(?:过敏反应|过敏史|过敏|皮试阳性|阳性|史|会|后|时|类药物|药物|药品|食物|类|等|\s"
    r"|\b(?:allergies|allergy|allergic|reaction|drugs|drug))$"
)
_REACTION = re.compile(
    r"(?:起|出|有|会|全身|皮肤|后|过|了|很|轻微|严重|曾)*"
    r"(?:药疹|皮疹|疹子|红疹|荨麻疹|风团|瘙痒|发痒|痒|过敏性休克|休克|呼吸困难|红肿|水肿|过|了)+"
    r"|(?:a |skin |mild |severe )*(?:rash|hives|itching|swelling|anaphylaxis|urticaria)"
)
_DENIES_ALL = re.compile(
    r"(?:无|没有|否认|未发现|未见|暂无|否|没)"
    r"(?:任何|已知|明确|特殊|其他|其它|药物|药品|食物|过敏|反应|家族|史|的|有|或)*"
    r"|(?:no|none|nil|nkda|nka|denies)(?: (?:known|any|other|drug|food|medicine|allergies|allergy))*"
)
_CLAIMS = re.compile(r"有|是|yes\b")
_DENIES = re.compile(
    r"否认|不对|不过敏|不会过敏|无过敏|没有过敏|未过敏|阴性|^(?:无(?![法水])|没有|未见|未发现|暂无)"
    r"|^(?:no|not|none|denies|without)\b|\b(?:no|not|never) (?:known )?allerg|\bnegative\b"
)


@dataclass(frozen=True, slots=True)
class Allergen:
    """`text`: as it is shown. No `substances`, and no name of a group: nobody can read it."""

    text: str
    substances: frozenset[str] = frozenset()
    is_read: bool = False


def allergens(told: Iterable[str], facts: Facts) -> tuple[Allergen, ...]:
    """Each once. Names and groups are looked for in the whole, then part by part.

    What is denied by name is not read: it may be meant either way.
    """
    groups = {name for group in facts.allergy_groups for name in group.names}
    return tuple(dict.fromkeys(each for words in told for each in _read(words, groups, facts)))


def _read(words: str, groups: set[str], facts: Facts) -> Iterator[Allergen]:
    plain = folded(_LINES.sub(";", words.strip()))
    spans = list(_spans(plain, groups, facts))
    parts = [(a, b) for a, b in _parts(plain, spans) if plain[a:b].strip()]
    found = [
        each
        for start, end in parts
        for each in _of_part(
            plain[start:end].strip(),
            [plain[a:b] for a, b in spans if start <= a and b <= end],
            facts,
        )
    ]
    told = [plain[a:b].strip() for a, b in parts]
    is_denied = any(map(_DENIES_ALL.fullmatch, told)) and not any(map(_CLAIMS.match, told))
    yield from found
    if told and not found and not is_denied:
        yield Allergen(words.strip())


def _of_part(part: str, named: list[str], facts: Facts) -> list[Allergen]:
    if named and not _DENIES.search(part):
        return [
            Allergen(each, facts.names.recognise(each).substances, is_read=True) for each in named
        ]
    bare = _bare(part)
    if not named and (not bare or _DENIES_ALL.fullmatch(part) or _REACTION.fullmatch(part)):
        return []
    found = facts.names.recognise(bare)
    if not named and found.substances and not found.missing:
        return [Allergen(bare, found.substances, is_read=True)]
    return [Allergen(part)]


def _bare(part: str) -> str:
    """Without the words around a name: 我对……过敏."""
    before = None
    while part != before:
        before, part = part, _AFTER.sub("", _BEFORE.sub("", part))
    return part


def _parts(plain: str, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What stands between separators; those inside a name are none."""
    start = 0
    for mark in _APART.finditer(plain):
        if not any(a < mark.end() and mark.start() < b for a, b in spans):
            yield start, mark.start()
            start = mark.end()
    yield start, len(plain)


def _spans(plain: str, groups: set[str], facts: Facts) -> Iterator[tuple[int, int]]:
    """Where known names stand, the longest first."""
    start = 0
    while start < len(plain):
        end = next(
            (
                end
                for end in range(min(len(plain), start + _MOST), start, -1)
                if _is_word(plain, start, end)
                and (plain[start:end] in groups or facts.names.is_name(plain[start:end]))
            ),
            None,
        )
        if end is not None:
            yield start, end
        start = end or start + 1


def _is_word(plain: str, start: int, end: int) -> bool:
    """Latin words are whole ones; a name of one character is too little to go by."""
    word = plain[start:end]
    if len(word) < (_LEAST if is_chinese(word) else _LEAST_LATIN):
        return False
    return not (_joins(plain, start) or _joins(plain, end))


def _joins(plain: str, place: int) -> bool:
    """Whether a Latin word or a number goes on over this place."""
    around = plain[max(place - 1, 0) : place + 1] if 0 < place < len(plain) else ""
    return len(around) > 1 and around.isascii() and around.isalnum()
