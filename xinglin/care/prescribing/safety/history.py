"""What a past history says of allergies: the rest of it names medicines that are merely taken."""

import re
from collections.abc import Iterator

from xinglin.care.prescribing.safety.reacting import names_one, reacts, speaks

_SENTENCES = re.compile(r"[\r\n。；;！!？?]+|\.(?=\s|$)")
_CLAUSES = re.compile(r"[，,]+")
# 对……过敏: what stands before it is another thing.
_OF = re.compile(r"(?<![反针])对(?!症)(?=[^对]*(?:过敏|皮试))")
_BEGINS = re.compile(r"对(?!症)")
# A list goes on behind these: 过敏史：青霉素，头孢; until a clause tells what is taken.
_LIST = re.compile(
    r"(?:过敏[史原药物]*|药疹|allerg(?:y|ies|ic))\s*(?:[:：]|to\b|包括|including\b)", re.IGNORECASE
)
_TAKES = re.compile(
    r"服|(?<!注射)用|吃|治疗|控制|\b(?:on|takes?|taking|uses?|using|treated|treatment|with|history)\b",
    re.IGNORECASE,
)
# 服用青霉素后，出现皮疹; 皮疹，青霉素引起.
_CAUSED = re.compile(r"致|引起|诱发|caused", re.IGNORECASE)
_LEADS = re.compile(r"(?:后|时|期间)$")
_COMES = re.compile(
    r"即|就|曾|便|出现|发生|起|引起|导致|致|全身|got\b|had\b|then\b|caused\b|developed\b",
    re.IGNORECASE,
)


def of_allergies(history: str) -> str:
    """The clauses that speak of them, one a line; empty when none does."""
    return "\n".join(each for one in _SENTENCES.split(history) for each in _told(one))


def _told(sentence: str) -> Iterator[str]:
    waiting: list[str] = []
    before, is_list = "", False
    for clause in filter(None, map(str.strip, _CLAUSES.split(sentence))):
        last, before = before, ""
        if speaks(clause) or (is_list and reacts(clause)):
            # 对青霉素，头孢过敏: the word came at the end.
            yield from waiting
            yield clause if waiting else _from_of(clause)
            waiting, is_list = [], is_list or _LIST.search(clause) is not None
        elif last and (pair := _pair(last, clause)):
            yield from pair
        elif is_list and not _TAKES.search(clause):
            yield clause
        elif waiting or _BEGINS.match(clause):
            waiting.append(clause)
        else:
            before, is_list = clause, False


def _pair(last: str, clause: str) -> tuple[str, ...]:
    """What two clauses tell together. Where it is not sure that one came of the other, the reaction
    alone is shown, and blocks nothing.
    """
    if reacts(clause) and names_one(last):
        is_one = _LEADS.search(last) or _COMES.match(clause) or not _TAKES.search(last)
        return (last, clause) if is_one else (clause,)
    if reacts(last) and names_one(clause) and not _TAKES.search(clause):
        return (last, clause) if _CAUSED.search(clause) else (last,)
    return ()


def _from_of(clause: str) -> str:
    found = _OF.search(clause)
    return clause[found.start() :] if found else clause
