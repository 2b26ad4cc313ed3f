"""When it was and how long: past or now, and durations in hours."""

import re
from collections.abc import Iterator
from functools import lru_cache

_DAY, _WEEK, _MONTH, _YEAR = 24.0, 168.0, 730.0, 8760.0
_UNIT_EN = {
    "sec": 1 / 3600,
    "min": 1 / 60,
    "hou": 1.0,
    "hr": 1.0,
    "hrs": 1.0,
    "day": _DAY,
    "nig": _DAY,
    "wee": _WEEK,
    "wk": _WEEK,
    "wks": _WEEK,
    "fort": 2 * _WEEK,
    "mon": _MONTH,
    "yea": _YEAR,
    "yr": _YEAR,
    "yrs": _YEAR,
}
_UNIT_ZH = {
    "秒": 1 / 3600,
    "分": 1 / 60,
    "小": 1.0,
    "钟": 1.0,
    "个": 1.0,
    "时": 1.0,
    "天": _DAY,
    "日": _DAY,
    "晚": _DAY,
    "周": _WEEK,
    "星": _WEEK,
    "礼": _WEEK,
    "月": _MONTH,
    "年": _YEAR,
}
_NUMBER_EN = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "couple of": 2,
    "a couple of": 2,
    "few": 4,
    "a few": 4,
    "several": 5,
    "half an": 0.5,
    "half a": 0.5,
    "past": 1,
    "last": 1,
}
_NUMBER_ZH = {
    "半": 0.5,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "几": 4,
    "好几": 5,
    "十几": 14,
    "多": 5,
    "十来": 10,
    "两三": 3,
    "三四": 4,
    "四五": 5,
}
_EN = re.compile(
    r"\b(?P<n>\d+(?:\.\d+)?(?: ?(?:~|to|or) ?\d+)?|half an?|a couple of|couple of|a few|few|several|an?|one|"
    r"two|three|four|five|six|seven"
    r"|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|twenty|thirty|past|last) ?(?P<u>seconds?|"
    r"secs?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|wks?|months?|years?|yrs?)\b"
    r"(?! (?:pregnant|gestation|along|after (?:her|my|the) last period|since (?:her|my|the) last period)|"
    r"s? gestation)(?! (?:old|of age)|s? old| of rest\b)"
)
_ZH = re.compile(
    r"(?P<n>\d+(?:\.\d+)?(?:[~到至]\d+)?|好几|十几|十来|两三|三四|四五|半|"
    r"[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九几多])"
    r"(?P<more>个半|个多|个来|多个|多|个|来)?(?P<u>秒|分钟|小时|钟头|时辰|天|日|晚上|晚|周|星期|礼拜|月|年)(?!龄|"
    r"后出生|级|纪|大|的?孕|的?[男女]?宝|的?[男女]?孩|的?[男女]?娃|的?[男女]?婴|次|身孕)(?![七八\d一二两三四五六九十好几]{1,3}[次回趟])"
)
_HOW_OFTEN = ("times ", "once ", "twice ", "every ", "each ", "times in ", "per ")
_OF_AGE = ("shes ", "hes ", "she is ", "he is ", "baby is ", "she was ", "he was ")
_AGE_BEFORE = ("宝宝", "孩子", "婴儿", "儿子", "女儿", "宝贝", "娃", "怀孕", "孕", "龄", "每")
_WORDS = (
    (re.compile(r"\b(?:just now|a moment ago|minutes ago)\b|刚才|刚刚|刚(?=[^好])"), 1.0),
    (
        re.compile(
            r"\b(?:this morning|tonight|this evening|this afternoon|earlier today|today|woke up)\b|今早|"
            r"今天|今晚|"
            r"今晨|早上|半夜|凌晨|中午|下午"
        ),
        8.0,
    ),
    (re.compile(r"\b(?:yesterday|last night|overnight)\b|昨天|昨晚|昨夜|昨日"), 24.0),
    (re.compile(r"前天|\bday before yesterday\b"), 48.0),
    (re.compile(r"上周|上星期|\blast week\b"), 10 * _DAY),
    (re.compile(r"上个?月|\blast month\b"), 45 * _DAY),
)
_LONG = re.compile(
    r"\b(?:chronic(?:ally)?|long standing|for years|for months|for ages|all my life|many years|"
    r"many months)\b|多年|常年|长期|一直以来|老毛病|反复多次|慢性"
)
_ANY_WORD = re.compile("|".join(f"(?:{p.pattern})" for p in (*(each for each, _ in _WORDS), _LONG)))
_PAST = re.compile(
    r"以前|曾经|曾(?=[患有得做])|过去(?!的?[几\d一二两三四五六七八九十])|去年|前年|小时候|年轻时|"
    r"[\d一二两三四五六七八九十几多]+年前|个?月前(?!开始)|上个?月|病史|既往|得过|做过|患过|家族史"
    r"|\byears? ago\b|\bmonths? ago\b|\blast year\b|\b(?:past|previous|prior) (?:medical )?(?:history|"
    r"surgery|episodes?|operation)\b|\bhistory of\b|\bused to\b"
    r"|\bin the past\b(?! (?:\d|few|two|three|several|day|week|24))|\bpreviously\b|\bas a child\b|"
    r"\bin (?:19|20)\d\d\b|\bonce had\b|\bwhen i was (?:young|a child|little)\b"
    r"|\bprior to (?:this|that)\b"
)
_NOW = re.compile(
    r"现在|今天|今早|今晚|刚才|刚刚|突然|忽然|突发|骤然|又|再次|正在|目前|昨|开始|至今|越来越|加重|现|仍"
    r"|\bnow\b|\btoday\b|\btonight\b|\bagain\b|\bsudden\w*|\bthis (?:morning|evening)\b|\bcurrently\b|"
    r"\bsince\b|\bstarted\b|\bbegan\b|\bworse\w*|\bstill\b"
    r"|\bpresents?\b|\bpresented\b|\bpresenting\b|\bhistory of .{0,60}(?:for|over) the (?:past|last)\b|"
    r"\b(?:hours?|days?|weeks?|months?|years?) history of\b|\bdeveloped\b|\bnoticed\b"
    r"|\b(?:started|starting|beginning|began|onset)\b.{0,30}\bago\b|\bago\b.{0,20}\b(?:started|began|"
    r"developed|noticed)\b"
)
_RESOLVED_AFTER = re.compile(
    r"\s*(?:已经|都|也|基本|完全|现在|后来)*(?:好了|消失|没了|退了|止住了|不[疼痛咳烧吐拉晕痒](?:了|$)|"
    r"缓解了|痊愈)"
    r"|\s*(?:(?:that|which|it) )?(?:has|have|had|is|are|was|were)?\s*(?:now |since |completely |fully |"
    r"all )?(?:resolved|gone(?! numb)|subsided|settled|cleared up|went away|disappeared|better now|"
    r"stopped now|gone away)\b"
)


