"""Who is meant: the patient, or a relative who only comes into the story."""

import re

from xinglin.care.triage.rules.findings.types import Span

_KIN_EN = (
    r"(?:(?:\d+[ -]?(?:years?|months?|weeks?|days?|yr|mo)[ -]?old )|(?:little|elderly|old|older|younger|"
    r"elder|baby|poor|own|late|maternal|paternal) )*"
    r"(?:mother|mum|mom|father|dad|parents?|brothers?|sisters?|siblings?|grand\w+|uncles?|aunts?|cousins?|"
    r"son|daughter|child|kids?|children|baby|toddler|wife|husband|partner|spouse|girlfriend|boyfriend|nan|"
    r"granny|friend|room ?mate|colleague|neighbou?r|cat|dog|boss|niece|nephew|family|relative)s?"
)
_KIN = re.compile(
    rf"(?:^|[.,;] ?|\band )(?:mum|mom|dad|gran|grandad|grandma|granddad|nan|mother|father|brother|sister|"
    rf"aunt|uncle)\b|\b(?:my|his|her|their|the patient's|our|whose|a|the) {_KIN_EN}\b"
    r"|(?:我|咱|俺|他|她|患者|病人|我们?家)?的?(?:妈妈?|母亲|爸爸?|父亲|老爸|老妈|爷爷|奶奶|姥姥|姥爷|外公|"
    r"外婆|公公|婆婆|岳父|岳母|老公|老婆|丈夫|妻子|媳妇|对象|男朋友|女朋友|哥哥?|弟弟?|姐姐?|妹妹?|叔叔|"
    r"舅舅|姑姑?|姨妈?|伯伯?|儿子|女儿|闺女|孩子|宝宝|宝贝|娃娃?|小孩|小朋友|同学|同事|邻居|朋友|室友|孙子|"
    r"孙女|外孙女?|家人|家里老人|老人家?|直系亲属)"
)
_FAMILY = re.compile(
    r"\bfamily (?:medical )?history\b|\bruns in (?:the|my) family\b|\bfh\b:?|家族史|遗传史|家族中|家族里|"
    r"家里人?(?:都|有)?有?人?(?=得|患|有)"
)
_OF_OLD = re.compile(
    r"\b(?:died|passed away|dead|was diagnosed|also (?:has|have|had)|had (?:the )?(?:same|similar)|"
    r"has (?:the )?(?:same|similar)|suffers? from|suffered|years ago|last year|at the age of|in (?:his|"
    r"her) \d0s|has been diagnosed|history of)\b"
    r"|去世|过世|走了|得过|患过|中风过|患有|查出|以前|去年|年前|病史|也是|也有|也得|也感冒|也在|也发|年轻时|"
    r"死于|死的|都有"
)
_RELATION = re.compile(rf"\b{_KIN_EN}(?: \w+)?,? (?:who )?(?:had|has|have|with|is|was|were|are)\b")
_NOW = re.compile(
    r"今天|今早|今晚|刚才|刚刚|突然|忽然|现在|昨天|昨晚|正在|[两三四五六七八九几\d]天(?!前)|\b(?:now|today|"
    r"tonight|just|suddenly|this morning|yesterday|since|for the (?:past|last)|hours?|keeps|started)\b"
)
_SELF_EN = re.compile(
    r"\b(?:i(?:m| am)(?! (?:worried|asking|calling|writing|not sure|concerned|afraid|her|his|the|"
    r"a (?:mother|father|parent|carer)))"
    r"|i(?:ve| have| had| feel| felt| get| got| keep| cant| cannot| woke| fell| suffer| vomited| fainted|"
    r" started| ache| hurt| cough)"
    rf"|my (?!{_KIN_EN}\b)(?:own )?(?:head|chest|stomach|tummy|belly|back|leg|arm|throat|nose|eyes?|ears?|"
    rf"knee|foot|feet|hands?|skin|heart|neck|shoulder|tooth|teeth|period|left|right|lower|face|body|ankle|"
    rf"breath\w*|whole|temperature|cough|pain|headache))\b"
)
_SELF_ZH = re.compile(
    r"(?:我|本人|俺)(?!妈|爸|爷|奶|姥|外|公|婆|岳|老|丈|妻|媳|对象|男|女朋|哥|弟|姐|妹|叔|舅|姑|姨|伯|儿|闺|"
    r"女儿|家|的?(?:孩|宝|娃|儿|女儿|小孩|妈|爸|母|父)|孩|宝|娃|母|父|同|邻|朋|室|孙|想问|想请|该|要不要|"
    r"应该|怀疑|担心|怕|觉得(?:他|她)|给|带|看(?:他|她|到)|们|不知道|很着急|在外地|亲)"
)
_THIRD = re.compile(
    r"^\s*(?:a |an |this |the )?(?:\d|patient|man|woman|boy|girl|lady|gentleman|he\b|she\b|\w+ year old|男|女|"
    r"患者|病人|患儿)"
)

