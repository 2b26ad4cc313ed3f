"""Taking files in, keeping them, and links by which they are seen for a minute."""

from xinglin.foundation.media.services.claiming import claim, give_over
from xinglin.foundation.media.services.disk import write as write_file
from xinglin.foundation.media.services.keeping import upload
from xinglin.foundation.media.services.links import LINK_SECONDS, link, opened, stored
from xinglin.foundation.media.services.pruning import prune
from xinglin.foundation.media.services.resuming import append, begin, cancel, state_of
from xinglin.foundation.media.services.transcribing import transcribe_pending, write_down

__all__ = [
    "LINK_SECONDS",
    "append",
    "begin",
    "cancel",
    "claim",
    "give_over",
    "link",
    "opened",
    "prune",
    "state_of",
    "stored",
    "transcribe_pending",
    "upload",
    "write_down",
    "write_file",
]
