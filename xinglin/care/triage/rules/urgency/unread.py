"""What nothing could be read of: a language that is not ours, or words in which nothing was found."""

from dataclasses import replace

from xinglin.care.triage.rules.tongues import Abroad
from xinglin.care.triage.rules.urgency.types import URGENCIES, Judgement, Reason, Urgency
from xinglin.kernel.text import Text

SOURCE = "Xinglin: our own rule"
_LIFE = "suicide"
_REASONS_SHOWN = 5
_WE_READ = Text(
    "本院只读中文和英文，看不懂您写的内容。有危险请拨打{emergency_number}；否则请用中文或英文写，或请人帮忙。",
    "We read Chinese and English only and could not read this. In danger call {emergency_number};"
    " otherwise write in Chinese or English, or ask somebody to help you.",
)
_DANGER = {
    "suicide": Text("文中有想死的词。", "There are words of wanting to die in it."),
    "breath": Text("文中有呼吸困难的词。", "There are words of not being able to breathe in it."),
    "heart": Text("文中有胸痛或心脏病发作的词。", "There are words of chest pain or a heart attack in it."),
    "stroke": Text("文中有中风的词。", "There are words of a stroke in it."),
    "faint": Text("文中有昏迷或抽搐的词。", "There are words of fainting or a fit in it."),
    "blood": Text("文中有大出血的词。", "There are words of heavy bleeding in it."),
    "help": Text("文中是求救的词。", "It is a cry for help."),
}  # fmt: skip
LANGUAGE = "other_language"
NOTHING_FOUND = Reason(
    "nothing_found",
    Text(
        "没有从您写的内容里认出具体的不适，所以不能排除紧急情况。请再说说哪里不舒服；感觉有危险请拨打{emergency_number}。",
        "Nothing that ails you was recognised in what you wrote, so an emergency cannot be ruled out."
        " Please say again what is wrong; if you feel in danger call {emergency_number}.",
    ),
    SOURCE,
    None,
    "ours",
)

TOO_LONG = Reason(
    "too_long",
    Text(
        "您写得很长，程序只细读了开头和结尾。请把现在最要紧的几句话写在前面；感觉有危险请拨打{emergency_number}。",
        "This is very long, and only its beginning and end were read closely. Please put what matters"
        " now in front, in a few sentences; if you feel in danger call {emergency_number}.",
    ),
    SOURCE,
    None,
    "ours",
)
UNREAD = frozenset({LANGUAGE, NOTHING_FOUND.rule, TOO_LONG.rule})
"""Reasons that the patient is told at once."""


def of_another_language(judged: Judgement, told: Abroad) -> Judgement:
    """A word of danger counts as it stands, denied or not; else a person looks at it soon."""
    level: Urgency = "emergency" if told.danger else "online_soon"
    reasons = tuple(_reason(told, kind) for kind in told.danger) or (_reason(told, None),)
    kept = judged.reasons if judged.urgency == "emergency" else ()
    return replace(
        judged,
        urgency=min(level, judged.urgency, key=URGENCIES.index),
        red_flags=(*(reason.rule for reason in reasons if told.danger), *judged.red_flags),
        reasons=(*reasons, *kept)[:_REASONS_SHOWN],
        ask=(),
        crisis=judged.crisis or _LIFE in told.danger,
    )


def of_a_long_text(judged: Judgement) -> Judgement:
    """What was not read closely is no matter of self-care; a doctor looks at it soon."""
    if judged.urgency == "emergency":
        return judged
    urgency = min(judged.urgency, "online_soon", key=URGENCIES.index)
    kept = judged.reasons if urgency == judged.urgency else ()
    return replace(judged, urgency=urgency, reasons=(TOO_LONG, *kept)[:_REASONS_SHOWN])


def listed() -> tuple[tuple[str, Urgency, Text], ...]:
    """(id, urgency, text) of every reason that may be given here."""
    of_danger: tuple[tuple[str, Urgency, Text], ...] = tuple(
        (f"{LANGUAGE}_{kind}", "emergency", text) for kind, text in _DANGER.items()
    )
    return (
        *of_danger,
        (LANGUAGE, "online_soon", _unnumbered(_WE_READ)),
        (NOTHING_FOUND.rule, "online_routine", _unnumbered(NOTHING_FOUND.text)),
        (TOO_LONG.rule, "online_soon", _unnumbered(TOO_LONG.text)),
    )


def _unnumbered(text: Text) -> Text:
    return Text(
        text.zh.format(emergency_number="当地急救电话"),
        text.en.format(emergency_number="the local emergency number"),
    )


def _reason(told: Abroad, kind: str | None) -> Reason:
    """In the language of the patient first, on a line of its own."""
    says = f"{told.tongue.says}\n" if told.tongue else ""
    seen = _DANGER[kind] if kind else None
    zh = f"{says}{seen.zh if seen else ''}{_WE_READ.zh}"
    en = f"{says}{f'{seen.en} ' if seen else ''}{_WE_READ.en}"
    rule = f"{LANGUAGE}_{kind}" if kind else LANGUAGE
    return Reason(rule, Text(zh, en), SOURCE, None, "ours")
