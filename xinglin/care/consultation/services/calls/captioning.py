"""Captions of a call: a few seconds of the own voice become words. Neither is kept.

A vendor hears them, so whoever speaks has agreed to a text whose version comes with each piece. One
piece at a time in each process, and each for a few seconds: a slow vendor holds up no ringing.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.models import Call
from xinglin.care.consultation.queries.calling import call_role, has_captions
from xinglin.care.consultation.types import GuestPass
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.calls import queries as rooms
from xinglin.foundation.media.services import write_down
from xinglin.foundation.media.types import UntranscribedError
from xinglin.kernel.errors import (
    Conflict,
    NotFound,
    TooLarge,
    TooMany,
    Unavailable,
    Unsupported,
)
from xinglin.kernel.text import Text

LONGEST_MS: Final = 15_000
# Fifteen seconds of Opus at 128 kbit/s, which is far above what a browser makes.
MOST_BYTES: Final = 256 * 1024
SOUNDS: Final = ("audio/webm", "audio/mp4", "audio/ogg")
WITHIN_S: Final = 4.0
LEAST_BETWEEN_S: Final = 1.0
_MOST_KNOWN: Final = 10_000
_NO_CAPTIONS = Text(
    "本院没有开通字幕。请在对话里用文字交流。",
    "This hospital has no captions. Please write in the conversation instead.",
)
_NOT_HEARD = Text(
    "这几秒没有转成文字，通话不受影响。",
    "These seconds were not turned into words; the call goes on.",
)
_NOT_AGREED = Text(
    "请先在通话页面同意把您说的话转成字幕。",
    "Please agree on the page of the call first that what you say is turned into captions.",
)
_TOO_LONG = Text("一段声音最多15秒。", "A piece of sound lasts 15 seconds at most.")


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece of one voice, as a browser made it; `ms` is how long, by its own word.

    `agreed`: the version of the text to which the speaker has said yes.
    """

    content: bytes = field(repr=False)
    content_type: str
    ms: int
    agreed: str = ""


def caption(viewer: Viewer, call_id: UUID, *, seat_id: UUID, sound: Sound) -> str:
    """The words; empty when nothing was said. Only of a seat of one's own, in a call that is open.

    Raises:
        NotFound: nobody of this call, not an own seat, or it is over.
        Conflict: this house has no captions, or the speaker has not agreed to them.
        TooMany: sooner than a second after the last piece.
        TooLarge, Unsupported: longer than 15 seconds, or no sound that browsers make.
        Unavailable: the gateway did not answer with words.
    """
    place = call_role(viewer, call_id)
    if place is None or place.role == "observer":
        raise NotFound
    return _caption(viewer, call_id, seat_id, sound)


def caption_of_guest(guest: GuestPass, *, viewer: Viewer, seat_id: UUID, sound: Sound) -> str:
    """As `caption`, for whoever came into the visit by a link."""
    found = Call.objects.filter(consultation_id=guest.consultation_id, state="open").first()
    if found is None:
        raise NotFound
    return _caption(viewer, found.pk, seat_id, sound)


def _caption(viewer: Viewer, call_id: UUID, seat_id: UUID, sound: Sound) -> str:
    if not has_captions():
        raise Conflict("no_captions", _NO_CAPTIONS)
    if sound.agreed != rules.CAPTIONS_VERSION:
        raise Conflict("captions_not_agreed", _NOT_AGREED)
    if len(sound.content) > MOST_BYTES or sound.ms > LONGEST_MS:
        raise TooLarge("caption_too_long", _TOO_LONG)
    if sound.content_type not in SOUNDS:
        raise Unsupported
    if not any(s.id == seat_id and s.person_id == viewer.user_id for s in rooms.seats(call_id)):
        raise NotFound
    if _is_first(call_id, seat_id):
        _note(viewer, call_id)
    return _written_down(sound, viewer.locale)


_last: dict[tuple[UUID, UUID], float] = {}
_one_at_a_time = threading.Semaphore(1)
_vendors = ThreadPoolExecutor(max_workers=1, thread_name_prefix="captions")


def _is_first(call_id: UUID, seat_id: UUID) -> bool:
    """Of this seat in this process. Raises TooMany."""
    now, key = time.monotonic(), (call_id, seat_id)
    before = _last.pop(key, None)
    _last[key] = now
    while len(_last) > _MOST_KNOWN:
        _last.pop(next(iter(_last)), None)
    if before is not None and now - before < LEAST_BETWEEN_S:
        raise TooMany(1)
    return before is None


def _note(viewer: Viewer, call_id: UUID) -> None:
    """That this voice goes to whoever writes it down; once a seat and process."""
    call = Call.objects.select_related("consultation").get(pk=call_id)
    audit.record(
        viewer,
        "consultation.caption_call",
        subject=call.consultation.patient_id,
        thing="consultation",
        thing_id=call.consultation_id,
        purpose="care",
        detail={"call": str(call_id), "agreed": rules.CAPTIONS_VERSION},
    )


def _written_down(sound: Sound, locale: str) -> str:
    """Raises Unavailable: the vendor is busy with another piece, too slow, or has no words."""
    if not _one_at_a_time.acquire(blocking=False):
        raise Unavailable("not_captioned", _NOT_HEARD)
    asked = _vendors.submit(
        write_down, sound.content, sound.content_type, milliseconds=sound.ms, locale=locale
    )
    asked.add_done_callback(lambda _: _one_at_a_time.release())
    try:
        return asked.result(WITHIN_S).strip()
    except (UntranscribedError, TimeoutError) as error:
        raise Unavailable("not_captioned", _NOT_HEARD) from error