@lru_cache(maxsize=256)
def is_past(clause: str) -> bool:
    return bool(_PAST.search(clause)) and not _NOW.search(clause)


def is_resolved(text: str, end: int) -> bool:
    return bool(_RESOLVED_AFTER.match(text, end))


def durations(text: str) -> Iterator[tuple[int, float]]:
    """Place and hours."""
    for found in _EN.finditer(text):
        if text.endswith((*_HOW_OFTEN, *_OF_AGE), 0, found.start()):
            continue
        unit = found["u"]
        hours = _UNIT_EN.get(unit) or _UNIT_EN.get(unit[:3]) or _UNIT_EN[unit[:2]]
        yield found.start(), _number_en(found["n"]) * hours
    if not text.isascii():
        for found in _ZH.finditer(text):
            if text.endswith(_AGE_BEFORE, 0, found.start()):
                continue
            many = _number_zh(found["n"])
            more = found["more"] or ""
            if found["u"] == "月" and "个" not in more and not more:
                continue  # a date, not a span of time
            if found["u"] == "日":
                continue
            many += 0.5 if more == "个半" else 0
            yield found.start(), many * _UNIT_ZH[found["u"][0]]
    for found in _ANY_WORD.finditer(text):
        yield found.start(), _hours_of(text, found.start())


def _hours_of(text: str, at: int) -> float:
    return next((hours for pattern, hours in _WORDS if pattern.match(text, at)), _YEAR)


def _number_en(words: str) -> float:
    if words[0].isdigit():
        return max(float(n) for n in re.findall(r"\d+(?:\.\d+)?", words))
    return _NUMBER_EN[words]


def _number_zh(words: str) -> float:
    if words[0].isdigit():
        return max(float(n) for n in re.findall(r"\d+(?:\.\d+)?", words))
    if words in _NUMBER_ZH:
        return _NUMBER_ZH[words]
    tens, _, ones = words.partition("十")
    return 10 * _NUMBER_ZH.get(tens, 1) + _NUMBER_ZH.get(ones, 0)
