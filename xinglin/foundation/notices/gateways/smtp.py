"""Mail by the hospital's own mail server, through Django's backend."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from xinglin.foundation.notices import rules
from xinglin.foundation.notices.types import Message, UndeliveredError

_STEP_S = 10


def deliver(message: Message) -> None:
    """The same id makes the same Message-ID, by which a mail program knows a repeated one."""
    host = urlsplit(settings.ORIGIN).hostname
    text = message.text.spoken(message.locale)
    EmailMessage(
        subject=rules.SENDER.spoken(message.locale),
        body=f"{text}\n\n{settings.ORIGIN}{message.link}\n" if message.link else f"{text}\n",
        from_email=settings.MAIL_FROM,
        to=[message.to],
        headers={"Message-ID": f"<{message.id}@{host}>", "Auto-Submitted": "auto-generated"},
        connection=_connection(),
    ).send()


def _connection() -> BaseEmailBackend:
    """Of `settings.SMTP_URL`: smtp://user:password@host:port, smtps:// for TLS from the start."""
    parts = urlsplit(settings.SMTP_URL)
    if parts.hostname is None:
        raise UndeliveredError("no_mail_server")
    whole = parts.scheme == "smtps"
    connection: BaseEmailBackend = get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=parts.port or (465 if whole else 587),
        username=parts.username or "",
        password=parts.password or "",
        use_ssl=whole,
        use_tls=parts.scheme == "smtp+tls",
        timeout=_STEP_S,
    )
    return connection
