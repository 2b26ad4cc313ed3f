"""Taking recordings in, making them playable, keeping them, and showing them."""

from xinglin.foundation.recordings.services.making import make_due
from xinglin.foundation.recordings.services.pruning import drop_due
from xinglin.foundation.recordings.services.taking import (
    append_chunk,
    begin_segment,
    close_segment,
    end_recording,
    note_found,
    note_lost,
    open_recording,
)
from xinglin.foundation.recordings.services.verifying import check_due, verify
from xinglin.foundation.recordings.services.viewing import Stream, ask_view, streamed

__all__ = [
    "Stream",
    "append_chunk",
    "ask_view",
    "begin_segment",
    "check_due",
    "close_segment",
    "drop_due",
    "end_recording",
    "make_due",
    "note_found",
    "note_lost",
    "open_recording",
    "streamed",
    "verify",
]
