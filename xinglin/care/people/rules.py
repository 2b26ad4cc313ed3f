"""How people are named, counted and shown: pure."""

import re
import unicodedata
from datetime import date

from xinglin.kernel.dates import age_on
from xinglin.kernel.text import Text

ADULT_YEARS = 18
NAME_LONGEST = 50
PATIENTS_OF_ONE_ACCOUNT = 8

RELATIONS: dict[str, Text] = {
    "self": Text("本人", "Myself"),
    "child": Text("子女", "Child"),
    "spouse": Text("配偶", "Spouse"),
    "parent": Text("父母", "Parent"),
    "other": Text("其他家人", "Other relative"),
}
SEX_CODES = {"male": "1", "female": "2"}
"""GB/T 2261.1, as the column keeps it (from memory: verify)."""
SEXES = {code: sex for sex, code in SEX_CODES.items()}

_MONTHS_UNTIL_YEARS_ARE_SAID = 24
_MASK_FROM = 8
_CHINESE = re.compile(
    r"[\u3400-\u9fff\U00020000-\U0003134f]+(?:·[\u3400-\u9fff\U00020000-\U0003134f]+)*"
)
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ]+(?:(?:['’\-]| ?[.·] ?| )[A-Za-zÀ-ÖØ-öø-ɏ]+)*\.?")
_DOTS = re.compile(r"\s*[·•・‧∙]\s*")


def clean_name(name: str) -> str:
    """One space between words, one kind of middle dot."""
    return _DOTS.sub("·", " ".join(unicodedata.normalize("NFKC", name).split()))


def what_is_wrong_with_name(name: str) -> Text | None:
    """None for a name of 2 to 50 Chinese characters or Latin letters."""
    if not name:
        return Text("请填写真实姓名。", "Please give the real name.")
    if not 2 <= len(name) <= NAME_LONGEST:  # noqa: PLR2004  # No name has one character.
        return Text("姓名应为2到50个字。", "A name has 2 to 50 characters.")
    if not (_CHINESE.fullmatch(name) or _LATIN.fullmatch(name)):
        return Text(
            "姓名只能用汉字，或只能用字母，请与证件保持一致。",
            "A name is written in Chinese characters or in Latin letters, as on the card.",
        )
    return None


def masked(id_number: str) -> str:
    """The first and last four characters; a short number shows only its last two."""
    if len(id_number) <= _MASK_FROM:
        return "*" * (len(id_number) - 2) + id_number[-2:]
    return id_number[:4] + "*" * (len(id_number) - _MASK_FROM) + id_number[-4:]


def age_months_on(born: date, on: date) -> int:
    """Full months."""
    return (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)


def age_text(born: date, on: date) -> Text:
    """Days in the first month, months until two years, then years."""
    months = age_months_on(born, on)
    if months < 1:
        days = (on - born).days
        return Text(f"{days}天", _counted(days, "day"))
    if months < _MONTHS_UNTIL_YEARS_ARE_SAID:
        return Text(f"{months}个月", _counted(months, "month"))
    years = age_on(born, on)
    return Text(f"{years}岁", _counted(years, "year"))


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
