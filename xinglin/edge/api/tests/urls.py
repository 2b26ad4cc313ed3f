"""A door of its own for the tests: operations that count, fail and echo."""

from django.http import HttpRequest
from django.urls import include, path
from ninja import File, Router, Status
from ninja.files import UploadedFile

from xinglin.edge.api.door import make_api
from xinglin.foundation.accounts.services import public, requires, signed_in, viewer_of
from xinglin.foundation.outbox.models import Heartbeat
from xinglin.foundation.outbox.services import beat
from xinglin.kernel.errors import Conflict
from xinglin.kernel.wire import In

router = Router(tags=["tests"])


class NoteIn(In):
    words: str


@router.get("/anybody")
@public
def anybody(request: HttpRequest) -> dict[str, str]:
    return {"said": "你好"}


@router.get("/somebody")
@signed_in
def somebody(request: HttpRequest) -> dict[str, str]:
    return {"id": str(viewer_of(request).user_id)}


@router.get("/board")
@requires("dispatch.read_board")
def board(request: HttpRequest) -> dict[str, str]:
    return {}


@router.post("/beats", response={201: dict[str, int]})
@signed_in
def add_beat(request: HttpRequest, form: NoteIn) -> Status[dict[str, int]]:
    beat(form.words)
    if form.words == "fails":
        raise Conflict
    if form.words == "breaks":
        raise ZeroDivisionError(form.words)
    return Status(201, {"beats": Heartbeat.objects.count()})


@router.post("/files")
@signed_in
def add_file(request: HttpRequest, file: File[UploadedFile]) -> dict[str, int]:
    beat(file.name)
    return {"bytes": len(file.read()), "beats": Heartbeat.objects.count()}


api = make_api()
api.urls_namespace = "tests"
api.add_router("", router)
api.admit_by_declaration()

urlpatterns = [path("api/t/", api.urls), path("", include("xinglin.config.urls"))]
handler400 = "xinglin.edge.api.problems.bad_request"
handler404 = "xinglin.edge.api.problems.not_found"
