"""What sites keep of an account, for a copy."""

from uuid import UUID

from xinglin.care.sites.models import WalkIn
from xinglin.foundation.copies.types import Part


def export_part(holder_id: UUID) -> Part:
    """Every walk-in, also those that led to no visit, with all that was measured."""
    rows = (
        WalkIn.objects.filter(holder_id=holder_id)
        .select_related("site")
        .order_by("registered_at")
        .prefetch_related("readings")
    )
    told = [
        {
            "id": row.pk,
            "patient": row.patient_id,
            "site": {"code": row.site.code, "zh": row.site.name_zh, "en": row.site.name_en},
            "number": row.number,
            "state": row.state,
            "complaint": row.complaint,
            "pictures": row.picture_ids,
            "assistant_stays": row.stays,
            "conversation_shared": row.chat_shared,
            "visit": row.consultation_id,
            "registered_at": row.registered_at,
            "captured_at": row.captured_at,
            "ended_at": row.ended_at,
            "readings": [
                {
                    "kind": each.kind,
                    "values": each.values,
                    "unit": each.unit,
                    "told_values": each.told_values,
                    "told_unit": each.told_unit,
                    "context": each.context,
                    "instrument": each.instrument_serial,
                    "by": each.by,
                    "measured_at": each.measured_at,
                    "withdrawn_at": each.withdrawn_at,
                }
                for each in sorted(row.readings.all(), key=lambda each: each.measured_at)
            ],
        }
        for row in rows.iterator(chunk_size=500)
    ]
    return Part(name="walk_ins", data=told)
