"""Files over HTTP."""

import re
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from ninja import File, Header, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.media import queries, rules, services
from xinglin.foundation.media.types import Kind, Size
from xinglin.kernel import clock
from xinglin.kernel.errors import TooLarge, Unsupported
from xinglin.kernel.wire import In, Out

router = Router(tags=["media"])
PIECE = "application/offset+octet-stream"
_PIECE_BODY = {
    "requestBody": {
        "required": True,
        "content": {PIECE: {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
    }
}


class FileOut(Out):
    """`sha256` is of the bytes as they were sent. What does not apply to the kind is 0 or empty."""

    id: UUID
    kind: Kind
    name: str
    width: int
    height: int
    pages: int
    milliseconds: int
    bytes: int
    sha256: str


class UploadIn(In):
    """`sha256`: hex; empty where the sender cannot compute one. `name`: of a document."""

    kind: Kind
    bytes: Annotated[int, Field(ge=0, lt=2**31)]
    sha256: Annotated[str, Field(pattern=re.compile(r"^([0-9a-f]{64})?$").pattern)] = ""
    name: Annotated[str, Field(max_length=255)] = ""


class UploadOut(Out):
    """The next piece begins at `offset`; `file` is there once all pieces are."""

    id: UUID
    kind: Kind
    offset: int
    bytes: int
    file: FileOut | None


@router.post("/media", response={201: FileOut})
@requires("media.upload")
def upload(request: HttpRequest, file: File[UploadedFile]) -> Status[Any]:
    """A JPEG, PNG, WebP or HEIC of at most 10 MB and 40 megapixels; kept as JPEG without metadata."""
    if (file.size or 0) > rules.MAX_BYTES["picture"]:
        raise TooLarge("file_too_large", rules.TOO_BIG["picture"])
    return Status(201, services.upload(viewer_of(request), file.read()))


@router.get("/media/{uuid:picture_id}", response={302: None})
@requires("media.read_own")
def show(request: HttpRequest, picture_id: UUID, size: Size = "full") -> HttpResponse:
    """To a link that is good for a minute; only files that the viewer has uploaded."""
    queries.own_file(viewer_of(request), picture_id)
    answer = HttpResponseRedirect(services.link(picture_id, size))
    answer["Cache-Control"] = "no-store"
    return answer


@router.put("/uploads/{uuid:upload_id}", response=UploadOut, summary="Begin, or ask how far it is")
@requires("media.upload")
def begin(request: HttpRequest, upload_id: UUID, form: UploadIn) -> Any:
    """An upload in pieces under an id of the sender's: the same call begins it and goes on with it."""
    return services.begin(
        viewer_of(request),
        upload_id,
        kind=form.kind,
        size=form.bytes,
        sha256=form.sha256,
        name=form.name,
        at=clock.now(),
    )


@router.get("/uploads/{uuid:upload_id}", response=UploadOut, summary="How far an upload is")
@requires("media.upload")
def read(request: HttpRequest, upload_id: UUID) -> Any:
    return services.state_of(viewer_of(request), upload_id)


@router.patch(
    "/uploads/{uuid:upload_id}",
    response=UploadOut,
    summary="One piece, at most 1 MB; the last one is answered with the file",
    openapi_extra=_PIECE_BODY,
)
@requires("media.upload")
def append(
    request: HttpRequest,
    upload_id: UUID,
    offset: Annotated[int, Field(ge=0, lt=2**31), Header(alias="Upload-Offset")],
) -> Any:
    """Bytes from `Upload-Offset` on. 409 `offset_moved` says in `offset` where the next piece belongs."""
    if request.content_type != PIECE:
        raise Unsupported
    return services.append(
        viewer_of(request), upload_id, offset=offset, piece=request.body, at=clock.now()
    )


@router.delete("/uploads/{uuid:upload_id}", response={204: None}, summary="Stop an upload")
@requires("media.upload")
def cancel(request: HttpRequest, upload_id: UUID) -> Status[None]:
    services.cancel(viewer_of(request), upload_id)
    return Status(204, None)
