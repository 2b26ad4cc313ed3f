"""What triage keeps of an account, for a copy."""

from uuid import UUID

from xinglin.care.triage.models import Intake
from xinglin.foundation.copies.types import Part


def export_part(holder_id: UUID) -> Part:
    """Every description of a problem, also those that led to no visit."""
    rows = (
        Intake.objects.filter(holder_id=holder_id)
        .order_by("created_at")
        .prefetch_related("overrides")
    )
    told = [
        {
            "id": row.pk,
            "patient": row.patient_id,
            "complaint": row.complaint,
            "pictures": row.picture_ids,
            "answers": row.answers,
            "outcome": row.outcome,
            "red_flags": row.red_flags,
            "urgency": row.level,
            "reasons": row.reasons,
            "findings": row.findings,
            "suggested_department": row.suggested,
            "likeliest_departments": row.ranked,
            "crisis": row.crisis,
            "decided_by": row.versions,
            "proposed_by_software": row.proposed,
            "measured": row.measured,
            "other_departments": [
                {"who": each.who, "from": each.former, "to": each.chosen, "at": each.at}
                for each in sorted(row.overrides.all(), key=lambda each: each.at)
            ],
            "created_at": row.created_at,
            "answered_at": row.answered_at,
        }
        for row in rows.iterator(chunk_size=500)
    ]
    return Part(name="intakes", data=told)
