"""Which rules, model and interview decided, so that a report can tell them apart."""

from xinglin.care.triage.rules import department, urgency
from xinglin.care.triage.rules.interviews import Interview, general


def of(interview: Interview) -> dict[str, str]:
    return {
        "rules": urgency.version(),
        "departments": department.VERSION,
        "interview": f"{interview.name} {interview.version}, general {general().version}",
    }
