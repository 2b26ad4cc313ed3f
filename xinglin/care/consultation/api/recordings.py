"""Recordings of calls: chunks from the doctor's page, and looking at what was made of them."""

import re
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Header, Path, Router, Status
from pydantic import Field

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.api import recording_schemas as schemas
from xinglin.care.consultation.types import SegmentTold
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.recordings.services import close_segment as close
from xinglin.foundation.recordings.types import MAX_CHUNK, NewChunk
from xinglin.kernel import clock
from xinglin.kernel.errors import Unsupported

router = Router()
CHUNK = "application/octet-stream"
_CHUNK_BODY = {
    "requestBody": {
        "required": True,
        "content": {CHUNK: {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
    }
}
_Hex = Annotated[str, Field(pattern=re.compile(schemas.HEX).pattern)]


@router.put(
    "/calls/{call_id}/segments/{segment_id}",
    response=schemas.SegmentOut,
    operation_id="begin_segment",
    summary="Begin a segment under an id of the page's, or ask how far it is",
)
@requires("consultation.record_call")
def begin_segment(
    request: HttpRequest, call_id: UUID, segment_id: UUID, form: schemas.SegmentIn
) -> Any:
    """Also for 24 hours after the end of the call, for what is left in the page's outbox."""
    told = SegmentTold(
        id=segment_id,
        seat=form.seat,
        of=form.of,
        mime=form.mime,
        began_at=form.began_at,
        sent_at=form.sent_at,
    )
    return services.begin_segment(viewer_of(request), call_id, told, at=clock.now())


@router.put(
    "/calls/{call_id}/segments/{segment_id}/chunks/{seq}",
    response=schemas.SegmentOut,
    operation_id="append_chunk",
    summary="The next chunk, at most 4 MB; the same one again is answered alike",
    openapi_extra=_CHUNK_BODY,
)
@requires("consultation.record_call")
def append_chunk(  # noqa: PLR0917  # each is a part of the path or a header
    request: HttpRequest,
    call_id: UUID,
    segment_id: UUID,
    seq: Annotated[int, Path(ge=0, lt=2**31)],
    sha256: Annotated[_Hex, Header(alias="X-SHA256")],
    chain: Annotated[_Hex, Header(alias="X-Chain")],
    began_ms: Annotated[int, Field(ge=0, lt=2**31), Header(alias="X-Began-At")],
) -> Any:
    """On the disk when it is answered. `X-Chain`: SHA-256 of the chain before and this chunk's SHA-256.

    409 `chunk_missing` says in `next` which one belongs first.
    """
    if request.content_type != CHUNK:
        raise Unsupported
    new = NewChunk(
        seq=seq,
        sha256=bytes.fromhex(sha256),
        chain=bytes.fromhex(chain),
        began_ms=began_ms,
        # Not `body`, which ends at the megabyte that everything else may have.
        content=request.read(MAX_CHUNK + 1),
    )
    return services.append_chunk(viewer_of(request), call_id, segment_id, new, at=clock.now())


@router.post(
    "/calls/{call_id}/segments/{segment_id}/close",
    response=schemas.SegmentOut,
    operation_id="close_segment",
    summary="All chunks of a segment are here; its tip goes into the audit",
)
@requires("consultation.record_call")
def close_segment(
    request: HttpRequest, call_id: UUID, segment_id: UUID, form: schemas.CloseIn
) -> Any:
    return close(
        call_id,
        segment_id,
        viewer_of(request).user_id,
        chunks=form.chunks,
        chain=bytes.fromhex(form.chain),
        ended_at=form.ended_at,
        at=clock.now(),
    )


@router.get(
    "/recordings/{call_id}",
    response=schemas.RecordingPageOut,
    operation_id="read_recording",
    summary="The recording of a call: its time line, segments, gaps and whether it holds",
)
@requires("consultation.play_recording")
def read_recording(request: HttpRequest, call_id: UUID) -> dict[str, Any]:
    return queries.recording(viewer_of(request), call_id)


@router.post(
    "/recordings/{call_id}/views",
    response={201: schemas.ViewOut},
    operation_id="view_recording",
    summary="A link to look at a recording, for a purpose; each is audited",
)
@requires("consultation.play_recording")
def view_recording(request: HttpRequest, call_id: UUID, form: schemas.ViewIn) -> Status[Any]:
    url = services.view_recording(viewer_of(request), call_id, purpose=form.purpose, at=clock.now())
    return Status(201, {"url": url})
