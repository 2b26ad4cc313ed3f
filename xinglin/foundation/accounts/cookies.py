"""Cookies that hold a secret and are no session's: kept by the browser alone, sent to this house alone."""

from datetime import timedelta

from django.conf import settings
from django.http.response import HttpResponseBase


def set_secret_cookie(
    response: HttpResponseBase, name: str, secret: str, *, lasts: timedelta | None
) -> None:
    """`lasts`: None for as long as the browser stands open."""
    response.set_cookie(
        name,
        secret,
        max_age=lasts,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def clear_cookie(response: HttpResponseBase, name: str) -> None:
    response.delete_cookie(name, samesite="Strict")
