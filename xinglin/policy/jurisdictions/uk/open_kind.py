"""The United Kingdom: which kind of visit may be opened (UK1, and defaults of this house)."""

from xinglin.kernel.text import Text
from xinglin.policy.facts import OpenKind
from xinglin.policy.house import (
    asker_named,
    consent_needed,
    guardian_asks,
    identity_needed,
    relative_agrees,
)
from xinglin.policy.jurisdictions.uk import law
from xinglin.policy.terms import Context, Finding, Rule, grant


def _remote_visit(facts: OpenKind, _here: Context) -> Finding | None:
    """Whether the assessment is adequate is judged when something is prescribed."""
    if facts.wanted in {"advice", "campaign"} and not facts.wants_prescription:
        return grant("open_advice")
    if facts.wanted == "first_visit" or facts.proof is None:
        return grant("open_first_visit", "may_prescribe")
    return grant("open_follow_up", "may_prescribe")


RULES: tuple[Rule[OpenKind], ...] = (
    Rule(
        cites=law.UK1,
        text=Text(
            "评估充分时，首诊也可以远程进行。",
            "A first visit may be remote, if the assessment is adequate.",
        ),
        instead=Text("无需另行处理。", "Nothing else is needed."),
        check=_remote_visit,
    ),
    identity_needed(),
    guardian_asks(),
    consent_needed(),
    relative_agrees(),
    asker_named(),
)
