"""Fills the hospital with the accounts of a day of sites; runs in a process of its own.

Staff are taken on through the services that the house itself uses, with one password and a second
factor each: what the bench measures begins at the door, where all of them sign in.
"""

import base64
import json
import secrets
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402  # Django must be set up first
from django.db import transaction  # noqa: E402

from xinglin.care.people import queries as people  # noqa: E402
from xinglin.care.people import services as people_services  # noqa: E402
from xinglin.care.people.services.employ import Employment, LicencePaper  # noqa: E402
from xinglin.foundation.accounts import services as accounts  # noqa: E402
from xinglin.foundation.accounts.types import Viewer  # noqa: E402
from xinglin.kernel import clock  # noqa: E402
from xinglin.kernel.text import Text  # noqa: E402

_YEARS = timedelta(days=9 * 365)


@transaction.atomic
def main(mark: str, assistants: int, doctors: int, *departments: str) -> dict[str, Any]:
    """`mark`: of this day, so that several may follow each other in one hospital."""
    house = people.default_institution().id
    staff: dict[str, Any] = {"institution_id": str(house)}
    password = secrets.token_urlsafe(18)
    hashed = make_password(password)
    for role, count in (
        ("administrator", 1),
        ("operator", 1),
        ("site_assistant", assistants),
        ("doctor", doctors),
    ):
        for nth in range(count):
            secret = base64.b32encode(secrets.token_bytes(20)).decode()
            username = f"{mark}.{role}{nth}"
            user = accounts.create_staff(
                username=username,
                password=password,
                password_hash=hashed,
                display_name=f"试演{nth}",
                roles=[role],
                institution_id=house,
                synthetic=True,
                totp_secret=secret,
            )
            if role == "doctor":
                _employ(user, house, username, departments)
            told = {"id": str(user), "username": username, "password": password}
            staff.setdefault(role, []).append(told | {"totp_secret": secret})
    return staff


def _employ(user: Any, house: Any, username: str, departments: tuple[str, ...]) -> None:
    people_services.employ_doctor(
        Viewer.system("bench"),
        user_id=user,
        institution_id=house,
        employment=Employment(
            name=Text("试演医生", "Trial doctor"),
            title_code="231",
            departments=departments,
            licence=LicencePaper(number=f"SIM-{username}", valid_from=clock.now().date() - _YEARS),
            independent_since=clock.now().date() - _YEARS,
            full_time=True,
            synthetic=True,
        ),
    )


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])))
