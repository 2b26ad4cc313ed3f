"""Does somebody say that they have something? Chinese and English, as people type.

Shallow on purpose: a phrase, what denies it right before or after, and what puts it into the past.
In doubt a phrase counts, since a false alarm costs less than a missed one.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from xinglin.care.triage.rules.script import SIMPLIFIED

_SENTENCE_END = re.compile(r"[。!?;\n…]+|(?<!\d)\.|\.(?!\d)")
_CLAUSE_END = re.compile(r",|但是?|不过|可是|然而|却|\bbut\b|\bhowever\b|\balthough\b")

# What follows these makes them no denial: "no idea", "没胃口", "不停", "无法".
_ZH_DENIAL = (
    r"(?:(?<!有)没有?(?!胃口|力气|精神|劲|休息|睡|吃|办法|好转|缓解|改善|效果|用|法|想到|知觉|意识|反应"
    r"|呼吸|脉搏|多久|过多久)"
    r"|(?<!缘)无(?!法|力|缘|故|数|论|意识|反应|呼吸|脉搏)|未(?!见好|好转|缓解)|否认|不伴有?|并非"
    r"|(?<!是)不是|(?<!会)不会|不觉得|不感到|从不|从未|不曾"
    r"|不(?!停|断|止|住|舒|适|知|行|得|能|敢|小|明|久|太|好|了|动|上|清|出|醒|省|同|对|但|仅|只|想活))"
)
_ZH_FILL = (
    r"(?:什么|任何|出现|发生|明显|感到|感觉|觉得|有|再|发作|伴有?|伴随|那种|这种|这样|太|很|特别|剧烈|严重"
    r"|持续|突然|突发|的|过|想|说|提|要|一点|其他|别的|出|发|大|样|性|一直|老是|经常|了|\s"
    r"|头痛|头疼|头晕|恶心|呕吐|发热|发烧|咳嗽|胸闷|胸痛|腹痛|腹泻|心慌|气短|出汗|乏力|黑便|呕血|寒战)*"
)
_ZH_LIST = r"(?:[^,、和或及与跟/]{1,8}(?:、|和|或者?|以及|及|与|跟|还有|/))*"
_EN_DENIAL = (
    r"(?:\b(?:no|without|den(?:y|ies|ied|ying)|nor|neither|free of|absence of)\b"
    r"(?! (?:idea|relief|matter|better|improvement|help|way|wonder|response|pulse|appetite|energy|sleep"
    r"|longer)\b)"
    # "I have never had such a headache" denies nothing.
    r"|\bnever\b(?: (?:had|have|has))?(?! (?:\w+ )?(?:such|anything|so|this|an? \w+ (?:like|this|so))\b)"
    r"|\b(?:do|does|did|is|am|are|was|were|have|has|had)(?: not|n't|nt)"
    r"(?: really| currently)?(?: have| had| having| feel| feeling| felt| get| getting| got"
    r"| experience\w*| notice\w*| want to| been having| been)?\b|\bnot (?:having|feeling|thinking (?:of|about))\b"
    r"|\b(?:comfortabl[ey]|quietly|easily)\b(?= (?:while |when )?(?:at rest|resting|sitting|lying)))"
)
_EN_FILL = (
    r"(?: (?:any|a|an|the|such|severe|real|signs?|symptoms?|of|more|acute|crushing|sudden|kind"
    r"|significant|other|recent|feeling|thoughts|my|his|her))*"
)
_EN_LIST = r"(?: [\w'-]+(?: [\w'-]+){0,3} (?:or|nor|and|/))*"
_DENIED_BEFORE = re.compile(
    rf"(?P<zh>{_ZH_DENIAL}{_ZH_FILL}{_ZH_LIST}{_ZH_FILL}|{_EN_DENIAL}{_EN_FILL}{_EN_LIST}{_EN_FILL} ?|\bnot(?: really| at all)? )$"
)
_NOT_DENIED_AFTER_ALL = re.compile(r"(?:不是|并非|不能说|不敢说)(?:没|无)")
_DENIED_AFTER = re.compile(
    r"^(?:的?(?:症状|情况|表现))?\s*[:(-]*\s*(?:都|也|倒是?|是|暂时|目前|一直)?"
    r"(?:没有|没|无|否认|阴性|no|none|negative|denied|-)(?:了|过|的|出现|发生)?\s*\)?\s*$"
)
_CARRIED_ON = re.compile(
    r"\b(?:no|without|den(?:y|ies|ied)|not have|n't have|never had)\b(?: [a-z'-]+){1,4}"
    r"(?:, (?!but|i |he |she |my |it |now )[a-z'-]+(?: [a-z'-]+){0,2}){0,6},? (?:or|nor)"
    r" [a-z'-]+(?: [a-z'-]+){0,3}(?=$|[,;.])"
)
_PAST = re.compile(
    r"以前|曾经|曾有|过去|去年|前年|小时候|年轻时|[\d一二两三四五六七八九十几多]年前|病史|既往|得过|家族史|去世|过世"
    r"|\byears? ago\b|\blast year\b|\bhistory of\b|\bused to\b|\bin the past\b|\bpreviously\b"
    r"|\bas a child\b|\bpassed away\b|\bdied of\b|\bruns in the family\b"
)
_NOW = re.compile(
    r"现在|今天|今早|今晚|刚才|刚刚|突然|忽然|突发|骤然|又|再次|正在|目前|昨"
    r"|\bnow\b|\btoday\b|\btonight\b|\bagain\b|\bjust\b|\bsudden\w*|\bthis (?:morning|evening)\b|\bcurrently\b"
)
_ABOUT = re.compile(r"预防|怎么避免|如何避免|\bprevent\w*|\bhow (?:do i|to) avoid\b")
_ADULTS = re.compile(
    r"妈妈|母亲|爸爸|父亲|爷爷|奶奶|姥姥|姥爷|外公|外婆|保姆|大人|我(?!家|们家|的?孩|的?宝|儿|女)"
    r"|\bmother\b|\bmum\b|\bmom\b|\bfather\b|\bdad\b|\bgrand\w+|\bi\b(?! think)"
)
_CHILDREN = re.compile(
    r"宝宝|宝贝|孩子|小孩|婴儿|娃|儿子|女儿|新生儿|\bbaby\b|\bchild\b|\binfant\b|\bson\b|\bdaughter\b"
    r"|\bnewborn\b|\bshe\b|\bhe\b"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence; `sentence` numbers the sentences of one text."""

    text: str
    sentence: int


