"""What a past history says of allergies: the rest of it names medicines that are merely taken."""

import re
from collections.abc import Iterator

_SENTENCES = re.compile(r"[\r\n。；;！!？?]+|\.(?=\s|$)")
_CLAUSES = re.compile(r"[，,]+")
_SPEAKS = re.compile(r"过敏|皮试[^，,]{0,6}阳性|药疹|allerg|anaphyla|hypersensitiv", re.IGNORECASE)
# 对……过敏: what stands before it is another thing.
_OF = re.compile(r"(?<![反针])对(?!症)(?=[^对]*(?:过敏|皮试))")
_BEGINS = re.compile(r"对(?!症)")
# A list goes on behind these: 过敏史：青霉素，头孢; until a clause tells what is taken.
_LIST = re.compile(
    r"(?:过敏[史原药物]*|药疹|allerg(?:y|ies|ic))\s*(?:[:：]|to\b|包括|including\b)", re.IGNORECASE
)
_TAKES = re.compile(
    r"服|用|吃|治疗|控制|\b(?:on|takes?|taking|uses?|using|treated|treatment|with|history)\b",
    re.IGNORECASE,
)


def of_allergies(history: str) -> str:
    """The clauses that speak of them, one a line; empty when none does."""
    return "\n".join(each for one in _SENTENCES.split(history) for each in _told(one))


def _told(sentence: str) -> Iterator[str]:
    waiting: list[str] = []
    is_list = False
    for clause in filter(None, map(str.strip, _CLAUSES.split(sentence))):
        if _SPEAKS.search(clause):
            # 对青霉素，头孢过敏: the word came at the end.
            yield from waiting
            yield clause if waiting else _from_of(clause)
            waiting, is_list = [], _LIST.search(clause) is not None
        elif is_list and not _TAKES.search(clause):
            yield clause
        elif waiting or _BEGINS.match(clause):
            waiting.append(clause)
        else:
            is_list = False


def _from_of(clause: str) -> str:
    found = _OF.search(clause)
    return clause[found.start() :] if found else clause
