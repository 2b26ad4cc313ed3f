"""Captions of a call: a few seconds of the own voice become words. Neither is kept."""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from xinglin.care.consultation.models import Call
from xinglin.care.consultation.queries.calling import call_role, has_captions
from xinglin.care.consultation.types import GuestPass
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.calls import queries as rooms
from xinglin.foundation.media.services import write_down
from xinglin.foundation.media.types import UntranscribedError
from xinglin.kernel.errors import Conflict, NotFound, TooLarge, Unavailable, Unsupported
from xinglin.kernel.text import Text

LONGEST_MS: Final = 15_000
# Fifteen seconds of Opus at 128 kbit/s, which is far above what a browser makes.
MOST_BYTES: Final = 256 * 1024
SOUNDS: Final = ("audio/webm", "audio/mp4", "audio/ogg")
_NO_CAPTIONS = Text(
    "本院没有开通字幕。请在对话里用文字交流。",
    "This hospital has no captions. Please write in the conversation instead.",
)
_NOT_HEARD = Text(
    "这几秒没有转成文字，通话不受影响。",
    "These seconds were not turned into words; the call goes on.",
)
_TOO_LONG = Text("一段声音最多15秒。", "A piece of sound lasts 15 seconds at most.")


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece of one voice, as a browser made it; `ms` is how long, by its own word."""

    content: bytes = field(repr=False)
    content_type: str
    ms: int


def caption(viewer: Viewer, call_id: UUID, *, seat_id: UUID, sound: Sound) -> str:
    """The words; empty when nothing was said. Only of a seat of one's own, in a call that is open.

    Raises:
        NotFound: nobody of this call, not an own seat, or it is over.
        Conflict: this house has no captions.
        TooLarge, Unsupported: longer than 15 seconds, or no sound that browsers make.
        Unavailable: the gateway did not answer with words.
    """
    place = call_role(viewer, call_id)
    if place is None or place.role == "observer":
        raise NotFound
    return _caption(viewer.user_id, call_id, seat_id, sound, viewer.locale)


def caption_of_guest(guest: GuestPass, *, locale: str, seat_id: UUID, sound: Sound) -> str:
    """As `caption`, for whoever came into the visit by a link."""
    found = Call.objects.filter(consultation_id=guest.consultation_id, state="open").first()
    if found is None:
        raise NotFound
    return _caption(guest.id, found.pk, seat_id, sound, locale)


def _caption(person_id: UUID, call_id: UUID, seat_id: UUID, sound: Sound, locale: str) -> str:
    if not has_captions():
        raise Conflict("no_captions", _NO_CAPTIONS)
    if len(sound.content) > MOST_BYTES or sound.ms > LONGEST_MS:
        raise TooLarge("caption_too_long", _TOO_LONG)
    if sound.content_type not in SOUNDS:
        raise Unsupported
    if not any(s.id == seat_id and s.person_id == person_id for s in rooms.seats(call_id)):
        raise NotFound
    try:
        said = write_down(sound.content, sound.content_type, milliseconds=sound.ms, locale=locale)
    except UntranscribedError as error:
        raise Unavailable("not_captioned", _NOT_HEARD) from error
    return said.strip()
