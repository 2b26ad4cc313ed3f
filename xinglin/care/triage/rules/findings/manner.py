"""How bad and how it began."""

import re
from collections.abc import Sequence
from typing import Literal

from xinglin.care.triage.rules.findings.types import Match, Span

_REACH = 60
_JOINT = re.compile(r"\b(?:and|with|but|or|plus|then|also)\b|和|伴|还|又|、|也|再")

_SEVERE = re.compile(
    r"\b(?:severe(?:ly)?|worst|unbearabl[ey]|excruciating(?:ly)?|intense(?:ly)?|terribl[ey]|agoni[sz]ing|"
    r"agony|crushing|extreme(?:ly)?|awful(?:ly)?|horribl[ey]"
    r"|incapacitating|debilitating|crippling|(?:8|9|10)(?: ?/ ?| out of )10|very (?:bad(?:ly)?|painful|sore|"
    r"ill|unwell)|really bad(?:ly)?|so bad|heavily|massive|profuse(?:ly)?|marked(?:ly)?|stabbing|ripping|"
    r"tearing)\b"
    r"|厉害|老高|炸开|要炸|欲裂|裂开|好多|很多|剧烈|剧痛|剧疼|绞痛|刀割|撕裂|受不了|难忍|难以忍受|忍不了|"
    r"要命|痛死|疼死|疼得不行|"
    r"痛得不行|疼的不行|[疼痛胀闷晕肿喘]得(?:很|要死|受不|睡不|走不|站不|坐不|直|哭|叫|喊|嗷|缩)|疼哭|痛哭|绞着|拧着|"
    r"打滚|直不起|满头大汗|a lot|lots of|非常|特别|好疼|好痛|很疼|很痛|太疼|严重|很重|"
    r"极度|大量|钻心|疼醒|痛醒|痛不欲生|不得了|蛮狠|老狠|好犀利|好痛|巨"
)
_MILD = re.compile(
    r"\b(?:mild(?:ly)?|slight(?:ly)?|a (?:bit|little)(?: of)?|minor|somewhat|low grade|not (?:too|very|that|"
    r"so) (?:bad|severe|painful)|little|tolerable|bearable|faint|occasional(?:ly)?|dull|moderate)\b"
    r"|轻微|轻度|有点|一点点?|稍微|稍|有些|隐隐|偶尔|不严重|不太|不厉害|还好|不明显|微微|略"
)
_SUDDEN = re.compile(
    r"\b(?:sudden(?:ly)?|abrupt(?:ly)?|acute onset|out of (?:nowhere|the blue)|all at once|in an instant|"
    r"within (?:seconds|minutes)|rapid(?:ly)?|instantaneous(?:ly)?|like a thunderclap|thunderclap|"
    r"woke up with)\b"
    r"|突然|忽然|一下子|骤然|突发|猛地|猛然|瞬间|冷不丁"
)
_GRADUAL = re.compile(
    r"\b(?:gradual(?:ly)?|slow(?:ly)?|progressive(?:ly)?|over (?:several |the past |the last )?(?:weeks|"
    r"months|years)|insidious(?:ly)?)\b|渐渐|慢慢|逐渐|逐步|缓慢"
)


def severity(
    text: str, match: Match, clause: Span, inside: Sequence[Match]
) -> Literal["mild", "severe"] | None:
    """Said of this one and not of its neighbours in the clause; the graver one when both are said."""
    near = _near(text, match, clause, inside)
    if _SEVERE.search(near):
        return "severe"
    return "mild" if _MILD.search(near) else None


def _near(text: str, match: Match, clause: Span, inside: Sequence[Match]) -> str:
    before, after = -1, -1
    for each in inside:
        if each.end <= match.start:
            before = max(before, each.end)
        elif each.start >= match.end:
            after = each.start
            break
    start = max(clause.start, match.start - _REACH)
    if before > start:
        joint = [m.end() for m in _JOINT.finditer(text, before, match.start)]
        start = joint[-1] if joint else before
    end = min(clause.end, match.end + _REACH)
    if 0 <= after < end:
        joint_after = _JOINT.search(text, match.end, after)
        end = joint_after.start() if joint_after else after
    return text[start:end]


def onset(sentence: str) -> Literal["sudden", "gradual"] | None:
    if _SUDDEN.search(sentence):
        return "sudden"
    return "gradual" if _GRADUAL.search(sentence) else None
