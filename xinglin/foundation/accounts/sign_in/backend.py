"""Who the session names, read with each request: one prepared statement instead of a query set."""

from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection

from xinglin.foundation.accounts.models import User
from xinglin.foundation.accounts.queries import FIELDS
from xinglin.foundation.database import services as database

_FIND = f"select {', '.join(FIELDS)} from accounts_user where id = %s"  # noqa: S608  # our own columns


class Backend(AuthenticationBackend):
    def get_user(self, user_id: UUID) -> User | None:
        row = database.fetch_one(_FIND, [user_id])
        if row is None:
            return None
        user = User.from_db(connection.alias, FIELDS, row)
        return user if self.user_can_authenticate(user) else None
