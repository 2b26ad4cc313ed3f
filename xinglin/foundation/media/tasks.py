"""The worker's loops of files."""

from xinglin.foundation.media.services import prune, transcribe_pending

__all__ = ["prune", "transcribe_pending"]
