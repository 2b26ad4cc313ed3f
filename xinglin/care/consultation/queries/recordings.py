"""The recording of a call: who may see it and what for, when it should run, and its card."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from xinglin.care.consultation.models import Call, CallConsent, Consultation
from xinglin.care.consultation.queries.calling import consents, may_play
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.calls import queries as rooms
from xinglin.foundation.recordings import queries as recordings
from xinglin.foundation.recordings.types import SILENT_FOR, RecordingCard, Span
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text

# A page reports every two seconds, and its recorder begins within three.
UNSAID_FOR: Final = timedelta(seconds=3)
PURPOSES: Final = {
    "own": Text("本人查看", "My own visit"),
    "treatment": Text("诊疗需要", "For treatment"),
    "complaint": Text("投诉或纠纷处理", "A complaint or dispute"),
    "quality": Text("质量控制", "Quality control"),
    "law": Text("依法查询", "The law demands it"),
}
_OF_PATIENT: Final = ("own",)
_OF_DOCTOR: Final = ("treatment", "complaint")
_OF_QUALITY: Final = ("quality", "complaint")
_OF_AUDITOR: Final = ("law", "complaint")


def purposes_of(viewer: Viewer, call_id: UUID) -> tuple[str, ...]:
    """What the viewer may look at the recording of a call for; none: it is not there for them."""
    call = Call.objects.select_related("consultation").filter(pk=call_id).first()
    if call is None:
        return ()
    if viewer.user_id == call.consultation.holder_id:
        return _OF_PATIENT
    if may_play(viewer, call_id):
        return _OF_DOCTOR
    if viewer.institution_id != call.consultation.institution_id:
        return ()
    if viewer.can("consultation.observe_call"):
        return _OF_QUALITY
    return _OF_AUDITOR if viewer.can("audit.read_lines") else ()


def may_look(viewer: Viewer, call_id: UUID, purpose: str) -> bool:
    """Whether the viewer may see the recording of a call now, and for this."""
    allowed = viewer.can("consultation.play_recording")
    return allowed and purpose in purposes_of(viewer, call_id)


def recording(viewer: Viewer, call_id: UUID) -> dict[str, Any]:
    """The card, for whoever may see the recording; the reading is audited.

    Raises:
        NotFound: nothing was recorded, or not for this viewer.
    """
    purposes = purposes_of(viewer, call_id)
    if not purposes:
        raise NotFound
    card = recordings.card(call_id)
    patient = Consultation.objects.values_list("patient_id", flat=True).get(calls=call_id)
    audit.record(
        viewer,
        "consultation.read_recording",
        subject=patient,
        thing="recording",
        thing_id=call_id,
        purpose=purposes[0],
    )
    return told(card) | {
        "opened_at": card.opened_at,
        "ended_at": card.ended_at,
        "made_at": card.made_at,
        "zero_at": card.zero_at,
        "content_type": card.content_type,
        "bytes": card.bytes,
        "sha256": card.sha256,
        "tracks": list(card.tracks),
        "wanted": [{"since": a, "until": b} for a, b in card.wanted],
        "segments": list(card.segments),
        "why": card.why,
        "may_play": card.made_at is not None,
        "purposes": [{"code": code, "text": PURPOSES[code]} for code in purposes],
    }


def cards_of(call_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """As they stand in a list of calls. The caller has checked who asks."""
    return {call_id: told(card) for call_id, card in recordings.cards(call_ids).items()}


def told(card: RecordingCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "state": card.state,
        "length_ms": card.milliseconds,
        "gaps": [_gap(card, span) for span in card.gaps],
        "verified": card.is_verified,
        "kept_until": card.kept_until,
        "lost_at": card.lost_at,
    }


def _gap(card: RecordingCard, span: Span) -> dict[str, Any]:
    """`from_ms`, `to_ms`: on the time line of what is played."""
    zero = card.zero_at or card.opened_at
    from_ms, to_ms = (max(0, round((at - zero) / timedelta(milliseconds=1))) for at in span)
    return {"since": span[0], "until": span[1], "from_ms": from_ms, "to_ms": to_ms}


def recording_spans(call_id: UUID, *, at: datetime) -> list[Span]:
    """When both sides wanted a recording: from the later yes to the first no, or to the end."""
    ended_at = Call.objects.values_list("ended_at", flat=True).get(pk=call_id)
    said = {"patient": False, "doctor": False}
    spans: list[Span] = []
    since: datetime | None = None
    answers = CallConsent.objects.filter(call_id=call_id, kind="recording").order_by("id")
    for side, answer, when in answers.values_list("side", "answer", "at"):
        said[side] = answer
        if all(said.values()):
            since = since or when
        elif since is not None:
            spans.append((since, when))
            since = None
    if since is not None:
        spans.append((since, ended_at or at))
    return recordings.joined(spans)


def wanted_spans(call_id: UUID, *, at: datetime) -> list[Span]:
    """When both wanted it and the line was up."""
    up = [(since, until or at) for since, until in rooms.clock(call_id, at=at).spans]
    wished = recording_spans(call_id, at=at)
    return recordings.without(wished, recordings.without(wished, up))


def recorded_calls(*, at: datetime) -> tuple[set[UUID], set[UUID]]:
    """Of open calls that both have wanted recorded for a while: those that are not, and those that are.

    In neither: those whose line is down.
    """
    calls = list(
        # `due_at`: of those that have not ended, by the index.
        Call.objects.filter(
            state="open", due_at__isnull=False, recording_wanted_since__lt=at - UNSAID_FOR
        ).order_by("pk")
    )
    return recorded(calls, at=at) if calls else (set(), set())


def recorded(calls: Collection[Call], *, at: datetime) -> tuple[set[UUID], set[UUID]]:
    """As `recorded_calls`, of these.

    It is not when the doctor's page does not say so for three seconds: it says that it fails, or nothing
    any more; nor when nothing has come for ten, whatever it says.
    """
    since = {pk: told.since or at for pk, told in consents(calls).items() if told.recording == "on"}
    on = [call_id for call_id, began in since.items() if began < at - UNSAID_FOR]
    if not on:
        return set(), set()
    clocks, last = rooms.clocks(on, at=at), recordings.last_chunks(on)
    saying = rooms.rooms_recording(on, role="doctor", since=at - UNSAID_FOR)
    lost, kept = set(), set()
    for call_id in on:
        line = clocks.get(call_id)
        up = None if line is None else line.running_since
        came = max(since[call_id], last.get(call_id, since[call_id]), up or at)
        if call_id in saying and came > at - SILENT_FOR:
            kept.add(call_id)
        elif up is not None and up < at - UNSAID_FOR:
            lost.add(call_id)
    return lost, kept
