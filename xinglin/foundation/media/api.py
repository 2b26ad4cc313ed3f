"""Pictures over HTTP."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.media import queries, rules, services
from xinglin.foundation.media.types import PictureCard, Size
from xinglin.kernel.errors import TooLarge

router = Router(tags=["media"])


class PictureOut(Schema):
    id: UUID
    width: int
    height: int
    bytes: int


@router.post("/media", response={201: PictureOut})
@requires("media.upload")
def upload(request: HttpRequest, file: File[UploadedFile]) -> Status[PictureCard]:
    """A JPEG, PNG, WebP or HEIC of at most 10 MB and 40 megapixels; kept as JPEG without metadata."""
    if (file.size or 0) > rules.MAX_BYTES:
        raise TooLarge("file_too_large", rules.TOO_BIG)
    return Status(201, services.upload(viewer_of(request), file.read()))


@router.get("/media/{uuid:picture_id}", response={302: None})
@requires("media.read_own")
def show(request: HttpRequest, picture_id: UUID, size: Size = "full") -> HttpResponse:
    """To a link that is good for a minute; only pictures that the viewer has uploaded."""
    queries.own_picture(viewer_of(request), picture_id)
    return HttpResponseRedirect(services.link(picture_id, size))
