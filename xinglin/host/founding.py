"""What every hospital needs before its first day: shipped data, a name, a first administrator."""

import json
import os
import secrets
from pathlib import Path

from xinglin.care.consultation.services import seed_diagnoses
from xinglin.care.people.services import (
    UNNAMED,
    close_departments,
    found_institution,
    seed_consent_texts,
    seed_departments,
)
from xinglin.foundation.accounts.services import create_staff
from xinglin.host.welcome import FIRST_ADMINISTRATOR


def load_shipped() -> None:
    """Departments, consent texts and diagnosis codes of this version; again without harm."""
    seed_departments()
    seed_consent_texts()
    seed_diagnoses()


def found_empty(data: Path) -> None:
    """A hospital without a licence, and one account; its password waits in a file until printed.

    Nothing is open in it: the first administrator is walked through (`people/services/setup.py`).
    """
    house = found_institution(code="main", name=UNNAMED, opened=False)
    close_departments(house.id)
    password = secrets.token_urlsafe(12)
    create_staff(
        username="admin",
        password=password,
        display_name="",
        roles=["administrator"],
        institution_id=house.id,
    )
    path = data / FIRST_ADMINISTRATOR
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"username": "admin", "password": password}, file)
