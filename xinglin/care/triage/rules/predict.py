"""The stable door: one record in, one answer out; pure, and the same for every caller."""

from collections.abc import Mapping
from typing import Any

from xinglin.care.triage.rules import catalogue
from xinglin.care.triage.rules.case import Case
from xinglin.care.triage.rules.department import rank
from xinglin.care.triage.rules.interviews import shelf
from xinglin.care.triage.rules.records import told
from xinglin.care.triage.rules.urgency import Reason, judge
from xinglin.kernel.text import Locale, Text, language_of

_MOST_ASKED = 3
_UNVERIFIED = {
    "memory": Text("凭记忆引用，未核对", "from memory, unverified"),
    "ours": Text("本院自定，未经核实", "ours, unverified"),
}
_HOUSE = "Xinglin"
_LEFT_OUT = Text("未能理解、未采用的内容：{names}。", "Not understood and left out: {names}.")
_NOTHING_TOLD = Text("没有描述不适，无法判断。", "Nothing was told, so nothing can be judged.")
_WHAT_IS_WRONG = Text("哪里不舒服？", "What is wrong?")
_INTERNAL = {
    "03.05": ("贫血", "血小板", "白细胞", "紫癜", "白血病", "淋巴瘤", "血液", "anaemi", "anemi",
              "platelet", "leuk", "lymphoma", "bruis", "blood disease"),
    "03.06": ("肾", "透析", "尿蛋白", "蛋白尿", "泡沫尿", "肌酐", "浮肿", "水肿", "kidney", "renal",
              "nephr", "dialysis", "proteinuria", "foamy urine", "creatinine"),
    "03.08": ("风湿", "狼疮", "免疫", "强直", "干燥综合", "关节", "rheumat", "lupus", "immune",
              "spondyl", "sjogren", "joint", "vasculitis"),
}  # fmt: skip


def predict(record: Mapping[str, Any], *, emergency_number: str) -> dict[str, Any]:
    """Exactly the keys that docs/triage.md names; None means absent.

    Args:
        emergency_number: what the reasons name; by policy, of the place and the day.
    Raises:
        Unreadable: `text` is there and is no string.
    """
    read = told(record)
    case = read.case
    locale = case.locale or language_of(case.text)
    judged, ranking = judge(case), rank(case)
    is_told = bool(case.text.strip())
    reasons = [] if is_told else [_NOTHING_TOLD.spoken(locale)]
    if is_told or case.vitals or case.answers:
        reasons += [_with_source(reason, locale, emergency_number) for reason in judged.reasons]
    if read.left_out:
        reasons.append(_LEFT_OUT.filled(names=", ".join(read.left_out)).spoken(locale))
    return {
        "id": record.get("id"),
        "urgency": judged.urgency,
        "department": _code(ranking.best, case.text),
        "department_top3": [_code(slug, case.text) for slug, _ in ranking.top3],
        "confidence": round(ranking.top3[0][1], 4),
        "red_flags": list(judged.red_flags),
        "reasons": reasons,
        "ask": _questions(case, (*judged.ask, ranking.ask), locale),
    }


def _with_source(reason: Reason, locale: Locale, number: str) -> str:
    """As a person reads it: the reason, and where the rule comes from."""
    is_named = reason.source and not reason.source.startswith(_HOUSE)
    parts = [reason.source] if is_named else []
    if reason.year:
        parts.append(str(reason.year))
    if reason.status in _UNVERIFIED:
        parts.append(_UNVERIFIED[reason.status].spoken(locale))
    said = reason.text.filled(emergency_number=number).spoken(locale)
    return f"{said}（{'，'.join(parts)}）" if locale == "zh" else f"{said} ({', '.join(parts)})"


def _questions(case: Case, ids: tuple[str | None, ...], locale: Locale) -> list[dict[str, str]]:
    """Answers come back in `answers` under the id. What danger turns on is asked first."""
    if not case.text.strip():
        return [{"id": "complaint", "text": _WHAT_IS_WRONG.spoken(locale)}]
    known = shelf.discriminators()
    asked = [known[each] for each in dict.fromkeys(ids) if each in known]
    return [{"id": q.link_id, "text": q.text.spoken(locale)} for q in asked[:_MOST_ASKED]]


def _code(slug: str, words: str) -> str:
    """The core code; of internal medicine's three, the one that most words speak for."""
    codes = catalogue.codes_of(slug)
    if len(codes) == 1:
        return codes[0]
    plain = words.lower()
    return max(codes, key=lambda code: sum(word in plain for word in _INTERNAL.get(code, ())))
