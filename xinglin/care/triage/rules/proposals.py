"""What a model of others proposed: read with suspicion, and only what the patient's words bear."""

import json
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

_MOST_FINDINGS, _MOST_QUESTIONS = 8, 3
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class ProposedFinding:
    """`quote`: words of the patient, letter by letter. `means`: the same in the model's words."""

    quote: str
    means: str


@dataclass(frozen=True, slots=True)
class Proposed:
    findings: tuple[ProposedFinding, ...] = ()
    questions: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.findings or self.questions)

    def as_dict(self) -> dict[str, Any]:
        return {
            "findings": [{"quote": f.quote, "means": f.means} for f in self.findings],
            "questions": list(self.questions),
        }


NOTHING: Final = Proposed()


def read(said: str, *, text: str, known_questions: Collection[str]) -> Proposed:
    """Of anything a model may answer; what is not understood, or not quoted, is left out.

    Args:
        text: what was sent; a finding whose quote does not stand in it is invented.
    """
    try:
        found = json.loads(_bare(said))
    except (ValueError, RecursionError):
        return NOTHING
    if not isinstance(found, dict):
        return NOTHING
    plain = _plain(text)
    findings = [
        finding
        for each in _list(found.get("findings"))
        if (finding := _finding(each)) is not None and _plain(finding.quote) in plain
    ]
    questions = [
        q for q in _list(found.get("questions")) if isinstance(q, str) and q in known_questions
    ]
    return Proposed(
        tuple(dict.fromkeys(findings))[:_MOST_FINDINGS],
        tuple(dict.fromkeys(questions))[:_MOST_QUESTIONS],
    )


def kept(value: Any) -> Proposed:
    """As `Proposed.as_dict` had written it; None is nothing."""
    if not value:
        return NOTHING
    return Proposed(
        tuple(ProposedFinding(f["quote"], f["means"]) for f in value["findings"]),
        tuple(value["questions"]),
    )


def _bare(said: str) -> str:
    """Without the fence that some models put around JSON."""
    start, end = said.find("{"), said.rfind("}")
    return said[start : end + 1]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _finding(value: Any) -> ProposedFinding | None:
    if not isinstance(value, dict):
        return None
    parts = [value.get("quote"), value.get("means")]
    if not all(isinstance(part, str) and 0 < len(part.strip()) <= _LONGEST for part in parts):
        return None
    # Half an emoji is no text that could be kept.
    quote, means = (
        " ".join(str(part).encode(errors="ignore").decode().replace("\x00", "").split())
        for part in parts
    )
    return ProposedFinding(quote, means) if quote and means else None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().split())
