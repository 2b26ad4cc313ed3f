"""A passkey in the browser of a story: Chromium's own, in software."""

import os
import subprocess
import sys
from typing import Any

import psycopg
from playwright.sync_api import Page, Route

from journeys.cast import Person
from journeys.hospital import ROOT, Hospital
from xinglin.host.places import socket_folder
from xinglin.host.postgres import ROLE

_AGED = """
import os, django
django.setup()
from xinglin.foundation.accounts.sign_in.sessions import SessionStore
session = SessionStore(os.environ["SESSION"])
session["account_authentication_methods"] = [
    each | {"at": each["at"] - 600} for each in session["account_authentication_methods"]
]
session.save()
"""


class Passkeys:
    """What a device keeps, and the finger on it; of one page."""

    def __init__(self, page: Page) -> None:
        self._line = page.context.new_cdp_session(page)
        self._line.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
        }
        made = self._line.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id = made["authenticatorId"]

    def held(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._line.send(
            "WebAuthn.getCredentials", {"authenticatorId": self._id}
        )["credentials"]
        return found

    def knows_the_finger(self) -> None:
        self._verifies(yes=True)

    def knows_no_finger(self) -> None:
        self._verifies(yes=False)

    def _verifies(self, *, yes: bool) -> None:
        self._line.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": yes}
        )


def at_a_number(page: Page, hospital: Hospital) -> str:
    """The hospital's pages as a ward reaches them that knows only its IP address (of RFC 5737); the
    front door itself sends 127.0.0.1 on to the name.
    """
    number = "https://192.0.2.1"

    def hand_on(route: Route) -> None:
        there = route.request.url.replace(number, hospital.url)
        route.fulfill(response=route.fetch(url=there))

    page.route(f"{number}/**", hand_on)
    return number


def _socket(hospital: Hospital) -> str:
    return str(socket_folder((hospital.data / "postgres").resolve() / "socket"))


def signed_in_long_ago(person: Person) -> None:
    """Ten minutes; sessions are sealed, so the hospital's own code does it."""
    cookies = person.context.cookies()
    key = next(each["value"] for each in cookies if each["name"] == "session")
    house = person.hospital
    subprocess.run(
        [sys.executable, "-c", _AGED],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "xinglin.config.settings",
            "DATABASE_URL": f"postgresql:///{ROLE}?host={_socket(house)}&user={ROLE}",
            "XINGLIN_SECRETS": str(house.data / "secrets.json"),
            "SESSION": key,
        },
        check=True,
        timeout=60,
    )


def never_checked(hospital: Hospital, username: str) -> None:
    """The doctor's identity check of this shift is forgotten."""
    told = """
        update people_practitioner set identity_checked_at = null
        where user_id = (select id from accounts_user where username = %s)
    """
    with psycopg.connect(
        host=_socket(hospital), user=ROLE, dbname=ROLE, autocommit=True
    ) as database:
        assert database.execute(told, [username]).rowcount == 1
