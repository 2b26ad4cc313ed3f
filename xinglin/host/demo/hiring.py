"""Simulated doctors and patients: accounts of their own, so that nobody else's sign-in is touched."""

import base64
import json
import os
import secrets
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction

from xinglin.care.people import queries as people
from xinglin.care.people import services as people_services
from xinglin.care.people.services.employ import Employment, LicencePaper
from xinglin.foundation.accounts import queries as accounts
from xinglin.foundation.accounts import services as account_services
from xinglin.foundation.accounts.types import Viewer
from xinglin.host.crew import BUSTLE_PEOPLE
from xinglin.host.demo.identity import synthetic_number
from xinglin.kernel import clock
from xinglin.kernel.text import Text

PHONES = "1990000"
"""How the numbers of simulated patients begin; the demo page hides what is sent to them."""
_DATA = Path(__file__).parent / "data" / "bustle.json"
_YEARS = timedelta(days=9 * 365)


def told() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    return found


@transaction.atomic
def hire() -> None:
    """Once for a data directory; the file that `bustle` signs in by is written with it."""
    path: Path = settings.DATA_DIR / BUSTLE_PEOPLE
    if path.exists():
        return
    cast, house = told(), people.default_institution()
    nth_time = _times_before(cast)
    password = secrets.token_urlsafe(18)
    hashed = make_password(password)
    mark = f"x{nth_time}" if nth_time else ""
    doctors = [_doctor(one, house.id, password, hashed, mark) for one in cast["doctors"]]
    patients = [_patient(one, nth, nth_time) for nth, one in enumerate(cast["patients"])]
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"doctors": doctors, "patients": patients}, file, ensure_ascii=False, indent=1)
    draft.replace(path)


def _times_before(cast: dict[str, Any]) -> int:
    """Should the file have been lost, those of before keep their names and numbers."""
    first = cast["doctors"][0]["username"]
    return get_user_model().objects.filter(username__startswith=first).count()


def _doctor(
    one: dict[str, Any], house: UUID, password: str, hashed: str, mark: str
) -> dict[str, str]:
    username = one["username"] + mark
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    user = account_services.create_staff(
        username=username,
        password=password,
        password_hash=hashed,
        display_name=one["name"]["zh"],
        roles=["doctor"],
        institution_id=house,
        synthetic=True,
        totp_secret=secret,
    )
    since = clock.now().date() - _YEARS
    people_services.employ_doctor(
        Viewer.system("demo"),
        user_id=user,
        institution_id=house,
        employment=Employment(
            name=Text(**one["name"]),
            title_code=one["title"],
            departments=tuple(one["departments"]),
            licence=LicencePaper(number=f"SIM-{username}", valid_from=since),
            independent_since=since,
            full_time=True,
            synthetic=True,
        ),
    )
    return {"username": username, "password": password, "totp_secret": secret}


def _patient(one: dict[str, Any], nth: int, nth_time: int) -> dict[str, str]:
    """An account, its consent and one registered person."""
    phone = f"{PHONES}{nth_time:02d}{nth:02d}"
    born = date.fromisoformat(one["born"])
    account = account_services.create_patient_account(
        phone=phone, display_name=one["name"], locale=one["locale"], synthetic=True
    )
    user = get_user_model().objects.get(pk=account)
    viewer = accounts.viewer_for(user, strong=True, address="", device="demo", session="")
    version = people.consent_status(account).required_version
    people_services.give_consent(viewer, kind="service", version=version, at=clock.now())
    made = people_services.register_patient(
        viewer,
        name=one["name"],
        id_type="01",
        id_number=synthetic_number(born, one["sex"], 300 + nth + nth_time),
        relation="self",
        at=clock.now(),
    )
    return {"phone": phone, "patient_id": str(made.id), "locale": one["locale"]}
