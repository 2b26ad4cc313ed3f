"""Which matches are denied: a trigger denies what follows in a chain, or what stands right before it."""

import re
from collections.abc import Sequence

from xinglin.care.triage.rules.findings import manner
from xinglin.care.triage.rules.findings.types import Match, Span

_TRIGGER_EN = re.compile(
    r"\b(?P<wide>(?:den(?:y|ies|ied|ying)|without|negative for|absence of|free (?:of|from)|rules? out|"
    r"ruled out|with no)"
    r"|no (?:history|evidence|sign|signs|complaints?|symptoms?) of)\b"
    r"|\b(?:no(?! (?:longer|idea|relief|better|improvement|matter|energy|appetite|sleep|wonder|one|response|"
    r"pulse|help)\b)"
    r"|neither|nor|never(?! (?:\w+ ){0,3}(?:such|like this|so|this)\b)|none of"
    r"|(?:do|does|did|have|has|had|is|are|was|were|am)(?: not|nt)(?: (?:really|currently|actually|ever))?"
    r"(?: (?:have|had|having|feel|feeling|get|got|getting|seem|show|notice|noticed|been having|report|"
    r"complain of|experienced?|look"
    r"|appear|been|describe|taken|take))?"
    r"|not(?! only\b| just\b| sure\b| stop|ing\b| been able\b| improv| get(?:ting)? better| go(?:ing|"
    r"ne)? away| able\b| respond| wak|"
    r" breathing\b| pass| urinat| eat| drink| feed))\b"
    r"|\b(?:ive|weve) not (?:had|got)\b|\bnon(?= )"
)
_PSEUDO_EN = re.compile(
    r"\b(?:does|do|did|will|would|is|are|was|has|have)(?: not|nt) (?:stop|go(?:ing|ne)? away|"
    r"get(?:ting)? better|improv\w*"
    r"|settl\w*|eas\w*|reliev\w*|help\w*|respond\w*|wak\w*|breathing\b|work\w*|better|able|sleep\w*|know|"
    r"only|just|think|want)"
    r"|\bnot only\b|\bno doubt\b|\bnot sure (?:if|whether)\b|\bnot to mention\b|\bcan(?: ?not|t)\b"
)
_STOP_EN = frozenset(
    [
        "but",
        "however",
        "except",
        "although",
        "though",
        "because",
        "since",
        "when",
        "while",
        "which",
        "he",
        "she",
        "they",
        "i",
        "it",
        "now",
        "then",
        "only",
        "until",
        "reports",
        "complains",
        "presents",
        "despite",
        "started",
        "began",
        "has",
        "developed",
        "worse",
        "so",
        "after",
        "before",
        "also",
        "just",
        "still",
        "instead",
        "apart",
        "other",
        "is",
        "was",
        "with",
    ]
)
_FILL_WORDS = 5
_LONGEST_FILL = 24
_LIST_EN = re.compile(r"[a-z0-9'/ ,()]*")
_OR_LATER = re.compile(r"\b(?:or|nor)\b")

_TRIGGER_ZH = re.compile(
    r"(?P<wide>否认|均?无(?:明显)?(?=[^法力缘故数论意识反应]*、)|未诉)"
    r"|(?<![有因])没有?(?!胃口|力气|精神|劲|休息|睡|吃(?!抗凝|华法|阿司匹|氯吡|利伐|激素)|"
    r"办法|好转|缓解|改善|效果|用|法|想到|知觉|意识|反应|"
    r"呼吸|脉搏|多久|过多久|完没了|完|尿|小便|大便|注意|劲儿|停|好|消|退|力|喝|人|事|食欲|去|管|哭|月经|"
    r"来月经|来例假|来大姨妈|排气|放屁|感觉)"
    r"|(?<!缘)无(?!法|力|缘|故|数|论|意识|反应|精打采|尿|名|食欲)"
    r"|未(?!见好|好转|缓解|愈|婚|来)|不伴有?|并非|(?<!是)不是(?!很|太|特别)|不觉得|不感到|从不|从未|不曾|"
    r"没得过|没有过|莫得(?!力|劲|尿|气|呼吸|脉搏|意识|反应|知觉)|冇(?!力|尿|气|呼吸|脉搏|意识|反应|知觉|胃口|精神|办法|胎动|声)|唔(?=[痛疼咳晕吐烧])"
    r"|(?<![要差忍止受得是对])不(?!停|断|止|住|舒|适|知|行|得|能|敢|小|明|久|太好|好|了|动|上|清|出|醒|省|"
    r"同|对|但|仅|只|想|愿|退|稳|见好|消|通|过|规|全|均|着|到|如|用|完|正常|吃|喝|灵|安|会|下|起(?![泡疱疹包皮疙红])|自|可|宁|"
    r"够|顺|齐|良|振|佳|足|开|进|利|净|调|消化|在|管|比|成|理|应)"
)
_FILL_ZH = re.compile(
    r"(?:什么|任何|出现|发生|明显|感到|感觉|觉得|有|再|发作|伴有?|伴随|那种|这种|这样|太|很|特别|怎么|剧烈|严重"
    r"|持续|突然|突发|的|过|要|想过?|说过?|提过?|打算|念头|地方|身上|全身|一点|其他|别的|其它|出|发|大|样|"
    r"性|吃|服用?|一直|老是|经常|了|也|都|是|家里|\s)*"
)
_LIST_ITEM_ZH = re.compile(
    r"(?:[^,、;和或及与跟但却只就而有]{1,8}(?:、|和|或者?|以及|及|与|跟|还有|/|也?不|也?没有?|也?无))*"
)
_JOIN_ZH = re.compile(
    r"(?:的?(?:症状|情况|表现|现象|史|病史))?(?:、|和|或者?|以及|及|与|跟|还有|/|\s)*"
)
_GOES_ON_ZH = re.compile(r"(?:了|得|厉害|很|特别|已经|[一二两三四五六七八九十几半\d]|好几)")
_AFTER_ZH = re.compile(
    r"(?:的?(?:症状|情况|表现|感觉))?(?:也|都|倒是?|是|暂时|目前|一直|现在)*(?:没有|没|无|不(?:痛|疼|明显|"
    r"严重|厉害|存在)|没事儿?|正常|没问题|没什么|不受影响|通畅|不费劲|不费力|平稳|均匀|顺畅|否认|阴性)(?:了|"
    r"过|出现|发生|啊|呢|"
    r"吧)*\s*(?=$|[,。;、!?\n])"
)
_AFTER_EN = re.compile(
    r"(?: tests?)?\s*[:(]?\s*(?:(?:is|are|was|were|has been|have been) )?(?:none|negative|denied|absent|"
    r"normal(?:ly)?|fine|unaffected|ok(?:ay)?\b|not present|ruled out|\(-\)|: ?no\b)(?![\w])"
)
_DOUBLE_ZH = re.compile(r"(?:不是|并非|不能说|不敢说|没有不|难道)$")


