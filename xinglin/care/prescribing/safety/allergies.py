"""What a patient is allergic to, read from ordinary words; what nobody can read is handed on as that."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from xinglin.care.prescribing.safety.facts import Facts
from xinglin.care.prescribing.safety.spelling import folded, is_chinese

# Characters of a name that is looked for inside a sentence; shorter ones only stand alone.
_LEAST, _LEAST_LATIN, _MOST = 2, 4, 40
_MARKS = " ()[]{}<>\"'“”「」『』《》【】_*=~·•-"
_LINES = re.compile(r"[\r\n]+")
_APART = re.compile(
    r"[,，、;；:：/。.!?|+&]+|(?:但是|但|以及|和|与|及)|\s(?:and|or|but)\s"
    r"|(?<=[\u3400-\u9fff])\s+|\s+(?=[\u3400-\u9fff])"
)
_BEFORE = re.compile(
    r"^(?:我|或|本人|患者|病人|孩子|宝宝|既往|曾经|曾|有|对|服用|使用|用|吃|药物|药品|食物|过敏原|过敏史|过敏|\s"
    r"|(?:i am|i'm|i have|i|patient|is|has|allergic|allergy|allergies|to|with|drug|food|known)\b)"
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


# Around a name these say when, how, in which form and what came of it, and name nothing themselves.
_AROUND = re.compile(
    r"药疹|皮疹|疹子|红疹|荨麻疹|风团|瘙痒|发痒|痒|过敏性休克|休克|呼吸困难|红肿|水肿|不良反应|反应|不耐受|喉头|消退|好转|停药|停用"
    r"|小时候|幼时|儿时|从小|小时|以前|之前|既往|曾经|曾|去年|前年|\d+\s*(?:年前?|月|日|天|次|岁时?|号)|多年前?"
    r"|注射用?|口服|外用|静脉|静滴|静注|肌注|滴注|输液|输|打针|针剂|针|片剂?|胶囊|颗粒|冲剂|糖浆|注射液|药膏|软膏|滴剂"
    r"|皮试|皮肤|试验|阳性|强阳性|弱阳性|出现|发生|引起|导致|所致|致|可疑|疑似|可能|明确|已知|诊断|确诊"
    r"|严重|轻度|中度|重度|轻微|全身|局部|自述|自诉|诉|禁用|慎用|避免|不能|不可|不宜|不|勿"
    r"|服用|服|使用|应用|用|吃|喝|药物|药品|药|类|史|等|的|过|了|就|都|会|因|由|在|于|对|时|后|起|出|有|为|我|他|她"
    r"|\b(?:since|childhood|as|an?|child|in|at|on|of|the|my|me|he|she|it|had|has|have|after|when|while|took|take|taking"
    r"|severe|mild|moderate|severely|mildly|to|with|from|by|for|rash|hives|itching|swelling|anaphylaxis|anaphylactic"
    r"|shock|urticaria|intoleran(?:ce|t)|due|following|skin|test|positive|reaction|reactions|got|gets?|gave|gives|caused|causes?|years?|months?|days?"
    r"|ago|old|injections?|tablets?|capsules?|oral|iv|was|were|is|am|are|be|can't|cannot|do|not|avoid|class|group|type"
    r"|known|allerg(?:ic|y|ies)|suspected|possible|confirmed|history|past|also|i|i'm|patient|drugs?|family|likes?)\b"
    r"|\d+|[\s()\[\]{}<>\"'“”「」『』《》【】_*=~·•\-]+"
)


@dataclass(frozen=True, slots=True)
class Allergen:
    """`text`: as it is shown. No `substances`, and no name of a group: nobody can read it.

    `told_in`: places among what was told, from 0.
    """

    text: str
    substances: frozenset[str] = frozenset()
    is_read: bool = False
    told_in: tuple[int, ...] = ()


def allergens(told: Iterable[str], facts: Facts) -> tuple[Allergen, ...]:
    """Each once. Names and groups are looked for in the whole, then part by part.

    What is denied by name is not read: it may be meant either way. What is denied in one place is
    denied there, and takes nothing from another.
    """
    groups = {name for group in facts.allergy_groups for name in group.names}
    places: dict[Allergen, list[int]] = {}
    for place, words in enumerate(told):
        for each in dict.fromkeys(_read(words, groups, facts)):
            places.setdefault(each, []).append(place)
    return tuple(replace(each, told_in=tuple(found)) for each, found in places.items())


def denies_all(words: str) -> bool:
    """Whether every part of it says that there are none: 否认药物过敏史."""
    plain = folded(_LINES.sub(";", words.strip()))
    told = [each for each in map(str.strip, filter(None, _APART.split(plain))) if each]
    return bool(told) and all(map(_DENIES_ALL.fullmatch, told))


def places_of_names(plain: str, facts: Facts) -> list[tuple[int, int]]:
    """Where known substances and groups stand in it, folded."""
    groups = {name for group in facts.allergy_groups for name in group.names}
    return list(_spans(plain, groups, facts))


def _read(words: str, groups: set[str], facts: Facts) -> Iterator[Allergen]:
    plain = folded(_LINES.sub(";", words.strip()))
    spans = list(_spans(plain, groups, facts))
    parts = [(a, b) for a, b in _parts(plain, spans) if plain[a:b].strip()]
    found = [
        each
        for start, end in parts
        for each in _of_part(
            plain, start, end, [(a, b) for a, b in spans if start <= a and b <= end], facts
        )
    ]
    told = [plain[a:b].strip() for a, b in parts]
    is_denied = any(map(_DENIES_ALL.fullmatch, told)) and not any(map(_CLAIMS.match, told))
    yield from found
    if told and not found and not is_denied:
        yield Allergen(words.strip())


def _of_part(
    plain: str, start: int, end: int, spans: list[tuple[int, int]], facts: Facts
) -> list[Allergen]:
    part = plain[start:end].strip()
    if spans and not _DENIES.search(part):
        names = [plain[a:b] for a, b in spans]
        read = [
            Allergen(each, facts.names.recognise(each).substances, is_read=True) for each in names
        ]
        return read + _besides(plain, start, end, spans, facts)
    bare = _bare(part).strip(_MARKS)
    if not spans and (not bare or _DENIES_ALL.fullmatch(part) or _REACTION.fullmatch(part)):
        return []
    found = facts.names.recognise(bare)
    if not spans and found.substances and not found.missing:
        return [Allergen(bare, found.substances, is_read=True)]
    return [Allergen(part)]


def _besides(
    plain: str, start: int, end: int, spans: list[tuple[int, int]], facts: Facts
) -> list[Allergen]:
    """What is joined to known names without a mark: 青霉素芒果. Nobody has read it."""
    edges = [start, *(place for span in spans for place in span), end]
    names = ["", *(plain[a:b] for a, b in spans), ""]
    left = [_bare(plain[a:b].strip(_MARKS)) for a, b in pairwise(edges)][::2]
    return [
        Allergen(each)
        for each, before, after in zip(left, names, names[1:], strict=False)
        if _AROUND.sub("", each) and not _is_of_name(each, before, after, facts)
    ]


def _is_of_name(rest: str, before: str, after: str, facts: Facts) -> bool:
    """A salt or a form: 青霉素v钾片, 盐酸左氧氟沙星, 头孢曲松钠输液后."""
    bare = _AROUND.sub("", rest)
    for whole, name in (
        (before + rest, before),
        (before + bare, before),
        (rest + after, after),
        (bare + after, after),
    ):
        found = facts.names.recognise(whole)
        is_same = found.substances == facts.names.recognise(name).substances
        if name and found.substances and is_same and not found.missing:
            return True
    return False


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
