"""Measured values that stand in the words: beats, breaths, oxygen, pressure, temperature, sugar."""

import re
from collections.abc import Mapping

from xinglin.care.triage.rules import measures
from xinglin.care.triage.rules.vitals import worst

_CUE = re.compile(r"\d|[一二三四五六七八九十百][十百零\d度]")
# "39.4" alone can hardly be anything but a fever.
_BARE = re.compile(
    r"(?<![\d.:/$¥])(?:3[89]|40|41)\.\d(?!\d|\s*(?:kg|cm|mm|lb|斤|公斤|千克|岁|周|%|分|元|块|万|mmol|mg|"
    r"weeks|years|mg|ml|厘米|米))"
)
_LOW = 90
_MG_IN_MMOL = 18
_READ: Mapping[str, re.Pattern[str]] = {
    "heart_rate": re.compile(
        r"(?:heart rate|pulse(?! ox)(?: rate)?|tachycardi\w*|bradycardi\w*|\bhr\b|心率|脉搏|心跳)"
        r"[^\d,.;，。]{0,22}?(\d{2,3})"
        r"(?![\d%]|/(?! ?min)|个| ?(?:分|秒|小时|天|年|岁|min|hour|day|week|year))"
        r"|\bp[:=]? ?(\d{2,3})(?= ?(?:[,;/]|bp\b))|\b(\d{2,3}) ?(?:bpm|beats)"
    ),
    "respiratory_rate": re.compile(
        r"(?:respiratory rate|respirations?|breathing rate|tachypn\w*|\brr\b|呼吸频率|"
        r"呼吸)[^\d,.;，。]{0,14}?(\d{2,3})(?=次|/| per|\b)(?! ?(?:days?|hours?|天|小时|分钟前))|"
        r"\bbreath(?:ing|es|s) (?:\w+ ){0,2}(\d{2}) (?:times |breaths )?(?:a|per|every) min|"
        r"\b(\d{2,3}) breaths"
    ),
    "spo2": re.compile(
        r"(?:spo2|sao2|o2 sat\w*|oxygen(?: saturation| level)?|saturation|sats?|pulse ox\w*|血氧(?:饱和度)?|"
        r"氧饱和度?)[^\d,.;，。]{0,18}?(\d{2,3})(?!\d| ?(?:l|mmhg))"
    ),
    "glucose_mmol": re.compile(
        r"(?:glucose|blood sugars?|sugar levels?|sugars?(?= (?:is|are|was|were|of|reads|at)\b)|血糖)"
        r"[^\d,;，。]{0,16}?(\d{1,3}(?:\.\d)?)(?![\d/])"
    ),
}


def told(text: str) -> dict[str, float]:
    """Of a folded text; as told, so still to be cleaned."""
    if not _CUE.search(text):
        return {}
    found: dict[str, float] = {}
    for name, pattern in _READ.items():
        values = [_value(name, m, text) for m in pattern.finditer(text)]
        if values:
            found[name] = worst(name, values)
    temperatures = list(measures.temperatures(text)) or [float(t[0]) for t in _BARE.finditer(text)]
    if temperatures:
        found["temperature"] = max(temperatures)
    pressures = [(s, d) for s, d in measures.pressures(text) if s]
    if pressures:
        systolic, diastolic = min(pressures) if min(pressures)[0] < _LOW else max(pressures)
        found["systolic"] = float(systolic)
        if diastolic:
            found["diastolic"] = float(diastolic)
    return found


def _value(name: str, found: re.Match[str], text: str) -> float:
    number = float(next(group for group in found.groups() if group))
    in_mg = name == "glucose_mmol" and text[found.end() : found.end() + 3].strip().startswith("mg")
    return round(number / _MG_IN_MMOL, 1) if in_mg else number
