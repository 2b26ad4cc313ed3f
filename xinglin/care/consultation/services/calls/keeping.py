"""What is kept of a call, and only with the patient's consent: a recording, and stills."""

from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Call, CallConsent, Consultation, Still
from xinglin.care.consultation.queries.calling import consents_of, is_recording_allowed
from xinglin.care.consultation.queries.calls import still_json
from xinglin.care.consultation.services.calls import cards
from xinglin.care.consultation.services.calls.holding import (
    check_goes_on,
    check_open,
    held_by_doctor,
    held_by_side,
)
from xinglin.care.consultation.services.calls.steps import announce, note
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.media.services import claim
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

_OTHER_TEXT = Text(
    "同意说明已更新，请重新阅读后再选择。",
    "The text has changed; please read it again and then choose.",
)
_NEVER = Text(
    "按本地规定不得录制通话；请在病历中记录要点。",
    "Calls may not be recorded here; please write what matters into the record.",
)
_NO_STILL = Text(
    "患者没有同意截图，不能保存。请先征得患者同意，或请患者自己拍照发送。",
    "The patient has not agreed to stills, so none is kept. Please ask first, or ask the patient to"
    " send a picture.",
)
_NO_PICTURE = Text(
    "没有找到这张图片，请重新截取。", "This picture was not found; please take it again."
)
_ENOUGH = Text(
    f"一次通话最多保存{rules.MOST_STILLS}张截图。",
    f"At most {rules.MOST_STILLS} stills are kept of one call.",
)


@outbox.in_one_transaction()
def set_recording(viewer: Viewer, call_id: UUID, *, on: bool, at: datetime) -> None:
    """The doctor wants a recording, which is the doctor's consent, or none any more.

    It begins once the patient agrees; asked again after a refusal, the patient is asked again.

    Raises:
        NotFound: the viewer is not the doctor of the call.
        Conflict: the call is over or not answered, or the place knows no recordings.
    Locks: thread, visit, call. Emits: CallRecordingChanged.
    """
    call, row = held_by_doctor(viewer, call_id)
    check_open(call)
    if on and not is_recording_allowed(row.institution_id, at):
        raise Conflict("no_recordings_here", _NEVER)
    before = consents_of(call).recording
    if before in ({"asked", "on"} if on else {"off"}):
        return
    _consent(call, viewer, at, kind="recording", side="doctor", answer=on)
    call.recording_wanted_since = at if on else None
    call.save(update_fields=["recording_wanted_since"])
    name = "ask_recording" if on else "stop_recording"
    note(call, row, name, who="doctor", actor=viewer, at=at)
    _tell(call, row, before)


@outbox.in_one_transaction()
def consent_to_keeping(  # what was asked, and what was said to which text
    viewer: Viewer, call_id: UUID, *, kind: str, answer: bool, version: str, at: datetime
) -> None:
    """The patient agrees, does not, or does not any more; each answer stays in the record.

    Raises:
        NotFound: the viewer is not the patient's side.
        Conflict: the call is over, or `consent_text_changed`: another text than the present one.
    Locks: thread, visit, call. Emits: CallConsentChanged, CallRecordingChanged.
    """
    call, row, side = held_by_side(viewer, call_id)
    if side != "patient":
        raise NotFound
    check_goes_on(call)
    if answer and version != rules.CALL_CONSENT_VERSION:
        raise Conflict("consent_text_changed", _OTHER_TEXT)
    before = consents_of(call)
    said = before.patient if kind == "recording" else before.still
    if said == ("yes" if answer else "no"):
        return
    _consent(call, viewer, at, kind=kind, side="patient", answer=answer, version=version)
    detail = {"kind": kind, "answer": answer, "version": version}
    note(call, row, "consent", who="patient", actor=viewer, at=at, detail=detail)
    announce(call, row, events.CallConsentChanged, about=kind)
    if kind == "recording":
        _tell(call, row, before.recording)


@outbox.in_one_transaction()
def ask_for_stills(viewer: Viewer, call_id: UUID, *, at: datetime) -> None:
    """Ask the patient; agreed already, or asked a moment ago, nothing happens.

    Raises:
        NotFound: the viewer is not the doctor of the call.
        Conflict: the call is over or not answered.
    Locks: thread, visit, call. Emits: CallConsentChanged.
    """
    call, row = held_by_doctor(viewer, call_id)
    check_open(call)
    if consents_of(call).still in {"asked", "yes"}:
        return
    call.still_asked_at = at
    call.save(update_fields=["still_asked_at"])
    note(call, row, "ask_still", who="doctor", actor=viewer, at=at)
    announce(call, row, events.CallConsentChanged, about="still")


@outbox.in_one_transaction()
def keep_still(viewer: Viewer, call_id: UUID, *, file_id: UUID, at: datetime) -> dict[str, Any]:
    """A picture that the doctor has uploaded, into the conversation; the same one twice is one.

    Raises:
        NotFound: the viewer is not the doctor of the call.
        Conflict: the call is over or not answered, no consent (`no_consent_to_stills`), or too many.
        Invalid: no such picture of the viewer's.
    Locks: thread, visit, call.
    """
    call, row = held_by_doctor(viewer, call_id)
    known = Still.objects.filter(call=call, file_id=file_id).first()
    if known is not None:
        return still_json(known)
    check_open(call)
    consent = consents_of(call).still_consent
    if consent is None:
        raise Conflict("no_consent_to_stills", _NO_STILL)
    if Still.objects.filter(call=call).count() >= rules.MOST_STILLS:
        raise Conflict("too_many_stills", _ENOUGH)
    pictures = [card for card in claim(viewer, [file_id]) if card.kind == "picture"]
    if not pictures or Still.objects.filter(file_id=file_id).exists():
        raise Invalid(FieldError("file_id", _NO_PICTURE))
    body = {
        "picture_id": str(file_id),
        "width": pictures[0].width,
        "height": pictures[0].height,
        "still": True,
        "call_id": str(call.pk),
    }
    kept = Still.objects.create(
        id=ids.new(),
        call=call,
        file_id=file_id,
        seq=messages.post(row.pk, viewer.user_id, "picture", body),
        consent_id=consent,
        by=viewer.user_id,
        at=at,
    )
    detail = {"still": str(kept.pk)}
    note(call, row, "keep_still", who="doctor", actor=viewer, at=at, detail=detail)
    announce(call, row, events.CallConsentChanged, about="still")
    return still_json(kept)


def _consent(
    call: Call,
    viewer: Viewer,
    at: datetime,
    *,
    kind: str,
    side: str,
    answer: bool,
    version: str = rules.CALL_CONSENT_VERSION,
) -> None:
    CallConsent.objects.create(
        call=call, kind=kind, side=side, answer=answer, version=version, by=viewer.user_id, at=at
    )


def _tell(call: Call, row: Consultation, before: str) -> None:
    """A card when recording begins or stops; the event at every change."""
    after = consents_of(call).recording
    if after == before:
        return
    if "on" in {before, after}:
        words = cards.RECORDING["on" if after == "on" else "off"]
        messages.post_card(row.pk, "call_recording", words, call_id=str(call.pk), recording=after)
    announce(call, row, events.CallRecordingChanged, recording=after)
