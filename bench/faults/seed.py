"""People with open sessions and threads between them; a program of its own, for it needs Django.

python -m bench.faults.seed PAIRS THREADS    one JSON object on the last line
"""

import json
import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402  # Django must be set up first
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
)
from django.db import transaction  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402

from xinglin.care.consultation.messages import services as messages  # noqa: E402
from xinglin.kernel import ids  # noqa: E402


def _person(role: str) -> dict[str, str]:
    """An account with one session, its second factor given."""
    users = get_user_model()
    user = users.objects.create(username=f"f{ids.new().hex}", roles=[role], password="!")
    session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0.0}]
    session.create()
    return {"id": str(user.pk), "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"}


def _thread(patient: dict[str, str], doctor: dict[str, str]) -> str:
    consultation_id = ids.new()
    messages.open_thread(consultation_id, patient["id"])
    messages.admit_doctor(consultation_id, doctor["id"])
    return str(consultation_id)


@transaction.atomic
def main(pairs: int, threads: int) -> list[dict[str, Any]]:
    people = [(_person("patient"), _person("doctor")) for _ in range(pairs)]
    return [
        {"patient": him, "doctor": her, "threads": [_thread(him, her) for _ in range(threads)]}
        for him, her in people
    ]


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