def normalised(text: str) -> str:
    """Half-width, lower case, one kind of apostrophe, single spaces; line ends stay."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("`", "'")
    plain = folded.translate(SIMPLIFIED)
    return "\n".join(" ".join(line.split()) for line in plain.splitlines())


def clauses(text: str) -> Iterator[Clause]:
    """Of a normalised text."""
    for number, sentence in enumerate(_SENTENCE_END.split(text)):
        joined = _CARRIED_ON.sub(
            lambda found: found[0].replace(", or ", " or ").replace(", ", " or "), sentence
        )
        for part in _CLAUSE_END.split(joined):
            if part.strip():
                yield Clause(part.strip(), number)


@lru_cache(maxsize=8192)
def phrase(term: str) -> re.Pattern[str]:
    """A phrase of the lists as an expression.

    In Chinese `*` stands for up to six characters. In English a phrase begins and ends at a word's
    edge, `*` ends a word freely, and `...` stands for up to three words.
    """
    if not term.isascii():
        return re.compile(re.escape(term).replace(r"\*", r"[^,。、]{0,6}?"))
    words = re.escape(term).replace(r"\.\.\.\ ", r"(?:[\w'-]+ ){0,3}?").replace(r"\*", r"\w*")
    return re.compile(rf"(?<![\w'-]){words}(?![\w'-])")


@lru_cache(maxsize=8192)
def _parts(term: str) -> tuple[str, ...]:
    """What has to stand in a text letter by letter for the phrase to be there."""
    return tuple(part for part in re.split(r" ?\.\.\. |\*", term) if part)


@lru_cache(maxsize=8192)
def cue(term: str) -> str:
    """Two letters that stand side by side wherever the phrase does; the only one of a short one."""
    return next(iter(_parts(term)), "")[:2]


def pairs(text: str) -> frozenset[str]:
    """Every letter of a text, and every two that stand side by side: where a cue is looked up.

    Of thousands of phrases nearly none has its cue in a text, and this costs less than to search it
    once for each.
    """
    return frozenset({"", *text, *map("".join, pairwise(text))})


def may_stand(term: str, text: str) -> bool:
    """Its letters are there, which costs a tenth of finding out whether it is said."""
    for part in _parts(term):  # noqa: SIM110  # a generator costs more than the search
        if part not in text:
            return False
    return True


def is_said(term: str, clause: Clause) -> bool:
    """The phrase stands in the clause, and is not denied there."""
    return may_stand(term, clause.text) and any(
        not _is_denied(clause.text, found.start(), found.end())
        for found in phrase(term).finditer(clause.text)
    )


def is_past(clause: Clause) -> bool:
    """Tells of long ago, of the family, or asks how to prevent something; nothing says `now`."""
    if _ABOUT.search(clause.text):
        return True
    return bool(_PAST.search(clause.text)) and not is_now(clause)


def is_now(clause: Clause) -> bool:
    return bool(_NOW.search(clause.text))


def is_about_an_adult(clause: Clause) -> bool:
    """For texts on a child: the clause names a grown-up, and no child."""
    return bool(_ADULTS.search(clause.text)) and not _CHILDREN.search(clause.text)


def _is_denied(text: str, start: int, end: int) -> bool:
    before = text[:start]
    denial = _DENIED_BEFORE.search(before)
    if denial and not _NOT_DENIED_AFTER_ALL.search(before, max(0, denial.start() - 2)):
        return True
    return bool(_DENIED_AFTER.search(text[end:]))
