"""What the drivers say when the database is away, restarting or overloaded: nothing is wrong with us."""

import asyncpg
from django.db import DatabaseError

# A statement that ends so may be sent again; whether it was committed is not known.
AWAY: tuple[type[Exception], ...] = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what asyncpg says when a line breaks while it prepares
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
)
# The same where Django's code is asked as well.
UNREADABLE: tuple[type[Exception], ...] = (DatabaseError, *AWAY)
