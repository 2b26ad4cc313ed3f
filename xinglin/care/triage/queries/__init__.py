"""What can be asked of triage."""

from xinglin.care.triage.queries.emergencies import emergency_number, red_flags
from xinglin.care.triage.queries.intakes import OwnIntake, intake_for_visit, own_intake

__all__ = ["OwnIntake", "emergency_number", "intake_for_visit", "own_intake", "red_flags"]
