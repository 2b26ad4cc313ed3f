"""A POST sent twice with one Idempotency-Key is done once and answered twice alike.

The answer's row is written in the transaction of the act itself, at its end. A second request with
the same key waits for the first (a lock on the key that ends with the transaction), then gets the
stored answer. Should two ever pass, the unique index takes the second act back. Answers name people
and hold what is told once (a link's secret): they are kept sealed.
"""

import hashlib
import re
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase

from xinglin.edge.api import problems
from xinglin.edge.api.sign_in import viewer_of
from xinglin.foundation.accounts.services import seal_text, unseal_text
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import Conflict, FieldError, Invalid, TooLarge
from xinglin.kernel.text import Text

_BODY = "edge_api_givenanswer|body"
_KEY = re.compile(r"[\x21-\x7e]{1,80}")
_WRONG_KEY = Text(
    "请求编号须为1至80个可见的ASCII字符。", "The key must have 1 to 80 visible ASCII characters."
)
_LOCK = "select pg_advisory_xact_lock(hashtextextended(%s, 0))"
_FIND = "select digest, status, content_type, body from edge_api_givenanswer where user_id=%s and key=%s"
_STORE = """
    insert into edge_api_givenanswer (user_id, key, digest, status, content_type, body, given_at)
    values (%s, %s, %s, %s, %s, %s, now())
"""

Answer = Callable[[HttpRequest], HttpResponseBase]


class TransactionMiddleware:
    """One transaction an act under /api/, /_allauth/ and /admin/; an answer of 500 takes everything back.

    Instead of Django's ATOMIC_REQUESTS, which would put a savepoint inside this one's transaction.
    Refusals of ours have been taken back where they were answered (`door.py`).
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(("/api/", "/_allauth/", "/admin/")):
            return self.get_response(request)
        with transaction.atomic(), database.act():
            response = self.get_response(request)
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                transaction.set_rollback(True)
        return response


class IdempotencyMiddleware:
    """Applies to POSTs under /api/ of a signed-in person that carry the header."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = request.headers.get("Idempotency-Key")
        if request.method != "POST" or key is None or not request.path.startswith("/api/"):
            return self.get_response(request)
        if not _KEY.fullmatch(key):
            return problems.respond(request, Invalid(FieldError("Idempotency-Key", _WRONG_KEY)))
        viewer = viewer_of(request)
        if viewer is None:
            return self.get_response(request)
        try:
            digest = _digest(request)
        except RequestDataTooBig:
            return problems.respond(request, TooLarge())
        except UnreadablePostError:
            return problems.respond(request, problems.MALFORMED)
        return self._once(request, str(viewer.user_id), key, digest)

    def _once(
        self, request: HttpRequest, user_id: str, key: str, digest: bytes
    ) -> HttpResponseBase:
        """Within the transaction of the request; an error takes all back, to be tried again."""
        database.later(_LOCK, [f"answer {user_id} {key}"])
        given = database.fetch_one(_FIND, [user_id, key])
        if given is not None:
            return _again(request, digest, given)
        response = self.get_response(request)
        if response.status_code >= HTTPStatus.BAD_REQUEST or not isinstance(response, HttpResponse):
            transaction.set_rollback(True)
            return response
        body = seal_text(response.content.decode(), _BODY)
        answer = [response.status_code, response["Content-Type"][:60], body]
        database.later(_STORE, [user_id, key, digest, *answer])
        return response


def _again(request: HttpRequest, digest: bytes, given: database.Row) -> HttpResponse:
    found, status, content_type, body = given
    if bytes(found) != digest:
        return problems.respond(
            request,
            Conflict(
                "idempotency_key_reused",
                Text(
                    "同一个请求编号用于了不同的内容。",
                    "This Idempotency-Key was used for a different request.",
                ),
            ),
        )
    said = unseal_text(body, _BODY)
    response = HttpResponse(said, status=status, content_type=content_type)
    response["Idempotency-Replayed"] = "true"
    return response


def _digest(request: HttpRequest) -> bytes:
    """SHA-256 over path and body; an upload is read piece by piece and wound back."""
    digest = hashlib.sha256(f"{request.path}\0".encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.digest()
    for name, values in sorted(request.POST.lists()):
        digest.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(f"{name}\0{file.size}\0".encode())
            for piece in file.chunks():
                digest.update(piece)
            file.seek(0)
    return digest.digest()
