"""Sessions whose data are sealed in the database: they hold codes, phone numbers, TOTP secrets."""

import base64
import json
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from xinglin.foundation.accounts.queries import FIELDS
from xinglin.foundation.accounts.sealed import seal_text, unseal_text
from xinglin.foundation.database import services as database

_CONTEXT = "django_session|session_data"
_FIND = f"""
    select s.session_data, {", ".join(f"u.{field}" for field in FIELDS)}
    from django_session s left join accounts_user u on u.id = %s
    where s.session_key = %s and s.expire_date > %s
"""  # noqa: S608  # our own columns
_MOST_KNOWN = 50_000
# Session -> whose it was when it was last read. Only a guess, so that one statement reads both; what
# the sealed data say decides.
_guessed: dict[str, UUID] = {}


class SessionStore(DatabaseStore):
    """`account_row`: columns of the account that was guessed, read now with the session."""

    account_row: tuple[Any, ...] | None = None

    def load(self) -> dict[str, Any]:
        """Read with each request, so by one prepared statement."""
        key = self.session_key
        guess = _guessed.get(key or "")
        row = database.fetch_one(_FIND, [guess, key, timezone.now()])
        if row is None:
            self._session_key = None  # what was lost is not taken up again under the same key
            return {}
        session_data, *account = row
        self.account_row = tuple(account) if account[FIELDS.index("id")] else None
        data = self.decode(session_data)
        if key and SESSION_KEY in data and str(guess) != data[SESSION_KEY]:
            _remember(key, UUID(data[SESSION_KEY]))
        return data

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


def _remember(key: str, user_id: UUID) -> None:
    if len(_guessed) >= _MOST_KNOWN:
        _guessed.clear()
    _guessed[key] = user_id