def denied(sentence: Span, text: str, found: Sequence[Match]) -> set[Match]:
    """Of the matches of one sentence."""
    inside = [m for m in found if sentence.start <= m.start < sentence.end]
    if not inside:
        return set()
    out = {m for m in inside if _is_denied_after(text, m)}
    for trigger in _TRIGGER_EN.finditer(text, sentence.start, sentence.end):
        if not _PSEUDO_EN.match(text, trigger.start()) and not _covered(trigger, inside):
            out.update(_chain_en(text, sentence, trigger, inside))
    if not sentence.text.isascii():
        for trigger in _TRIGGER_ZH.finditer(text, sentence.start, sentence.end):
            if not _covered(trigger, inside) and not _DOUBLE_ZH.search(
                text, sentence.start, trigger.start()
            ):
                out.update(_chain_zh(text, trigger, inside))
    return out


def _covered(trigger: re.Match[str], inside: Sequence[Match]) -> bool:
    """The trigger is itself part of a phrase: "cannot pass water", "没尿"."""
    return any(m.start <= trigger.start() < m.end for m in inside)


def _chain_en(
    text: str, sentence: Span, trigger: re.Match[str], inside: Sequence[Match]
) -> list[Match]:
    chain: list[Match] = []
    at = trigger.end()
    over_commas = bool(trigger["wide"]) or _closes_with_or(text, at, sentence.end)
    for each in inside:
        if each.start < at:
            if chain and each.start >= chain[-1].start:
                chain.append(each)
            continue
        if not _is_gap_en(text[at : each.start], over_commas=over_commas, first=not chain):
            break
        chain.append(each)
        at = max(at, each.end)
    return chain


def _closes_with_or(text: str, start: int, end: int) -> bool:
    rest = text[start:end]
    stop = re.search(
        r"\b(?:but|however|except|although|now|has|have|had|he|she|i|no|not|denies)\b", rest
    )
    return bool(_OR_LATER.search(rest, 0, stop.start() if stop else len(rest)))


def _is_gap_en(gap: str, *, over_commas: bool, first: bool) -> bool:
    if not _LIST_EN.fullmatch(gap):
        return False
    if "," in gap and (first or not over_commas):
        return False
    if not over_commas and not first and " and " in f"{gap} ":
        return gap.strip() == "and"
    words = gap.replace(",", " ").replace("/", " ").split()
    return len(words) <= _FILL_WORDS and not _STOP_EN.intersection(words)


def _chain_zh(text: str, trigger: re.Match[str], inside: Sequence[Match]) -> list[Match]:
    chain: list[Match] = []
    at = trigger.end()
    for each in inside:
        if each.start < at:
            if chain and each.start >= chain[-1].start:
                chain.append(each)
            continue
        gap = text[at : each.start]
        if (
            chain and gap[:1].isspace() and manner.onset(gap) == "sudden"
        ):  # on a phone a blank ends a sentence
            break
        if chain and not gap.strip() and _GOES_ON_ZH.match(text, each.end):
            break
        if not _is_gap_zh(gap, wide=bool(trigger["wide"]), first=not chain):
            break
        chain.append(each)
        at = max(at, each.end)
    return chain


def _is_gap_zh(gap: str, *, wide: bool, first: bool) -> bool:
    if wide:
        gap = gap.replace(",", "、")
    if first:
        if len(gap) <= _LONGEST_FILL and _FILL_ZH.fullmatch(gap):
            return True
        rest = _FILL_ZH.sub("", gap, count=1)
        return bool(gap) and _LIST_ITEM_ZH.fullmatch(rest) is not None
    joined = _JOIN_ZH.match(gap)
    joint = joined.end() if joined else 0
    rest = gap[joint:]
    if not rest or _FILL_ZH.fullmatch(rest):
        return True
    return joint > 0 and _LIST_ITEM_ZH.fullmatch(rest) is not None


def _is_denied_after(text: str, match: Match) -> bool:
    return bool(_AFTER_ZH.match(text, match.end) or _AFTER_EN.match(text, match.end))
