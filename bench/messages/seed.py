"""`python -m bench.messages.seed PEOPLE PAIRS BASE`: fills an empty database, prints the cast.

A process of its own, so that the load generator holds no Django. Accounts and sessions are written
in bulk in the shapes of the sign-in; threads are opened by the product's own functions.
"""

import json
import sys
from datetime import timedelta
from typing import Any
from uuid import UUID

import django

django.setup()

from django.conf import settings  # noqa: E402  # Django must be set up first
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
)
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402

from xinglin.care.consultation.messages import services as messages  # noqa: E402
from xinglin.kernel import clock, ids  # noqa: E402

_ENOUGH_TURNS = 1_000_000_000


def main(people: int, pairs: int, base_count: int) -> dict[str, Any]:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    with transaction.atomic():
        users = _accounts(people, pairs)
        threads = [
            (str(_thread(users[2 * n], users[2 * n + 1])), 2 * n, 2 * n + 1) for n in range(pairs)
        ]
        base = _base_threads(base_count, users[0], users[1])
        _allow_much_talk()
    return {
        "cookie": settings.SESSION_COOKIE_NAME,
        "sessions": _sessions(users),
        "threads": threads,
        "base": base,
        "base_count": base_count,
    }


def _accounts(people: int, pairs: int) -> list[Any]:
    """Those at odd places below 2 * pairs are doctors, all others patients."""
    model = get_user_model()
    made = [
        model(
            username=f"bench{n}",
            roles=["doctor"] if n % 2 and n < 2 * pairs else ["patient"],
            password="!",
        )
        for n in range(people)
    ]
    return list(model.objects.bulk_create(made, batch_size=2000))


def _thread(patient: Any, doctor: Any) -> UUID:
    consultation_id = ids.new()
    messages.open_thread(consultation_id, patient.pk)
    messages.admit_doctor(consultation_id, doctor.pk)
    return consultation_id


def _base_threads(count: int, patient: Any, doctor: Any) -> str:
    base = str(ids.new())[:24]
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into consultation_thread (consultation_id, holder_id, doctor_user_id)"
            " select (%s || lpad(n::text, 12, '0'))::uuid, %s, %s from generate_series(0, %s) n",
            [base, patient.pk, doctor.pk, count - 1],
        )
    return base


def _allow_much_talk() -> None:
    """The limits of C01 are looked at in every send, and never reached."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update consultation_thread set max_turns = %s, closes_at = now() + interval '1 day'",
            [_ENOUGH_TURNS],
        )


def _sessions(users: list[Any]) -> list[str]:
    """As after a sign-in, doctors with their second factor."""
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    model = store.get_model_class()
    until = clock.now() + timedelta(hours=12)
    made = []
    for user in users:
        said = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            "account_authentication_methods_user": str(user.pk),
            "account_authentication_methods": [{"method": "mfa", "at": 0.0}],
        }
        key = store._get_new_session_key()  # noqa: SLF001  # what `create` itself takes
        made.append(model(session_key=key, session_data=store.encode(said), expire_date=until))
    model.objects.bulk_create(made, batch_size=2000)
    return [session.session_key for session in made]


if __name__ == "__main__":
    print(json.dumps(main(*(int(word) for word in sys.argv[1:]))))
