"""What was measured rather than trained: temperature, threshold, priors; and the questions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from xinglin.care.triage.rules.case import Case
from xinglin.care.triage.rules.department.model import FOLDER
from xinglin.kernel.text import Text

# How much likelier a department becomes whose option was chosen.
_CHOSEN = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`priors`: departments of last resort weigh less than their words say. `least_known`: the share
    of a text's features below which the model has not read it; why so: `least_known_because`.
    """

    version: str
    temperature: Mapping[str, float]
    sure_from: float
    least_known: Mapping[str, float]
    least_known_because: str
    priors: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Asked:
    """`options`: code -> the department that it speaks for; None for "none of these"."""

    id: str
    text: Text
    options: Mapping[str, str | None]


@cache
def settings() -> Settings:
    return Settings(**json.loads((FOLDER / "settings.json").read_text(encoding="utf-8")))


@cache
def questions() -> tuple[Asked, ...]:
    found = json.loads((FOLDER / "questions.json").read_text(encoding="utf-8"))["questions"]
    return tuple(
        Asked(q["id"], Text(**q["text"]), {o["code"]: o["department"] for o in q["options"]})
        for q in found
    )


def with_answers(shares: Mapping[str, float], case: Case) -> dict[str, float]:
    """An answer speaks for a department, and silences none."""
    chosen = {
        asked.options[code]
        for asked in questions()
        if isinstance(code := case.answers.get(asked.id), str) and code in asked.options
    }
    return {slug: share * (_CHOSEN if slug in chosen else 1.0) for slug, share in shares.items()}


def best_question(shares: Mapping[str, float], case: Case, top: tuple[str, ...]) -> str | None:
    """The one that tells most of the likely departments apart; asked once, and one in all."""
    if any(asked.id in case.answers for asked in questions()):
        return None
    apart = [a for a in questions() if len(set(top) & set(a.options.values())) > 1]
    known = {a.id: sum(shares[s] for s in top if s in a.options.values()) for a in apart}
    return max(known, key=lambda each: known[each]) if known else questions()[-1].id
