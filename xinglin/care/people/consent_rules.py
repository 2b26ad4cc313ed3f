"""What a consent text must at least say, as far as words can show it; pure.

A word that is there proves little: a person reads the text. A word that is missing proves that
something was left out.
"""

from dataclasses import dataclass
from typing import Final

from xinglin.kernel.errors import Refusal
from xinglin.kernel.text import Text

KINDS: Final[dict[str, Text]] = {
    "service": Text("服务知情同意书", "Consent to the service"),
    "proxy": Text("家人代问同意书", "Consent to a relative's asking"),
    "face": Text("人脸核验同意书", "Consent to a check by face"),
}
SHORTEST, LONGEST = 40, 20_000
LEAST_SECONDS, MOST_SECONDS = 3, 120


@dataclass(frozen=True, slots=True)
class _Told:
    """`words`: one of each language's must be there."""

    kinds: frozenset[str]
    rule_id: str
    source: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    what: Text


# Sources as in policy/jurisdictions/cn/law.py; R13 and R52 are from memory there (unverified). That
# PIPL 28 names biometrics, and 29 asks for separate consent, is secondary: seen as quoted by others.
_MUST: Final = (
    # The measures on face recognition of the CAC and the ministry of public security, in force since
    # 2025-06-01 (secondary, article not looked up): never the only way where there is another.
    _Told(
        frozenset({"face"}),
        "R49",
        "人脸识别技术应用安全管理办法 (secondary), 2025-06-01",
        ("不是唯一", "其他方式"),
        ("only way", "other way"),
        Text("人脸核验不是唯一方式", "that a face is never the only way"),
    ),
    _Told(
        frozenset({"service"}),
        "R13",
        "XZ 9-10 (no.?)",
        ("风险", "不完整", "有误", "不能代替"),
        ("risk", "incomplete", "wrong", "not replace"),
        Text("服务的风险与局限", "the risks and limits of the service"),
    ),
    _Told(
        frozenset({"service", "proxy"}),
        "R49",
        "PIPL 28, 29, 30, 31",
        ("敏感",),
        ("sensitive",),
        Text("健康信息属于敏感个人信息", "that health information is sensitive"),
    ),
    _Told(
        frozenset({"face"}),
        "R49",
        "PIPL 28, 29, 30, 31",
        ("敏感",),
        ("sensitive",),
        Text("面部特征属于敏感个人信息", "that a face is sensitive information"),
    ),
    _Told(
        frozenset({"service", "proxy", "face"}),
        "R49",
        "PIPL 28, 29, 30, 31",
        ("只为", "仅用于", "仅为", "只用于"),
        ("only for",),
        Text("信息只用于哪些目的", "the purposes it is used for, and no others"),
    ),
    _Told(
        frozenset({"service", "proxy", "face"}),
        "R52",
        "PIPL 45-47",
        ("撤回",),
        ("withdraw",),
        Text("如何撤回同意", "how consent is withdrawn"),
    ),
    _Told(
        frozenset({"service"}),
        "R52",
        "PIPL 45-47",
        ("复制",),
        ("copy",),
        Text("患者可以查看、复制、更正", "that the patient may read, copy and correct"),
    ),
)


def what_is_left_out(kind: str, text: Text, *, nation: str) -> tuple[Refusal, ...]:
    """One refusal for each thing that a language does not say; of China's rules."""
    if nation != "cn":
        return ()
    return tuple(
        _refusal(told, language)
        for told in _MUST
        if kind in told.kinds
        for language, words in (("zh", told.zh), ("en", told.en))
        if not any(word in text.spoken(language).lower() for word in words)
    )


def _refusal(told: _Told, language: str) -> Refusal:
    zh, en = ("中文", "Chinese") if language == "zh" else ("英文", "English")
    return Refusal(
        rule_id=told.rule_id,
        source=told.source,
        text=Text(
            f"{zh}文本没有写明：{told.what.zh}。", f"The {en} text does not say {told.what.en}."
        ),
        instead=Text("请补充后再发布。", "Please add it, and publish again."),
    )
