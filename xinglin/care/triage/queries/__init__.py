"""What can be asked of triage."""

from xinglin.care.triage.queries.crises import CrisisContact, crisis_contact
from xinglin.care.triage.queries.departments import department_for
from xinglin.care.triage.queries.emergencies import crisis_lines, emergency_number, red_flags
from xinglin.care.triage.queries.evidence import intake_evidence
from xinglin.care.triage.queries.intakes import (
    OwnIntake,
    intake_for_visit,
    level_text,
    own_intake,
)
from xinglin.care.triage.queries.overrides import (
    OverrideLine,
    SoughtOverrides,
    override_sheet,
    overrides,
)
from xinglin.care.triage.queries.rule_set import RuleSet, rule_set
from xinglin.care.triage.queries.triaged import Triaged, overridden, triaged

__all__ = [
    "CrisisContact",
    "OverrideLine",
    "OwnIntake",
    "RuleSet",
    "SoughtOverrides",
    "Triaged",
    "crisis_contact",
    "crisis_lines",
    "department_for",
    "emergency_number",
    "intake_evidence",
    "intake_for_visit",
    "level_text",
    "overridden",
    "override_sheet",
    "overrides",
    "own_intake",
    "red_flags",
    "rule_set",
    "triaged",
]
