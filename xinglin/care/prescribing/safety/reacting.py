"""Whether a clause of a history tells of a reaction to something, and not of a disease that is treated."""

import re

from xinglin.care.prescribing.safety.allergies import places_of_names
from xinglin.care.prescribing.safety.reading import FactsBroken, overridden
from xinglin.care.prescribing.safety.spelling import folded

# Of an allergy by themselves.
_SURE = re.compile(
    r"过敏|(?:皮试|试敏|皮肤试验)[^,，\-阴]{0,6}(?:阳性|\+)|药疹|不耐受|禁用|忌用|勿用|不能用(?![力药])"
    r"|allerg|anaphyla|hypersensitiv|intoleran|skin test[^,]{0,12}positive|positive skin test"
)
# What a disease brings, too: of an allergy only beside what it came of.
_REACTION = (
    r"(?:皮疹|疹子|红疹|(?<=[起出发])疹|荨麻疹|风团|瘙痒|发痒|(?<![染血源伤液量毒]性)休克|呼吸困难|喉头水肿|红肿|水肿"
    r"|不良反应|反应(?!良好|好|可|佳|迟钝|性)"
    r"|\b(?:rash(?:es)?|hives|urticaria|wheals?|itch(?:ing|y)?|swelling|angio-?o?edema|reactions?|(?<!septic )shock)\b)"
)
_REACTS = re.compile(_REACTION)
_DENIED = re.compile(
    r"(?:无|未|没有?|否认|不)"
    r"(?:出现|发生|发现|引起|见|诉|起|明显|任何|特殊|再|过|有|伴|全身|皮肤|药物|相关)*"
    rf"(?:{_REACTION}|不耐受)(?:[、或及和与/]*{_REACTION})*"
    r"|\b(?:no|not|never|without|denies|denied)\b"
    r"(?: (?:any|known|significant|serious|severe|adverse|allergic|skin|drug|further|history of|evidence of|an?"
    r"|get|got|have|had|develop|cause|caused))*"
    rf" (?:{_REACTION}|intoleran\w*)(?:(?:,? (?:or|and|nor) |/)(?:\w+ )?{_REACTION})*"
)
_BETTER = re.compile(
    r"[^停]{0,8}(?:消退|消失|好转|缓解|减轻|改善)|.{0,12}\b(?:treated|improv|resolv|respond|controlled|managed)"
)
_CAME = re.compile(r"停|出现|发生|起|致|发疹")
_TREATED = re.compile(
    r"(?:治疗?|控制|缓解|改善|预防|防治?|抗|消)(?:慢性|急性|反复|全身|皮肤|过敏性)*$"
    r"|\b(?:for|against|treat(?:s|ed|ing)?|reliev\w+|controls?)\b(?: \w+){0,2} ?$"
)
_AFTER = re.compile(
    r"(?:药|素|针|注射|输液|输血|服|打|用|吃|食|喝|疫苗|皮试)[^,，]*(?:后|致|引起|诱发)"
)
_OF = re.compile(
    r"[:(](?!.*(?:服|用|吃|治)(?!.*(?:后|致|引起)))|.*(?:致|引起|诱发)"
    r"|[^,;]{0,30}?\b(?:after|from|due to|caused by|following|with|to|upon|when)\b"
)
_MEDICINE = re.compile(
    r"\b(?:taking|injections?|infusions?|vaccin|medic|drugs?|antibiotics?|pills?|tablets?)"
)


# So far from a reaction its cause or its treatment is looked for; names are, in the whole clause.
_NEAR = 80


def speaks(clause: str) -> bool:
    """Of an allergy, or of a reaction with what it came of."""
    plain = _without_denied(clause)
    if _SURE.search(plain):
        return True
    found = [each for each in _REACTS.finditer(plain) if not _is_treated(plain, each)]
    spans = _names(plain) if found else []
    return any(_is_of_something(plain, each, spans) for each in found)


def reacts(clause: str) -> bool:
    """Of a reaction that came and was not treated; of what, it need not say."""
    plain = _without_denied(clause)
    return any(not _is_treated(plain, found) for found in _REACTS.finditer(plain))


def names_one(words: str) -> bool:
    """A known substance or group; when nobody knows any, that counts as one: it is shown then."""
    return bool(_names(folded(words)))


def _names(plain: str) -> list[tuple[int, int]]:
    try:
        return places_of_names(plain, overridden())
    except FactsBroken:
        return [(0, 0), (len(plain), len(plain))]


def _without_denied(clause: str) -> str:
    return _DENIED.sub(" ", folded(clause))


def _is_of_something(plain: str, found: re.Match[str], names: list[tuple[int, int]]) -> bool:
    before, after = _around(plain, found)
    is_after = any(start >= found.end() for start, _ in names) or _MEDICINE.search(after)
    if is_after and _OF.match(after.lstrip()):
        return True
    return _AFTER.search(before) is not None or any(end <= found.start() for _, end in names)


def _is_treated(plain: str, found: re.Match[str]) -> bool:
    before, after = _around(plain, found)
    is_better = _BETTER.match(after) is not None and not _CAME.search(before + after)
    return is_better or _TREATED.search(before) is not None


def _around(plain: str, found: re.Match[str]) -> tuple[str, str]:
    return plain[max(found.start() - _NEAR, 0) : found.start()], plain[found.end() :][:_NEAR]
