"""What proves the recordings of a visit's calls, for a dispute package.

The pictures and voices are not in it: they are kept sealed and are looked at in the house, for a purpose.
With the manifest anybody can check chunks that a court asks for (`recordings/rules/verifying.py`).
"""

from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from xinglin.care.consultation.models import Call
from xinglin.foundation.copies.types import Part, Section
from xinglin.foundation.recordings import queries as recordings
from xinglin.foundation.recordings.types import RecordingCard
from xinglin.kernel.text import Text

_STATES = {
    "keeping": Text("收集中", "being collected"),
    "making": Text("合成中", "being made"),
    "made": Text("已合成", "made"),
    "failed": Text("未能合成", "could not be made"),
}


def recordings_part(consultation_id: UUID, zone: tzinfo) -> Part:
    """The caller has checked who asks and why."""
    calls = Call.objects.filter(consultation_id=consultation_id).order_by("pk")
    cards = recordings.cards(calls.values_list("pk", flat=True))
    manifests: list[dict[str, Any]] = [recordings.manifest(call_id) for call_id in cards]
    lines = [line for card in cards.values() for line in _lines(card, zone)]
    return Part(
        name="recordings",
        data=manifests,
        sections=[Section(Text("录音录像", "Recordings"), lines)] if lines else [],
    )


def _lines(card: RecordingCard, zone: tzinfo) -> list[tuple[Text, Text | str]]:
    since = _moment(card.opened_at, zone)
    told: list[tuple[Text, Text | str]] = [(since, _STATES[card.state])]
    if card.sha256:
        told.append((Text("文件校验值", "SHA-256 of the file"), card.sha256))
    told += [
        (Text("录制段", "Segment"), f"{each.of_role} · {each.chunks} · {each.chain}")
        for each in card.segments
    ]
    told += [
        (Text("未录制", "Not recorded"), f"{_moment(a, zone).zh} – {_moment(b, zone).zh}")
        for a, b in card.gaps
    ]
    return told


def _moment(at: datetime, zone: tzinfo) -> Text:
    told = f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return Text(told, told)
