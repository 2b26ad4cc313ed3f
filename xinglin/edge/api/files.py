"""`/files/<token>`: a file by a link that is good for a minute. No cookie is read here."""

from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from xinglin.edge.api import problems
from xinglin.foundation.media.services import opened
from xinglin.kernel.errors import NotFound


@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse | FileResponse:
    """So little is allowed to the answer that no page can be made of it."""
    try:
        file = opened(token)
    except NotFound as error:
        return problems.respond(request, error)
    response = FileResponse(
        Path(file.path).open("rb"),  # noqa: SIM115  # the answer closes it
        as_attachment=file.is_attachment,
        filename=file.filename,
        content_type=file.content_type,
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = (
        f"private, max-age={file.cached_s}, immutable" if file.cached_s else "no-store"
    )
    return response
