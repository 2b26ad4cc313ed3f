"""Whether a recording is what was received, without a database: pure, for whoever holds its manifest."""

import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

from xinglin.foundation.recordings import rules
from xinglin.foundation.recordings.types import Fault

Read = Callable[[UUID, int], bytes | None]


def faults_of(manifest: dict[str, Any], read: Read) -> list[Fault]:
    """Every chunk is hashed anew, every chain is walked from its beginning to the tip it was closed with.

    Args:
        manifest: as `queries.manifest` tells it.
        read: the plain bytes of a segment's chunk; None where they are gone or do not open.
    """
    return [fault for segment in manifest["segments"] for fault in _of_segment(segment, read)]


def _of_segment(segment: dict[str, Any], read: Read) -> list[Fault]:
    segment_id, chain = UUID(segment["id"]), rules.NO_CHAIN
    found: list[Fault] = []
    for seq, chunk in enumerate(segment["chunks"]):
        content = read(segment_id, seq)
        if content is None:
            found.append(Fault(kind="missing", segment=segment_id, seq=seq))
        elif hashlib.sha256(content).hexdigest() != chunk["sha256"]:
            found.append(Fault(kind="altered", segment=segment_id, seq=seq))
        chain = rules.next_chain(chain, bytes.fromhex(chunk["sha256"]))
        if chain.hex() != chunk["chain"]:
            found.append(Fault(kind="altered", segment=segment_id, seq=seq))
    if chain.hex() != segment["chain"]:
        found.append(Fault(kind="altered", segment=segment_id, seq=None))
    return found