# "A 10-month-old baby has ...": whom the whole text is about.
_SMALL = re.compile(r"^\s*(?:a|an|the|this) (?:\w+ ){0,5}(?:child|kid|baby|toddler|infant)\b")
_PATIENT = re.compile(r"\b(?:he|she|i|patient)\b|我|患者")
_HAS = re.compile(r" (?:has|had|have|is|was)\b|有|也")
_HAS_OR_IS = re.compile(
    r"s? (?:\w+ )?(?:has|had|have|is|was|were|with|and \w+ (?:has|had|have))\b|有|也|得|患|是|都"
)
_REPORTS = re.compile(
    r"s? (?:\w+ )?(?:says?|said|reports?|reported|states?|noticed|noted|brings?|brought|gave|tells|told"
    r"|found|thinks|thought|called|describes?|recalls?|witnessed|saw)\b|说|发现|带|告诉|看到|给|叫|送|陪"
)
# "my own left arm" begins before the finding and reaches into it.
_OWN = 20


class Story:
    """Reads one text once: whose complaint it is, and which sentences are of somebody else."""

    def __init__(self, text: str) -> None:
        first = _KIN.search(text)
        own = min(
            (m.start() for m in (_SELF_EN.search(text), _SELF_ZH.search(text)) if m), default=None
        )
        is_third = bool(_THIRD.match(text)) and own is None
        self._patient: str | None = None
        if first is None:
            return
        is_small = is_third and first.start() == 0 and bool(_SMALL.match(text))
        is_told_of = own is None and not is_third
        if (
            is_small
            or is_told_of
            or (own is not None and first.start() < own and _is_sick_now(text, first.start(), own))
        ):
            self._patient = first[0]

    def is_others(self, clause: Span, place: int, before: Span | None) -> bool:
        """What stands at `place` is somebody else's: a relative is named before it in the clause."""
        at = max(0, place - clause.start)
        if _FAMILY.search(clause.text, 0, at):
            return True
        if before and _FAMILY.search(before.text) and not _PATIENT.search(clause.text):
            return True
        kin = next((k for k in reversed(list(_KIN.finditer(clause.text))) if k.start() < at), None)
        if kin is None or kin[0] == self._patient or _REPORTS.match(clause.text, kin.end()):
            return False
        after = clause.text[kin.end() :]
        if self._patient is not None:
            return bool(_OF_OLD.search(clause.text) or _HAS.match(after))
        if _SELF_EN.search(after, 0, max(0, at - kin.end() + _OWN)) or _SELF_ZH.search(after):
            return False
        chinese_and_not_now = not clause.text.isascii() and not _NOW.search(clause.text)
        return chinese_and_not_now or bool(_OF_OLD.search(clause.text) or _HAS_OR_IS.match(after))


def is_of_old(clause: str) -> bool:
    return bool(_OF_OLD.search(clause))


def _is_sick_now(text: str, start: int, own: int) -> bool:
    """The relative who is named first has something now, and nothing says it was of old."""
    return not _OF_OLD.search(text, start, own) and bool(_NOW.search(text, start, own))
