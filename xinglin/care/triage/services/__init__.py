"""What can be done in triage."""

from xinglin.care.triage.services.answer import answer_intake
from xinglin.care.triage.services.open import open_intake

__all__ = ["answer_intake", "open_intake"]
