"""The worker's part: voice notes go to the gateway of the folder beside, one at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from django.conf import settings
from django.db import transaction

from xinglin.foundation.media import gateways, rules
from xinglin.foundation.media.models import Transcript
from xinglin.foundation.media.services import disk
from xinglin.foundation.media.types import Recording, UntranscribedError
from xinglin.foundation.vendors.services import gateways_in
from xinglin.kernel import clock, ids

log = structlog.get_logger(__name__)
BATCH = 20
MOST_TRIES = 6
LONGEST = 4000


class Gateway(Protocol):
    """What a module in `gateways` offers; see there."""

    def transcribe(self, recording: Recording) -> str: ...


known_gateways: Callable[[], dict[str, Gateway]] = gateways_in(gateways.__name__, gateways.__path__)


def transcribe_pending() -> int:
    """What is due, at most 20; each in a transaction of its own."""
    handled = 0
    while handled < BATCH and _one(clock.now()):
        handled += 1
    return handled


def write_down(sound: bytes, content_type: str, *, milliseconds: int, locale: str) -> str:
    """What is said in a few seconds, by the gateway of voice notes; neither sound nor words are kept.

    Raises:
        UntranscribedError: no gateway, or it found no words.
    """
    heard = Recording(
        id=ids.new(),
        content=sound,
        content_type=content_type,
        milliseconds=milliseconds,
        locale=locale,
    )
    name = settings.TRANSCRIPT_GATEWAY
    try:
        return known_gateways()[name].transcribe(heard)[:LONGEST]
    except UntranscribedError:
        raise
    except Exception as error:  # whatever a vendor's client raises
        log.warning("nothing written down", error=type(error).__name__)
        raise UntranscribedError(type(error).__name__) from error


@transaction.atomic
def _one(at: datetime) -> bool:
    """Locks: the transcript, so that no second worker makes it too."""
    due = Transcript.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        due_at__lte=at
    )
    row = due.select_related("file").order_by("due_at").first()
    if row is None:
        return False
    name = settings.TRANSCRIPT_GATEWAY
    row.tries += 1
    try:
        row.text = known_gateways()[name].transcribe(_recording(row))[:LONGEST]
    except UntranscribedError as error:
        _failed(row, error.reason, at, for_good=error.for_good)
    except Exception as error:  # noqa: BLE001  # whatever a vendor's client raises, the others go on
        _failed(row, type(error).__name__, at, for_good=False)
    else:
        row.by, row.made_at, row.due_at, row.last_error = name, at, None, ""
    row.save()
    return True


def _recording(row: Transcript) -> Recording:
    file = row.file
    return Recording(
        id=file.pk,
        content=disk.place(rules.path_of(file.pk, file.ending)).read_bytes(),
        content_type=rules.CONTENT_TYPES[file.ending],
        milliseconds=file.milliseconds,
        locale=row.locale,
    )


def _failed(row: Transcript, reason: str, at: datetime, *, for_good: bool) -> None:
    is_over = for_good or row.tries >= MOST_TRIES
    row.last_error = reason[:80]
    row.due_at = None if is_over else at + timedelta(seconds=min(300, 2**row.tries))
    log.warning("voice note not written down", voice_id=str(row.pk), reason=reason, over=is_over)
