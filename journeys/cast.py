"""The people of a story, each in a browser of their own."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from journeys.hospital import Hospital
from journeys.watch import DESK, PHONE, Watch

PATIENCE_MS = 15_000


class Person:
    """Somebody with a browser; `get` finds by test id."""

    size = DESK

    def __init__(self, cast: "Cast", name: str, locale: str) -> None:
        self.hospital = cast.hospital
        self.watch = cast.watch
        self.name = name
        self.locale = locale
        self.context: BrowserContext = cast.browser.new_context(
            viewport=self.size,  # type: ignore[arg-type]
            locale="zh-CN" if locale == "zh" else "en-GB",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.watch.follow(self.page, name)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.hospital.url}{path}")

    def get(self, test_id: str) -> Locator:
        return self.page.get_by_test_id(test_id)

    def press(self, test_id: str) -> None:
        self.get(test_id).first.click()

    def write(self, test_id: str, text: str) -> None:
        """Into the field itself, or the one inside the component that carries the name."""
        found = self.get(test_id).first
        inner = found.locator("input, textarea")
        (inner.first if inner.count() else found).fill(text)

    def sees(self, test_id: str, count: int | None = None) -> None:
        if count is None:
            expect(self.get(test_id).first).to_be_visible(timeout=PATIENCE_MS)
        else:
            expect(self.get(test_id)).to_have_count(count, timeout=PATIENCE_MS)

    def look(self, name: str) -> None:
        self.watch.look(self.page, name, self.locale)

    def lose_line(self) -> None:
        self.context.set_offline(True)

    def find_line(self) -> None:
        self.context.set_offline(False)

    def say(self, text: str) -> None:
        self.write("composer", text)
        self.press("send")

    def hears(self, *texts: str) -> None:
        """Each once, in this order, and nothing still on its way."""
        expect(self.get("pending")).to_have_count(0, timeout=PATIENCE_MS)
        for text in texts:
            found = self.get("message").filter(has_text=text)
            expect(found).to_have_count(1, timeout=PATIENCE_MS)
        said = [m for m in self.get("message").all_inner_texts() if any(t in m for t in texts)]
        order = [next(t for t in texts if t in m) for m in said]
        assert order == list(texts), order


class Patient(Person):
    size = PHONE

    def sign_in(self, phone: str) -> None:
        """By the code that the demo inbox shows."""
        self.hospital.may_ask_for_a_code(phone)
        before = self._codes(phone)
        self.go("/")
        self.write("phone", phone)
        self.press("request-code")
        self.sees("code")
        self.write("code", self.hospital.code_for(phone, after=before))
        self.press("confirm-code")

    def answer_interview(self, answers: dict[str, str], *, words: str = "-") -> None:
        """`answers`: link id -> code of the option; questions in free text get `words`."""
        self.sees("interview")
        while self.get("interview").count():
            link_id = self.get("question").get_attribute("data-question")
            assert link_id is not None
            if link_id in answers:
                self.get(f"option-{answers[link_id]}").check(force=True)
            else:
                self.write("answer", words)
            self.press("next")
            self.page.wait_for_function(
                "before => document.querySelector('[data-question]')?.dataset.question !== before",
                arg=link_id,
            )

    def _codes(self, phone: str) -> set[str]:
        _, inbox = self.hospital.get("/api/v1/demo/inbox")
        return {m["code"] for m in inbox["items"] if phone in m["to"] and m["code"]}


class Staff(Person):
    def sign_in(self, username: str, *, path: str = "/staff") -> None:
        person: dict[str, Any] = self.hospital.person(username)
        self.go(path)
        self.write("username", username)
        self.write("password", person["password"])
        self.press("sign-in")
        self.write("code", self.hospital.authenticator(username))
        self.press("confirm-code")
        self.sees("who")


class Doctor(Staff):
    def go_on_duty(self, username: str) -> None:
        """With the identity check that R16 asks for, when the last one is too old."""
        state, check = self.get("duty-state"), self.get("identity-code")
        self.press("duty-switch")
        on = self.page.locator('[data-testid="duty-state"][data-on="true"]')
        expect(check.or_(on).first).to_be_visible(timeout=PATIENCE_MS)
        if check.count():
            self.write("identity-code", self.hospital.authenticator(username))
            self.press("identity-submit")
        expect(state).to_have_attribute("data-on", "true", timeout=PATIENCE_MS)

    def stop_care(self, *, advice: str, where: str) -> None:
        self.press("stop")
        self.get("stop-reason-unsuitable").check(force=True)
        self.write("stop-advice", advice)
        self.write("stop-where", where)
        self.get("stop-urgency-today").check(force=True)
        self.press("stop-submit")
        self.sees("visit-over")

    def leave_duty(self) -> None:
        """Else the next story's patient is offered to somebody who has gone home."""
        if self.get("duty-state").get_attribute("data-on") == "true":
            self.press("duty-switch")
            expect(self.get("duty-state")).to_have_attribute(
                "data-on", "false", timeout=PATIENCE_MS
            )


class Cast:
    def __init__(self, hospital: Hospital, browser: Browser, watch: Watch) -> None:
        self.hospital = hospital
        self.browser = browser
        self.watch = watch
        self._people: list[Person] = []

    def _enter(self, person: Person) -> None:
        self._people.append(person)

    def patient(self, locale: str, name: str = "patient") -> Patient:
        found = Patient(self, name, locale)
        self._enter(found)
        return found

    def doctor(self, locale: str, name: str) -> Doctor:
        found = Doctor(self, name, locale)
        self._enter(found)
        return found

    def staff(self, locale: str, name: str) -> Staff:
        found = Staff(self, name, locale)
        self._enter(found)
        return found

    def leave(self) -> None:
        for person in self._people:
            if isinstance(person, Doctor) and person.get("duty-state").count():
                person.leave_duty()
            person.context.close()
