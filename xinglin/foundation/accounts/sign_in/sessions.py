"""Sessions whose data are sealed in the database: they hold codes, phone numbers, TOTP secrets."""

import base64
import json
from typing import Any

from cryptography.exceptions import InvalidTag
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils import timezone

from xinglin.foundation.accounts.sealed import seal_text, unseal_text

_CONTEXT = "django_session|session_data"
_FIND = "select session_data from django_session where session_key = %s and expire_date > %s"


class SessionStore(DatabaseStore):
    def load(self) -> dict[str, Any]:
        """Read with each request, so by one prepared statement."""
        with connection.cursor() as cursor:
            cursor.execute(_FIND, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None  # what was lost is not taken up again under the same key
            return {}
        return self.decode(row[0])

    def encode(self, session_dict: dict[str, Any]) -> str:
        plain = json.dumps(session_dict, separators=(",", ":"))
        return base64.b64encode(seal_text(plain, _CONTEXT)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """An empty session when the data do not open: altered, or sealed with a key long gone."""
        try:
            found: dict[str, Any] = json.loads(
                unseal_text(base64.b64decode(session_data), _CONTEXT)
            )
        except (InvalidTag, KeyError, IndexError, ValueError):
            return {}
        return found
