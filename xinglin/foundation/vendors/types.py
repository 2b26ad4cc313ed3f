"""What a vendor says, and that it says nothing of use."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers`: names in small letters. `content`: of 200 alone, and as far as it was asked for."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class NoAnswerError(Exception):
    """`reason`: a code for the log: no_answer_..., too_long or broken_off."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
