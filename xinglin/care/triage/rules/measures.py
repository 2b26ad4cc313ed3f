"""Measured values in free text: body temperature (°C or °F) and blood pressure (mmHg)."""

import re
from collections.abc import Iterator

_DIGITS = {d: n for n, d in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_SPELLED = re.compile(r"[零〇一二两三四五六七八九十百]{2,6}(?=度|左右|多|以上|$|[,，、/ ])")
_HALF_DEGREE = re.compile(r"(\d{2,3})度半")
_DEGREE_AND_TENTH = re.compile(r"(\d{2,3})(?:度|点)([\d一二三四五六七八九])(?!\d)")
_TEMPERATURE = re.compile(
    r"(?<![\d./])(3[4-9]|4[0-3]|9[5-9]|10[0-9])(?:\.(\d))?\d?\s*(?:度|℃|°|摄氏|c\b|f\b|degrees?|celsius|fahrenheit)"
    r"|(?:烧到|烧至|体温|发烧|发热|高烧|fever(?: of| is| was)?|temp(?:erature)?(?: of| is| was| up to)?|\bt[:=]?(?= ?\d))[^\d,]{0,6}?"
    r"(3[4-9]|4[0-3]|9[5-9]|10[0-9])(?:\.(\d))?(?![\d/]|\s*(?:分|天|个|小时|min|hour|day))"
    r"|(?<![\d./])(3[89]|40|41|10[0-6])(?:\.(\d))? (?=fever|temperature)"
)
_PRESSURE = re.compile(
    r"(?<![\d./])(\d{2,3})\s*(?:/|／|over|和)\s*(\d{2,3})(?![\d/]|\s*(?:月|个月|天|周|mg|ml))"
)
_SYSTOLIC = re.compile(
    r"(?:(?:高压|收缩压|血压|systolic|blood pressure|bp)[^\d,。]{0,8}?(\d{3})"
    r"|(?:收缩压|systolic(?: (?:blood )?pressure)?)(?: is| was| of|是|为|:)* ?(\d{2})"
    r"|bp (?:is |of |was )?(\d{2,3})(?= systolic))(?![\d./])(?!\s*/)"
)
_DIASTOLIC = re.compile(r"(?:低压|舒张压|diastolic)[^\d,。]{0,8}?(\d{2,3})(?![\d./])")
_NUMBER = re.compile(r"\d\d|[一二三四五六七八九十百]{2}|十")
_NOT_REACHED = re.compile(
    r"(?:没到|不到|未到|没有到|没超过|不超过|未超过|低于|小于|under|below|less than|not|never)\s*$"
)
_FAHRENHEIT_FROM = 90.0
_SYSTOLIC_RANGE, _DIASTOLIC_RANGE = range(70, 301), range(30, 201)


def holds(condition: str, text: str) -> bool:
    """`condition`: `temperature>=38` or `pressure>=180/110` (either value is enough).

    Raises:
        ValueError: the condition is none of these.
    """
    name, _, limit = condition.partition(">=")
    if name in {"temperature", "pressure"} and not has_number(text):
        return False
    if name == "temperature":
        return any(value >= float(limit) for value in temperatures(text))
    if name == "pressure":
        most_systolic, most_diastolic = (int(part) for part in limit.split("/"))
        return any(s >= most_systolic or d >= most_diastolic for s, d in pressures(text))
    raise ValueError(f"nothing measures {condition!r}")


def has_number(text: str) -> bool:
    return bool(_NUMBER.search(text))


def temperatures(text: str) -> Iterator[float]:
    """In °C, as told in a normalised text."""
    plain = in_digits(text)
    for found in _TEMPERATURE.finditer(plain):
        if _NOT_REACHED.search(plain, 0, found.start()):
            continue
        whole, tenth = next((found[n], found[n + 1]) for n in (1, 3, 5) if found[n])
        value = float(f"{whole}.{tenth or 0}")
        if value < _FAHRENHEIT_FROM and found[0].endswith(("f", "fahrenheit")):
            continue  # "34F" is a woman of 34.
        yield (value - 32) / 1.8 if value > _FAHRENHEIT_FROM else value


def pressures(text: str) -> Iterator[tuple[int, int]]:
    """Systolic and diastolic in mmHg; 0 for the one that was not told."""
    plain = in_digits(text)
    for found in _PRESSURE.finditer(plain):
        pair = int(found[1]), int(found[2])
        if _is_pressure(*pair) and not _NOT_REACHED.search(plain, 0, found.start()):
            yield pair
    for found in _SYSTOLIC.finditer(plain):
        told = int(found[found.lastindex or 1])
        if told in _SYSTOLIC_RANGE:
            yield told, 0
    for found in _DIASTOLIC.finditer(plain):
        if int(found[1]) in _DIASTOLIC_RANGE:
            yield 0, int(found[1])


def in_digits(text: str) -> str:
    """Spelled Chinese numbers as digits: 三十八度五 is 38.5度, 一百八 is 180."""
    plain = _SPELLED.sub(lambda found: str(_number(found[0])), text)
    plain = _HALF_DEGREE.sub(r"\1.5度", plain)
    return _DEGREE_AND_TENTH.sub(lambda f: f"{f[1]}.{_DIGITS.get(f[2], f[2])}度", plain)


def _is_pressure(systolic: int, diastolic: int) -> bool:
    in_range = systolic in _SYSTOLIC_RANGE and diastolic in _DIASTOLIC_RANGE
    return in_range and diastolic < systolic


def _number(spelled: str) -> int:
    """Up to 999; a last digit after 百 counts tens when nothing stands between (一百八: 180)."""
    hundreds, has_hundred, rest = spelled.rpartition("百")
    total = 100 * _DIGITS.get(hundreds, 1) if has_hundred else 0
    if has_hundred and len(rest) == 1 and rest in _DIGITS:
        return total + 10 * _DIGITS[rest]
    rest = rest.lstrip("零〇")
    tens, has_ten, ones = rest.rpartition("十")
    if has_ten:
        total += 10 * _DIGITS.get(tens, 1)
    elif len(ones) > 1:
        return total + int("".join(str(_DIGITS[d]) for d in ones if d in _DIGITS) or 0)
    return total + _DIGITS.get(ones, 0)
