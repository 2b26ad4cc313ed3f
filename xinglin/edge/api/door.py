"""The NinjaAPI of the house: renderer, sign-in, errors, limits."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, DataError, transaction
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import BaseRenderer
from pydantic import BaseModel

from xinglin import __version__
from xinglin.edge.api import problems
from xinglin.edge.api.admission import SessionSignIn
from xinglin.edge.api.docs import ReadablePage
from xinglin.edge.api.openapi import Document
from xinglin.edge.api.parser import StrictParser
from xinglin.kernel.errors import NotFound, TooLarge, Unavailable, XinglinError

log = structlog.get_logger(__name__)
_MALFORMED: tuple[type[Exception], ...] = (
    BadRequest,
    DataError,
    MultiPartParserError,
    SuspiciousOperation,
    UnreadablePostError,
)


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump()
    return str(value)


class JsonRenderer(BaseRenderer):
    """ninja's own escapes every Chinese character, half as many bytes again."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        del request, response_status
        return msgspec.json.encode(data, enc_hook=_plain)


def _roll_back() -> None:
    """ninja turns errors into answers inside the view, where the transaction of the request would commit them."""
    if transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)


def _on_known(request: HttpRequest, error: XinglinError) -> HttpResponse:
    _roll_back()
    return problems.respond(request, error)


def _on_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    _roll_back()
    return problems.respond(request, problems.from_validation(error.errors))


def _on_http(request: HttpRequest, error: HttpError) -> HttpResponse:
    """ninja's own: a CSRF token that is missing, a body that is no JSON; or ours, which it wrapped."""
    if isinstance(error.__cause__, XinglinError):
        return _on_known(request, error.__cause__)
    csrf = error.status_code == HTTPStatus.FORBIDDEN
    return _on_known(request, problems.CSRF_FAILED if csrf else problems.MALFORMED)


def _on_missing(request: HttpRequest, error: Http404) -> HttpResponse:
    del error
    return _on_known(request, NotFound())


def _on_too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    del error
    return _on_known(request, TooLarge())


def _on_malformed(request: HttpRequest, error: Exception) -> HttpResponse:
    """A value that no column can hold, for example a number of a hundred digits; a form without a
    boundary or of a thousand fields; a body that breaks off.
    """
    del error
    return _on_known(request, problems.MALFORMED)


def _on_bug(request: HttpRequest, error: Exception) -> HttpResponse:
    """Never a stack trace to the outside, never a patient's words into the log."""
    _roll_back()
    log.error(
        "request failed",
        path=request.path,
        error=type(error).__name__,
        exc_info=not isinstance(error, DatabaseError),
    )
    return problems.respond(request, Unavailable("internal"))


class XinglinApi(NinjaAPI):
    def admit_by_declaration(self) -> None:
        """To be called after the last router.

        Raises:
            RuntimeError: an operation declares neither `public`, `signed_in` nor `requires`.
        """
        for operation in self.operations():
            declared = getattr(operation.view_func, "xinglin_permission", None)
            if declared is None:
                raise RuntimeError(f"{operation.view_func.__qualname__} declares no permission")
            name = operation.operation_id or self.get_openapi_operation_id(operation)
            operation.auth_callbacks = [SessionSignIn(declared, name)]

    def operations(self) -> Iterator[Operation]:
        """Every operation of every router, as it is called."""
        for router in self._get_bound_routers():
            for view in router.path_operations.values():
                yield from view.operations

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        root = asked.get("path_prefix")
        if root is None:
            root = self.get_root_path(asked.get("path_params") or {})
        return Document(self, root)


def make_api() -> XinglinApi:
    api = XinglinApi(
        title="Xinglin 杏林",
        version=__version__,
        description="The open internet hospital. Errors are application/problem+json.",
        renderer=JsonRenderer(),
        parser=StrictParser(),
        openapi_url="/openapi.json",
        docs_url="/docs",
        docs=ReadablePage(),
    )
    handlers: list[tuple[type[Exception], Callable[[HttpRequest, Any], HttpResponse]]] = [
        (XinglinError, _on_known),
        (ValidationError, _on_validation),
        (HttpError, _on_http),
        (Http404, _on_missing),
        (RequestDataTooBig, _on_too_big),
        *((kind, _on_malformed) for kind in _MALFORMED),
        (Exception, _on_bug),
    ]
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)
    return api
