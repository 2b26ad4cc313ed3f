"""Errors as problem+json (RFC 9457): one table from the kernel's kinds to HTTP."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from xinglin.kernel.errors import (
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    RuleRefused,
    TooLarge,
    TooMany,
    Unavailable,
    XinglinError,
)
from xinglin.kernel.text import Text

STATUS = {
    "invalid": 422,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "refused": 422,
    "too_large": 413,
    "too_many": 429,
    "unavailable": 503,
    "storage_full": 507,
    "unsupported": 415,
    "wrong_host": 421,
    "wrong_method": 405,
}


def locale_of(request: HttpRequest) -> str:
    """`en` only when the browser asks for it first; Chinese otherwise."""
    asked = request.headers.get("Accept-Language", "")
    return "en" if asked.strip().lower().startswith("en") else "zh"


def _field(error: FieldError) -> dict[str, Any]:
    return {"field": error.field, "text": error.text.as_dict()}


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {
        "rule_id": refusal.rule_id,
        "source": refusal.source,
        "text": refusal.text.as_dict(),
        "instead": refusal.instead.as_dict(),
    }


def body_of(error: XinglinError, locale: str) -> dict[str, Any]:
    """The members of the problem document."""
    body: dict[str, Any] = {
        "type": f"urn:xinglin:problem:{error.code}",
        "title": error.text.spoken(locale),
        "status": STATUS[error.kind],
        "code": error.code,
        "text": error.text.as_dict(),
        **error.extra,
    }
    if isinstance(error, Invalid):
        body["errors"] = [_field(e) for e in error.errors]
    if isinstance(error, RuleRefused):
        body["verdict"] = error.verdict
        body["refusals"] = [_refusal(r) for r in error.refusals]
    if isinstance(error, TooMany):
        body["retry_after_s"] = error.retry_after_s
    return body


def respond(request: HttpRequest, error: XinglinError) -> HttpResponse:
    body = body_of(error, locale_of(request))
    response = HttpResponse(
        msgspec.json.encode(body), status=body["status"], content_type="application/problem+json"
    )
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.retry_after_s)
    return response


# Pydantic's names of what went wrong -> how a person is told.
_WRONG = {
    "missing": Text("此项必填。", "This is required."),
    "string_too_long": Text(
        "内容过长，最多{max_length}个字。", "Too long: at most {max_length} characters."
    ),
    "string_too_short": Text(
        "内容过短，至少{min_length}个字。", "Too short: at least {min_length} characters."
    ),
    "too_long": Text("最多{max_length}项。", "At most {max_length} of them."),
    "greater_than_equal": Text("不能小于{ge}。", "Not less than {ge}."),
    "less_than_equal": Text("不能大于{le}。", "Not more than {le}."),
}


def from_validation(errors: Iterable[Any]) -> Invalid:
    """Pydantic's list of errors, in words a person can use."""
    return Invalid(*(FieldError(_path(e["loc"]), _wrong(e)) for e in errors))


def _wrong(error: Any) -> Text:
    known = _WRONG.get(error["type"])
    if known is not None:
        return known.filled(**error.get("ctx", {}))
    return Text("此项格式不正确。", f"This is malformed: {error['msg']}.")


def _path(loc: Sequence[object]) -> str:
    """Without the place (`body`, `query` ...) and the name of the operation's own argument."""
    place, *parts = map(str, loc)
    if place == "body" and len(parts) > 1:
        parts = parts[1:]
    return ".".join(parts) or place


CSRF_FAILED = Forbidden(
    "csrf_failed",
    Text("页面已过期，请刷新后再试。", "This page is out of date; please refresh and retry."),
)
MALFORMED = Invalid(code="malformed", text=Text("请求格式不正确。", "The request is malformed."))


# Django's own handlers, for what happens outside of the API's operations.
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return respond(request, TooLarge())
    return respond(request, MALFORMED)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    return respond(request, Forbidden())


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    del reason
    return respond(request, CSRF_FAILED)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    return respond(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    return respond(request, Unavailable("internal"))
