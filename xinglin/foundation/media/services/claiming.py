"""Something stands on a file from now on."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import transaction

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.media import queries
from xinglin.foundation.media.models import File, Transcript
from xinglin.foundation.media.types import FileCard
from xinglin.foundation.outbox.services import poke
from xinglin.kernel import clock

NO_GATEWAY = "null"
TRANSCRIPT = "transcript"  # what wakes the worker's loop


@transaction.atomic
def claim(viewer: Viewer, file_ids: Iterable[UUID]) -> list[FileCard]:
    """Those of the files that the viewer has uploaded, in the order asked; they are kept from now on.

    A voice note is now given to who writes it down, if the house has somebody for that.
    """
    asked, at = list(file_ids), clock.now()
    if not asked:
        return []
    # Marked before it is looked at: what is pruned at this moment is waited for, and not found.
    File.objects.filter(owner_id=viewer.user_id, pk__in=asked, claimed_at=None).update(
        claimed_at=at
    )
    found = queries.owned_by(viewer, asked)
    voices = [card.id for card in found if card.kind == "voice"]
    if voices and settings.TRANSCRIPT_GATEWAY != NO_GATEWAY:
        Transcript.objects.bulk_create(
            [Transcript(file_id=v, locale=viewer.locale, queued_at=at, due_at=at) for v in voices],
            ignore_conflicts=True,
        )
        transaction.on_commit(lambda: poke("worker", TRANSCRIPT))
    return found


@transaction.atomic
def give_over(viewer: Viewer, file_ids: Iterable[UUID], *, to: UUID) -> list[UUID]:
    """Those of the files that the viewer has uploaded and nothing stands on become another account's.

    For what staff have photographed in a patient's name. Answers which, in the order asked.
    """
    asked = list(dict.fromkeys(file_ids))
    free = File.objects.filter(owner_id=viewer.user_id, pk__in=asked, claimed_at=None)
    given = set(free.select_for_update().values_list("pk", flat=True))
    File.objects.filter(pk__in=given).update(owner_id=to)
    return [each for each in asked if each in given]
