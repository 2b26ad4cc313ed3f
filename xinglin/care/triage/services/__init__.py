"""What can be done in triage."""

from xinglin.care.triage.services.again import Weighed, look_again, weighed
from xinglin.care.triage.services.answer import answer_intake, keep_answers
from xinglin.care.triage.services.assisting import ask_assistant
from xinglin.care.triage.services.forget import forget_intakes
from xinglin.care.triage.services.open import open_intake
from xinglin.care.triage.services.overriding import note_override, note_overrides_read

__all__ = [
    "Weighed",
    "answer_intake",
    "ask_assistant",
    "forget_intakes",
    "keep_answers",
    "look_again",
    "note_override",
    "note_overrides_read",
    "open_intake",
    "weighed",
]
