"""What the interview already says of the record; pure."""

import re
from collections.abc import Iterator

from xinglin.care.triage.types import IntakeCard
from xinglin.kernel.text import Text, language_of

_LONGEST_CHIEF = 200
_TELLS_TIME = re.compile(
    r"[\d一二两三四五六七八九十几半多]+\s*(?:个)?(?:年|月|周|星期|礼拜|天|日|小时|钟头|分钟)|昨|今天|今早|刚才|前天|上周"
    r"|\b(?:days?|weeks?|months?|years?|hours?|minutes?|yesterday|today|tonight|morning)\b",
    re.IGNORECASE,
)
_SINCE = Text("（{told}）", " ({told})")
_ANSWER = Text("{question}：{answer}", "{question}: {answer}")
_DURATION = Text("病程：{told}", "Duration: {told}")
_MEDICINES = Text("用药：{told}", "Medicines: {told}")
_PREGNANCY = Text("妊娠情况：{told}", "Pregnancy: {told}")


def prefill(intake: IntakeCard) -> dict[str, str]:
    """Elements of the record in the patient's own words; only those that were told.

    Findings, diagnosis and advice are the doctor's alone.
    """
    fields = {
        "chief_complaint": _chief_complaint(intake),
        "present_illness": "\n".join(_present_illness(intake)),
        "past_history": (intake.past_illness or "").strip(),
        "allergy": (intake.allergies or "").strip(),
    }
    return {name: text for name, text in fields.items() if text}


def _chief_complaint(intake: IntakeCard) -> str:
    """One line: it stands at the head of the record; the whole text is the first message."""
    words = " ".join(intake.complaint.split())
    since = _since(intake, words)
    room = _LONGEST_CHIEF - len(since)
    return (words if len(words) <= room else words[: room - 1] + "…") + since


def _since(intake: IntakeCard, words: str) -> str:
    """How long, as it was chosen; unless the words tell a time themselves."""
    if not intake.duration or _TELLS_TIME.search(words):
        return ""
    return _SINCE.filled(told=intake.duration).spoken(language_of(words))


def _present_illness(intake: IntakeCard) -> Iterator[str]:
    yield intake.complaint.strip()
    language = language_of(intake.complaint)
    for line in intake.told:
        yield _ANSWER.filled(
            question=line["question"].spoken(language), answer=line["answer"].spoken(language)
        ).spoken(language)
    for label, told in (
        (_DURATION, intake.duration),
        (_MEDICINES, intake.medicines),
        (_PREGNANCY, intake.pregnancy),
    ):
        if told:
            yield label.filled(told=told).spoken(language)
