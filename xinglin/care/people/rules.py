"""How people are named, counted and shown: pure."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from xinglin.kernel.dates import age_on
from xinglin.kernel.text import Text

ADULT_YEARS = 18
END_OF_DAYS = datetime(2200, 1, 1, tzinfo=UTC)
"""No paper of ours lasts longer; the database keeps what Python cannot read back."""
NAME_LONGEST = 50
PATIENTS_OF_ONE_ACCOUNT = 8

RELATIONS: dict[str, Text] = {
    "self": Text("本人", "Myself"),
    "child": Text("子女", "Child"),
    "spouse": Text("配偶", "Spouse"),
    "parent": Text("父母", "Parent"),
    "other": Text("其他家人", "Other relative"),
}
# What the one who asks is to the patient, by what the patient is to the one who asks.
ASKERS: dict[str, Text] = {
    "self": Text("本人", "the patient"),
    "child": Text("父母", "a parent"),
    "spouse": Text("配偶", "the spouse"),
    "parent": Text("子女", "a son or daughter"),
    "other": Text("家人", "a relative"),
}
SEX_CODES = {"male": "1", "female": "2"}
"""GB/T 2261.1, as the column keeps it (from memory: verify)."""
SEXES = {code: sex for sex, code in SEX_CODES.items()}

GRADES: dict[str, Text] = {
    "3T": Text("三级特等", "Level 3, special class"),
    "3A": Text("三级甲等", "Level 3, class A"),
    "3B": Text("三级乙等", "Level 3, class B"),
    "3C": Text("三级丙等", "Level 3, class C"),
    "2A": Text("二级甲等", "Level 2, class A"),
    "2B": Text("二级乙等", "Level 2, class B"),
    "2C": Text("二级丙等", "Level 2, class C"),
    "1A": Text("一级甲等", "Level 1, class A"),
    "1B": Text("一级乙等", "Level 1, class B"),
    "1C": Text("一级丙等", "Level 1, class C"),
    "0": Text("未定级", "Ungraded"),
}
"""Grades of hospitals (domain/master-data.md); the codes are ours."""

NAMED_A_DAY = 20
"""Visits by name in one day when the doctor says nothing. Ours: no source gives a number."""
MOST_NAMED_A_DAY = 50
"""Ours as well: at ten visits an hour a day of five hours."""

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
    """The last four characters, two of a short number.

    The first ones stay hidden: beside a birth date they would leave two digits open, and the check
    digit hardly ten numbers.
    """
    shown = 2 if len(id_number) <= _MASK_FROM else 4
    return "*" * (len(id_number) - shown) + id_number[-shown:]


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


def masked_name(name: str) -> str:
    """Enough for who knows the person: of a Chinese name the ends, of a Latin one the initials."""
    if name.isascii() or " " in name:
        return " ".join(f"{word[0]}**" for word in name.split())
    if len(name) <= 2:  # noqa: PLR2004  # family name and one more
        return f"{name[:1]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


EVIDENCE: dict[str, Text] = {
    "identity": Text("身份证件（正反面）", "Identity card, both sides"),
    "certificate": Text("医师资格证书", "Certificate of qualification as a doctor"),
    "licence": Text("医师执业证书", "Licence to practise"),
    "title": Text("职称证明", "Proof of title"),
    "years": Text("独立临床工作年限证明", "Proof of years of independent work"),
    "consent": Text("注册医疗机构的同意书", "Consent of the institution of registration"),
    "filing": Text("多机构执业备案凭证", "Confirmation of multi-site filing"),
    "other": Text("其他材料", "Anything else"),
}
"""What each piece of evidence shows; which ones are asked for follows R14, R15 and R17."""
MOST_EVIDENCE = 20
LONGEST_REASON = 1000
SHORTEST_REASON = 5
WARN_DAYS = (60, 30, 7)
"""So many days before a licence or filing ends doctor and administrator are told. Ours."""

ALWAYS_SHOWN = ("identity", "certificate", "licence")


def evidence_needed(*, registered_here: bool) -> tuple[str, ...]:
    """R14: consent of the institution of registration; R17: the filing of work elsewhere."""
    return ALWAYS_SHOWN if registered_here else (*ALWAYS_SHOWN, "consent", "filing")


def evidence_hash(
    form: Mapping[str, Any], identity: bytes, files: Iterable[tuple[str, str]]
) -> str:
    """SHA-256 over form, identity and files together, in hex (A06).

    JSON in UTF-8, keys in order, no white space: the same again in fifteen years.

    Args:
        identity: the blind index of the identity number, which itself stays sealed.
        files: kind and SHA-256 of each, in order.
    """
    told = {"files": [list(f) for f in files], "form": dict(form), "identity": identity.hex()}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def warned_at(left: timedelta) -> int | None:
    """The nearest of `WARN_DAYS` that is reached; None: none yet, or it is over."""
    if left <= timedelta():
        return None
    return min((days for days in WARN_DAYS if left <= timedelta(days=days)), default=None)
