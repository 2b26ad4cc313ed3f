"""`/files/<token>`: pictures by a link that is good for a minute. No cookie is read here."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from xinglin.edge.api import problems
from xinglin.foundation.media.services import opened
from xinglin.kernel.errors import NotFound


@require_safe
def picture(request: HttpRequest, token: str) -> HttpResponse | FileResponse:
    """So little is allowed to the answer that no page can be made of it."""
    try:
        path = opened(token)
    except NotFound as error:
        return problems.respond(request, error)
    response = FileResponse(path.open("rb"), content_type="image/jpeg")
    response["Content-Disposition"] = 'inline; filename="picture.jpg"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
