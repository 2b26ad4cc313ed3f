from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest


class NoticesConfig(AppConfig):
    name = "xinglin.foundation.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        user_logged_out.connect(_forget_session, dispatch_uid="notices")


def _forget_session(request: HttpRequest | None = None, **_: Any) -> None:
    """Told before the session is flushed, in the transaction of the sign-out."""
    from xinglin.foundation.accounts.services import session_mark
    from xinglin.foundation.notices.services import forget_session

    if request is not None:
        forget_session(session_mark(request))
