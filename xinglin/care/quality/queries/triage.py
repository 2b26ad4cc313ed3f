"""How triage did in this hospital, counted from its rows."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.people import queries as people
from xinglin.care.quality.triage_figures import Report, Seen, report
from xinglin.care.triage import queries as triage
from xinglin.policy.rules import local_date


def triage_report(since: datetime, until: datetime) -> Report:
    """Of intakes that were opened in these days; weeks are those of the hospital's place."""
    place = people.default_institution().place
    told = list(triage.triaged(since, until))
    ended = {row.intake_id: row for row in visits.ended_of_intakes(t.intake_id for t in told)}
    wrong: dict[UUID, list[str]] = defaultdict(list)
    for row in triage.overridden(since, until):
        wrong[row.intake_id].append(row.who)

    def seen(row: triage.Triaged) -> Seen:
        day, end = local_date(row.at, place), ended.get(row.intake_id)
        return Seen(
            week=day - timedelta(days=day.weekday()),
            outcome=row.outcome,
            level=row.level,
            suggested=row.suggested,
            sure=row.sure,
            confidence=row.confidence,
            consultation_id=end.consultation_id if end else None,
            department=end.department if end else "",
            stopped=end.stopped if end else "",
            go=end.go if end else "",
            wrong=tuple(wrong[row.intake_id]),
            versions=tuple(sorted((name, str(v)) for name, v in row.versions.items())),
        )

    return report(map(seen, told))
