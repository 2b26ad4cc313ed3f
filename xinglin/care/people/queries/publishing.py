"""The versions of the consent texts: past, in force, coming."""

from dataclasses import dataclass
from datetime import datetime

from xinglin.care.people.models import ConsentText
from xinglin.kernel import clock
from xinglin.kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class TextVersion:
    """`state`: coming, in_force or past."""

    kind: str
    version: str
    text: Text
    min_seconds: int
    in_force_from: datetime
    state: str


def text_versions() -> list[TextVersion]:
    """Of every kind the newest first."""
    now = clock.now()
    found: list[TextVersion] = []
    binding: set[str] = set()
    for row in ConsentText.objects.order_by("kind", "-in_force_from", "-version"):
        state = "coming" if row.in_force_from > now else "past"
        if state == "past" and row.kind not in binding:
            state = "in_force"
            binding.add(row.kind)
        found.append(
            TextVersion(
                kind=row.kind,
                version=row.version,
                text=Text(row.text_zh, row.text_en),
                min_seconds=row.min_seconds,
                in_force_from=row.in_force_from,
                state=state,
            )
        )
    return found
