"""Somebody of the staff with a browser, by the fewest words."""

import json
import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from xinglin.foundation.accounts.services import create_staff
from xinglin.foundation.passkeys.tests.softkey import SoftKey

DOOR = "/_allauth/browser/v1"
MINE = "account/authenticators/webauthn"
PASSWORD = "long-and-unusual-7"


class Member:
    def __init__(self, username: str = "dr.lin", *, locale: str = "zh", totp: bool = True) -> None:
        self.username = username
        self.secret = generate_totp_secret()
        self.client = Client()
        self.id = create_staff(
            username=username,
            password=PASSWORD,
            display_name="林医生",
            roles=["doctor"],
            locale=locale,
            totp_secret=self.secret if totp else None,
        )

    def send(self, method: str, path: str, **body: Any) -> Any:
        where = path if path.startswith("/") else f"{DOOR}/{path}"
        ask = getattr(self.client, method)
        return ask(where) if method == "get" else ask(where, json.dumps(body), "application/json")

    def code(self) -> str:
        return format_hotp_value(hotp_value(self.secret, int(time.time()) // 30))

    def sign_in(self) -> "Member":
        self.send("post", "auth/login", username=self.username, password=PASSWORD)
        self.send("post", "auth/2fa/authenticate", code=self.code())
        return self

    def asked(self, path: str) -> dict[str, Any]:
        """What the browser would hand on to the passkey."""
        data = self.send("get", path).json()["data"]
        options: dict[str, Any] = (data.get("creation_options") or data["request_options"])[
            "publicKey"
        ]
        return options

    def add(self, key: SoftKey | None = None, name: str = "手机") -> SoftKey:
        held = key or SoftKey()
        added = self.send("post", MINE, name=name, credential=held.create(self.asked(MINE)))
        assert added.status_code == 200, added.content
        return held

    def answer(self, path: str, key: SoftKey, client: Client | None = None) -> Any:
        """By this browser, or another."""
        self.client = client or self.client
        return self.send("post", path, credential=key.get(self.asked(path)))

    def passkeys(self) -> list[dict[str, Any]]:
        held = self.send("get", "account/authenticators").json()["data"]
        return [each for each in held if each["type"] == "webauthn"]

    def lets_time_pass(self, seconds: float = 301) -> None:
        session = self.client.session
        for each in session["account_authentication_methods"]:
            each["at"] -= seconds
        session.save()

    def session(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get("/api/v1/session").json()
        return found
