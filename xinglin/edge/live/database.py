"""Connections of the live process, and what the drivers say when the database is away.

Away means: restarting, overloaded, its disk full or broken. Nothing is wrong with what was asked.
"""

from typing import Any

import asyncpg
from django.conf import settings
from django.db import DatabaseError

# A disk that stands still may come back; a line that has gone silent does not.
GIVE_UP_S = 60.0
# A statement that ends so may be sent again; whether it was committed is not known.
AWAY: tuple[type[Exception], ...] = (
    OSError,  # also a statement that took too long
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what asyncpg says when a line breaks while it prepares
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,  # a full disk among them
    asyncpg.PostgresSystemError,  # the disk cannot be read or written
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,  # what was the primary is one no longer
)
# The same where Django's code is asked as well.
UNREADABLE: tuple[type[Exception], ...] = (DatabaseError, *AWAY)


def connection_arguments() -> dict[str, Any]:
    found = settings.DATABASES["default"]
    named = {
        "database": found["NAME"],
        "user": found["USER"],
        "password": found["PASSWORD"],
        "host": found["HOST"],
        "port": found["PORT"],
    }
    return {k: v for k, v in named.items() if v} | {
        "server_settings": {"application_name": "live"},
        "command_timeout": GIVE_UP_S,
    }


async def connect() -> asyncpg.Connection:
    """One connection, outside of the pool."""
    return await asyncpg.connect(**connection_arguments())
