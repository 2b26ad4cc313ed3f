"""A file goes out by the front door, not by one of the few threads of the api."""

from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from xinglin.edge.api.front import Answer

# Said by the front door itself, over whatever a browser says: it sends what it is pointed to.
_ASKED = "X-Sendfile-Type"
_WHERE = "X-Accel-Redirect"


class HandOverMiddleware:
    """Answers the headers of a file and where it lies below `FILES_DIR`; without our door, the file."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if not isinstance(answer, FileResponse) or request.headers.get(_ASKED) != _WHERE:
            return answer
        file = cast("IO[bytes]", answer.file_to_stream)
        path = Path(file.name).relative_to(settings.FILES_DIR)
        answer.close()
        told = HttpResponse(headers=dict(answer.headers))
        told.cookies = answer.cookies
        del told["Content-Length"]
        told[_WHERE] = f"/{path}"
        return told
