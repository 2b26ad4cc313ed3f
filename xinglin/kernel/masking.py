"""Words of which somebody else may not learn whose they are: names, numbers and addresses are blotted.

What is registered is found whatever its spaces and width; what is not, by its shape. Nothing here
understands a text: a nickname that nobody registered stays.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date

BLOT = "[***]"
Spans = Iterable[tuple[int, int]]

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003134f]")
# Between the characters of a Chinese name, or the parts of a longer one (阿依·古丽).
_GAP = r"[\s·•・.]"
_GAPS = re.compile(f"{_GAP}+")
_DIGITS = "零〇一二三四五六七八九幺两"
# In the order of looking. A date of an illness stays; whoever's birthday it is is asked for by name.
_SHAPES = (
    # Mail (64 before the @: RFC 5321, 4.5.3.1.1), and whatever leads to a page or an account.
    re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|https?://\S+|www\.\S+", re.IGNORECASE),
    # A resident identity number, also written in groups (GB 11643).
    re.compile(r"(?<!\d)\d{6}[\s-]?(?:18|19|20)\d{2}[\s-]?\d{4}[\s-]?\d{3}[\dXx](?!\d)"),
    # Seven digits and more: telephones, cards, record numbers; spoken ones too.
    re.compile(r"(?<![\d.])\+?\d{7,}[Xx]?(?!\d)"),
    re.compile(f"[{_DIGITS}]{{7,}}"),
    # Passports and permits: a letter or two, then numbers.
    re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,2}\d{7,}(?!\d)"),
    # Accounts by which somebody is found.
    re.compile(r"(?:微信|QQ|wechat|weixin)\s*(?:号|ID)?\s*[:：是]?\s*[\w.-]{4,}", re.IGNORECASE),
    # Places, Chinese: from a province, city or district down, or a street with its number.
    re.compile(
        r"(?:[\u4e00-\u9fff]{2,6}(?:省|自治区))?(?:[\u4e00-\u9fff]{2,6}市)?"
        r"(?:[\u4e00-\u9fff]{1,6}(?:区|县|旗))?(?:[\u4e00-\u9fff]{1,8}(?:街道|镇|乡|村))?"
        r"(?:[\u4e00-\u9fff]{1,10}(?:路|街|巷|弄|道|胡同|小区|花园|家园|大厦|公寓|苑))"
        r"\s*[\dA-Za-z一二三四五六七八九十百零-]+\s*(?:号楼|号院|号|弄|栋|幢|楼|座|单元|室|户)"
        r"(?:\s*[\dA-Za-z一二三四五六七八九十百零-]+\s*(?:号楼|号|栋|幢|楼|座|单元|层|室|户)?)*"
    ),
    re.compile(
        r"(?:[\u4e00-\u9fff]{2,6}(?:省|自治区)[\u4e00-\u9fff]{2,6}(?:市|州|盟)|[\u4e00-\u9fff]{2,4}市)"
        r"[\u4e00-\u9fff]{1,6}(?:区|县|旗)(?:[\u4e00-\u9fff]{1,8}(?:街道|镇|乡|村))?"
    ),
    # Places, English: a number, a name, a street.
    re.compile(
        r"\b\d{1,5}[A-Za-z]?,?\s+(?:[A-Z][\w'’-]*\s+){1,4}"
        r"(?:Road|Rd|Street|St|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Way|Court|Ct|Boulevard|Blvd)\b\.?"
    ),
)


def masked(
    text: str,
    *,
    names: Iterable[str] = (),
    born: date | None = None,
    phones: Callable[[str], Spans] | None = None,
) -> str:
    """The text without whom it is about.

    Args:
        names: as they are registered; a given name of two characters is found without its surname.
        phones: finds telephone numbers that are written with spaces or dashes.
    """
    told = "".join(map(_narrow, text))
    patterns = [*_names(names), *_birthdays(born), *_SHAPES]
    spans = [match.span() for pattern in patterns for match in pattern.finditer(told)]
    if phones is not None:
        spans += phones(told)
    return _blotted(text, spans)


def _narrow(character: str) -> str:
    """Wide and narrow forms are one; what would become two characters keeps its place."""
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def _blotted(text: str, spans: Spans) -> str:
    parts, at = [], 0
    for start, end in sorted(spans):
        if end <= at:
            continue
        if start >= at:
            parts += [text[at:start], BLOT]
        at = end
    return "".join([*parts, text[at:]])


def _names(names: Iterable[str]) -> list[re.Pattern[str]]:
    found: set[str] = set()
    for name in names:
        parts = (
            _GAPS.split(unicodedata.normalize("NFKC", name)) if _HAN.search(name) else name.split()
        )
        plain = "".join(parts) if _HAN.search(name) else name
        words = [plain, *parts]
        found |= {word.strip(".,") for word in words}
        if _HAN.fullmatch(plain[:1] or " ") and 3 <= len(plain) <= 4:  # noqa: PLR2004  # surname, given
            found.add(plain[-2:])
    wanted = sorted((each for each in found if len(each) > 1), key=len, reverse=True)
    return [_spaced(each) for each in wanted]


def _spaced(name: str) -> re.Pattern[str]:
    """Chinese with anything empty between its characters; other names as whole words."""
    if _HAN.search(name):
        return re.compile(f"{_GAP}*".join(map(re.escape, name)))
    return re.compile(
        rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])".replace(r"\ ", r"\s+"), re.IGNORECASE
    )


def _birthdays(born: date | None) -> list[re.Pattern[str]]:
    if born is None:
        return []
    year, month, day = born.year, born.month, born.day
    return [
        re.compile(rf"(?<!\d){year}\s*[-/.年]\s*0?{month}\s*[-/.月]\s*0?{day}(?!\d)\s*[日号]?"),
        re.compile(rf"(?<!\d){year}{month:02}{day:02}(?!\d)"),
    ]
