"""What the interview already says of the record; pure."""

from collections.abc import Iterator

from xinglin.care.triage.types import IntakeCard
from xinglin.kernel.text import Text, language_of

_LONGEST_CHIEF = 200
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
    return words if len(words) <= _LONGEST_CHIEF else words[: _LONGEST_CHIEF - 1] + "…"


def _present_illness(intake: IntakeCard) -> Iterator[str]:
    yield intake.complaint.strip()
    language = language_of(intake.complaint)
    for label, told in (
        (_DURATION, intake.duration),
        (_MEDICINES, intake.medicines),
        (_PREGNANCY, intake.pregnancy),
    ):
        if told:
            yield label.filled(told=told).spoken(language)
