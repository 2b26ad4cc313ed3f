"""What was said before a visit, for a dispute package (K10)."""

from uuid import UUID

from xinglin.care.triage.models import Intake
from xinglin.foundation.copies.types import Part, Section
from xinglin.kernel.text import Text


def intake_evidence(intake_id: UUID) -> Part:
    """The caller has checked who asks and why, and audits it."""
    row = Intake.objects.get(pk=intake_id)
    names = [field.attname for field in Intake._meta.concrete_fields]  # noqa: SLF001  # Django's public name for it
    lines: list[tuple[Text, Text | str]] = [
        (Text("主诉", "Complaint"), row.complaint),
        (Text("分诊结果", "Outcome"), row.outcome),
        (Text("建议科室", "Department suggested"), row.suggested or "-"),
    ]
    if row.measured:
        values = ", ".join(f"{name} {value:g}" for name, value in sorted(row.measured.items()))
        lines.append((Text("站点测量", "Measured at the site"), values))
    return Part(
        name="intake",
        data={name: getattr(row, name) for name in names},
        sections=[Section(Text("问诊前", "Before the visit"), lines)],
    )
