"""Staff of one story's own, taken on past the pages: no other story waits for their next code."""

from typing import Any
from uuid import uuid4

from playwright.sync_api import APIResponse, Browser, BrowserContext

from journeys.hospital import Hospital

API, DOOR = "/api/v1", "/_allauth/browser/v1"
_PASSWORD = "apricot-grove-7-doors"


def asked(
    context: BrowserContext, hospital: Hospital, method: str, path: str, body: Any = None
) -> APIResponse:
    """As the pages ask; `path`: from the root. Whoever signs in must have asked something before."""
    csrf = next((c["value"] for c in context.cookies() if c["name"] == "csrf"), "")
    headers = {"X-CSRFToken": csrf, "Idempotency-Key": str(uuid4())}
    if isinstance(body, bytes):
        headers |= {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    return context.request.fetch(f"{hospital.url}{path}", method=method, headers=headers, data=body)


def told(answer: APIResponse) -> Any:
    """The failure in the words of the house, if it is one."""
    assert answer.ok, f"{answer.url}: {answer.status} {answer.text()[:600]}"
    return answer.json() if answer.text() else None


def take_on(
    hospital: Hospital, browser: Browser, context: BrowserContext, role: str, locale: str
) -> str:
    """Answers the user name of somebody new, who is signed in at `context` by both factors."""
    username = f"{role}.{uuid4().hex[:12]}"
    form = {"username": username, "display_name": "周明远", "roles": [role], "locale": locale}
    path = _link(hospital, browser, form)
    person = {"username": username, "password": _PASSWORD, "name": {"zh": "周明远", "en": "周明远"}}
    told(asked(context, hospital, "GET", f"{API}/session"))
    begun = {"token": path.partition("#")[2], "password": _PASSWORD}
    told(asked(context, hospital, "POST", f"{API}/staff-welcome", begun))
    known = {"username": username, "password": _PASSWORD}
    told(asked(context, hospital, "POST", f"{DOOR}/auth/login", known))
    there_is_none = asked(context, hospital, "GET", f"{DOOR}/account/authenticators/totp")
    hospital.add_person(person | {"totp_secret": there_is_none.json()["meta"]["secret"]})
    code = {"code": hospital.authenticator(username)}
    told(asked(context, hospital, "POST", f"{DOOR}/account/authenticators/totp", code))
    return username


def _link(hospital: Hospital, browser: Browser, form: dict[str, Any]) -> str:
    """By the administrator of the demo, whose session is kept while it holds."""
    for cookies in (hospital.office, []):
        context = browser.new_context()
        try:
            context.add_cookies(cookies)
            if not cookies:
                _sign_in(context, hospital)
            made = asked(context, hospital, "POST", f"{API}/staff-accounts", form)
            if made.ok:
                hospital.office = context.cookies()
                path: str = made.json()["path"]
                return path
        finally:
            context.close()
    raise AssertionError(f"nobody was taken on: {made.status} {made.text()[:600]}")


def _sign_in(context: BrowserContext, hospital: Hospital) -> None:
    told(asked(context, hospital, "GET", f"{API}/session"))
    given = {"username": "admin", "password": hospital.person("admin")["password"]}
    asked(context, hospital, "POST", f"{DOOR}/auth/login", given)
    code = {"code": hospital.authenticator("admin")}
    told(asked(context, hospital, "POST", f"{DOOR}/auth/2fa/authenticate", code))
