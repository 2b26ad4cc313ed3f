"""Who the patient is, as far as age and sex decide on a department; told, or read in the words."""

import re
from dataclasses import dataclass

from xinglin.care.triage.rules.case import Case

CHILD_UNTIL_YEARS = 14
_INFANT_UNTIL_YEARS = 3
_MONTHS = 12
_SPELLED = "零一二三四五六七八九十"
_YEARS = re.compile(r"(?<![\d.])(\d{1,3})\s*(?:周岁|岁)|([一二两三四五六七八九十]{1,3})岁")
_MONTHS_OLD = re.compile(
    r"(?:\d{1,2}|[一二两三四五六七八九十]{1,2})个?多?月(?:零\d+天)?(?:大的?|的?(?:宝宝|婴儿|孩子|小孩|男宝|女宝|娃|女婴|男婴))"
    r"|(?:宝宝|婴儿|孩子|小孩|男宝|女宝|娃|女婴|男婴|女儿|儿子)(?:今年|现在|才|刚|都)?(?:\d{1,2}|[一二两三四五六七八九十]{1,2})个多?月"
    r"|\b\d{1,2}[- ]months?[- ]old|\b\d{1,2}[- ](?:weeks?|days?)[- ]old"
)
_ENGLISH_YEARS = re.compile(
    r"\b(\d{1,3})[- ]?(?:years?|yrs?|y/?o)\b(?:[- ]olds?)?|\baged? (\d{1,3})\b"
)
_INFANT = re.compile(
    r"宝宝(?!树)|婴儿|新生儿|早产儿|婴幼儿|幼儿|奶娃|月子里的娃|刚出生|刚满月|满月的|出生\d*[一二三四五六七八九十]*天"
    r"|\b(?:baby|babies|infant|newborn|toddler)\b"
)
_CHILD = re.compile(
    r"小儿|儿童|孩子|小孩|小朋友|娃娃|娃|小宝|患儿|幼儿园|小学生|小男孩|小女孩|男宝|女宝|男孩|女孩|我儿子|我女儿|儿子|女儿|我儿|孙子|孙女|外孙"
    r"|\b(?:child|children|kid|kids|my (?:son|daughter|boy|girl)|little (?:boy|girl)|schoolboy|schoolgirl)\b"
)
# A child is spoken of, and is not the patient.
_NO_PATIENT = re.compile(
    r"(?:生|要|怀|想要|准备要|有|养|带|没|没有|打掉|流掉|喂|再要|不想要|抱)(?:了|过|完|个|一个|二胎|两个|小|的|着)*(?:孩子|小孩|宝宝|娃|女儿|儿子)"
    r"|(?:孩子|宝宝|胎儿|小孩)(?:他|她)?(?:爸|妈)|胎儿|(?:传染|遗传|影响|伤害)(?:给|到)?(?:孩子|宝宝|小孩|婴儿|儿童)"
    r"|肚子里的(?:孩子|宝宝)|(?:孩子|宝宝)(?:健康|畸形)吗|孕妇|怀孕|哺乳|喂奶|剖腹产|顺产|备孕|同房|月经|儿童医院|女孩子|男孩子"
    r"|\b(?:have|had|having|want|conceive|deliver|breastfeed\w*|pregnan\w*)\b[^.]{0,20}\b(?:baby|child|children|kids)\b"
)
_MAN = re.compile(
    r"^男|[，,。 ]男[，,。 ]|我是男|男性|男的|男士|先生|我老公|我丈夫|我男朋友|我男友|我爸|我父亲|我爷爷|我弟|我哥"
    r"|阴茎|睾丸|前列腺|龟头|包皮|阳痿|早泄|遗精|\b(?:man|male|husband|father|boyfriend|he|his)\b"
)
_WOMAN = re.compile(
    r"^女|[，,。 ]女[，,。 ]|女性|女士|月经|怀孕|白带|阴道|子宫|例假|大姨妈|我老婆|我妻子|我女朋友|我女友|我妈|我媳妇|孕"
    r"|\b(?:woman|female|wife|mother|girlfriend|she|her|pregnan\w*|period|vagina\w*)\b"
)
# With child now; "not pregnant", "怀孕的概率" and a wish are none of it.
_PREGNANT = re.compile(
    r"(?<!没)(?<!没有)(?<!未)(?<!不)(?<!备)(?:怀孕|孕|怀上)(?:了|着|期|中|后)?\s*(?:\d+|[一二三四五六七八九十两]+)\+?(?:个|多)?(?:月|周|天)"
    r"|孕早期|孕中期|孕晚期|孕吐|我(?:现在)?(?:怀孕了|是孕妇)|怀着(?:孕|宝宝|孩子)"
    r"|\b(?:\w+|\d+)(?: weeks?| months?)[ -]pregnant|\b(?:i am|i'm|she is|she's|is|while|currently) (?:now |currently )?pregnant"
)


@dataclass(frozen=True, slots=True)
class Patient:
    """`child`: None when nothing tells. `pregnant`: told, by an answer or in the words."""

    child: bool | None
    infant: bool
    sex: str | None
    pregnant: bool = False


def patient_of(case: Case) -> Patient:
    text = case.text.lower()
    years = case.age_years if case.age_years is not None else _years_in(text)
    sex = case.sex or _sex_in(text)
    pregnant = bool(case.pregnant or _PREGNANT.search(text))
    if years is not None:
        return Patient(years < CHILD_UNTIL_YEARS, years < _INFANT_UNTIL_YEARS, sex, pregnant)
    if _NO_PATIENT.search(text):
        return Patient(None, infant=False, sex=sex, pregnant=pregnant)
    infant = bool(_INFANT.search(text))
    return Patient(True if infant or _CHILD.search(text) else None, infant, sex, pregnant)


def _years_in(text: str) -> float | None:
    if _MONTHS_OLD.search(text):
        return 1 / _MONTHS
    found = _YEARS.search(text)
    if found:
        return float(found[1]) if found[1] else float(_spelled(found[2]))
    english = _ENGLISH_YEARS.search(text)
    return float(english[1] or english[2]) if english and _is_age(text, english) else None


def _is_age(text: str, found: "re.Match[str]") -> bool:
    """False of a duration: "for 3 years"."""
    before = text[max(0, found.start() - 12) : found.start()]
    after = text[found.end() : found.end() + 4]
    return "old" in found[0] or found[0].startswith("age") or (
        not re.search(r"(?:for|past|last|about|since|over|than)\s*(?:the\s*)?$", before)
        and after.strip()[:3] != "ago"
    )  # fmt: skip


def _spelled(words: str) -> int:
    tens, ten, ones = words.replace("两", "二").partition("十")
    if not ten:
        return _SPELLED.index(words[0].replace("两", "二"))
    return (_SPELLED.index(tens) if tens else 1) * 10 + (_SPELLED.index(ones) if ones else 0)


def _sex_in(text: str) -> str | None:
    man, woman = bool(_MAN.search(text)), bool(_WOMAN.search(text))
    if man == woman:
        return None
    return "male" if man else "female"
