"""The people of a story, each in a browser of their own."""

from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from journeys import totp
from journeys.hospital import Hospital, eventually
from journeys.members import API, asked, take_on, told
from journeys.people import identity_number
from journeys.watch import DESK, PHONE, Watch

PATIENCE_MS = 15_000
_SENT_ON: Final = {
    "reason": "unsuitable",
    "advice": "The story is over here.",
    "hospital": "-",
    "department": "-",
    "urgency": "today",
}
_SIGNED: Final = {"signed_by_doctor", "escalated", "claimed", "effective"}


def field_in(page: Page, test_id: str) -> Locator:
    """The field itself, or the one inside the component that carries the name."""
    found, written_in = page.get_by_test_id(test_id).first, "input, textarea"
    return found.and_(page.locator(written_in)).or_(found.locator(written_in)).first


class Person:
    """Somebody with a browser; `get` finds by test id."""

    size: ViewportSize = DESK
    # Whether the screen is touched, rather than pointed at.
    touches = False

    def __init__(self, cast: "Cast", name: str, locale: str) -> None:
        self.hospital = cast.hospital
        self.watch = cast.watch
        self.name = name
        self.locale = locale
        self.context: BrowserContext = self._browse(
            cast,
            viewport=self.size,
            has_touch=self.touches,
            locale="zh-CN" if locale == "zh" else "en-GB",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            service_workers="allow" if cast.keeps_app else "block",
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.watch.follow(self.page, name)

    def _browse(self, cast: "Cast", **settings: Any) -> BrowserContext:
        return cast.browser.new_context(**settings)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.hospital.url}{path}")

    def get(self, test_id: str) -> Locator:
        return self.page.get_by_test_id(test_id)

    def press(self, test_id: str) -> None:
        self.get(test_id).first.click()

    def field(self, test_id: str) -> Locator:
        return field_in(self.page, test_id)

    def write(self, test_id: str, text: str) -> None:
        self.field(test_id).fill(text)

    def choose(self, test_id: str) -> None:
        """By its label, as a hand does: the circle itself is drawn over."""
        own = self.get(test_id).first
        self.page.locator("label").filter(has=own).first.click()
        expect(own).to_be_checked(timeout=PATIENCE_MS)

    def waits_until(self, script: str, arg: object = None, *, seconds: float = 20.0) -> None:
        """Until what this asynchronous function answers is true; Playwright's own `wait_for_function`
        takes the promise itself for a yes.
        """
        eventually(lambda: bool(self.page.evaluate(script, arg)), script, seconds)

    def sees(self, test_id: str, count: int | None = None) -> None:
        if count is None:
            expect(self.get(test_id).first).to_be_visible(timeout=PATIENCE_MS)
        else:
            expect(self.get(test_id)).to_have_count(count, timeout=PATIENCE_MS)

    def look(self, name: str) -> None:
        self.watch.look(self.page, name, self.locale)

    def ask_house(self, method: str, path: str, body: Any = None) -> Any:
        """Past the pages, as whoever is signed in; what the house answers, or the failure it told."""
        return told(asked(self.context, self.hospital, method, f"{API}{path}", body))

    def end_visits(self) -> None:
        """What a story has left open: else one that fails takes the stories after it along."""

    def _open_visits(self, seen_as: str) -> list[str]:
        return [each["id"] for each in self._listed(f"/consultations?as={seen_as}&state=open")]

    def _listed(self, path: str) -> list[dict[str, Any]]:
        """Past the page. Who has signed out, or may not, finds nothing."""
        found = self.context.request.get(f"{self.hospital.url}/api/v1{path}")
        items: list[dict[str, Any]] = found.json()["items"] if found.ok else []
        return items

    def _try(self, path: str, form: dict[str, str]) -> None:
        """Past the page. What is over, or not for whoever this is, is left be."""
        asked(self.context, self.hospital, "POST", f"{API}{path}", form)

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

    def sign_in_here(self, phone: str) -> None:
        """At the door that is open, by the code that the demo inbox shows."""
        self.hospital.may_ask_for_a_code(phone)
        before = self.hospital.codes_of(phone)
        self.write("phone", phone)
        self.press("request-code")
        self.sees("code")
        self.write("code", self.hospital.code_for(phone, after=before))
        self.press("confirm-code")


class Patient(Person):
    size = PHONE

    def leave_queue(self) -> None:
        """By the button of the page, or that of the panel which takes its place when nobody comes."""
        self.get("cancel").or_(self.get("choice-cancel")).first.click()
        self.press("confirm-yes")
        self.sees("ending")

    def end_visits(self) -> None:
        for visit in self._open_visits("patient"):
            self._try(f"/consultations/{visit}/choice", {"choice": "cancel"})

    def sign_in(self, phone: str) -> None:
        self.go("/")
        self.sign_in_here(phone)

    def arrive(self, phone: str, name: str, *, born: str, sequence: int) -> str:
        """Signs in by a phone that is one story's own, whose patient no other story has; the rest is past
        the pages. Answers the patient's id. `born`, `sequence`: as of `identity_number`.
        """
        self.sign_in(phone)
        self.sees("ask")
        me = self.ask_house("GET", "/people/me")
        if not me["patients"]:
            number = identity_number(born=born, sequence=sequence)
            form = {"name": name, "id_number": number, "relation": "self"}
            self.ask_house("POST", "/patients", {**form, "sensitive_data_consent": True})
            asked = me["consent"]
            agreed = {"kind": asked["kind"], "version": asked["required_version"]}
            self.ask_house("POST", "/consents", agreed)
            me = self.ask_house("GET", "/people/me")
        who: str = me["patients"][0]["id"]
        return who

    def consent(self) -> None:
        """Read to the end, which is what opens the way to agree."""
        self.sees("consent-text")
        self.get("consent-text").evaluate("box => box.scrollTo(0, box.scrollHeight)")
        expect(self.get("consent-agree")).to_be_enabled(timeout=PATIENCE_MS)
        self.press("consent-agree")

    def answer_interview(self, answers: dict[str, str], *, words: str = "-") -> None:
        """`answers`: link id -> code of the option. Of other questions free text gets `words`, what
        must be answered the first harmless option, and the rest is skipped.
        """
        self.sees("interview")
        while self.get("interview").count():
            self.answer_one(answers, words=words)

    def answer_one(self, answers: dict[str, str], *, words: str = "-") -> None:
        """The question that is shown; and on to the next."""
        question = self.get("question")
        link_id = question.get_attribute("data-question")
        assert link_id is not None
        if link_id in answers:
            self.choose(f"option-{answers[link_id]}")
        elif question.get_attribute("data-kind") == "text":
            self.write("answer", words)
        elif question.get_attribute("data-required") == "true":
            self.choose(self._harmless())
        self.press("next")
        self.page.wait_for_function(
            "before => document.querySelector('[data-question]')?.dataset.question !== before",
            arg=link_id,
        )

    def _harmless(self) -> str:
        """Test id of the option that tells of no danger; else of the first."""
        harmless = tuple(
            f"option-{code}" for code in ("none", "no", "fine", "else", "mild", "d2_7")
        )
        options = self.page.locator("[data-testid^='option-']")
        shown = [o.get_attribute("data-testid") or "" for o in options.all()]
        return next((each for each in harmless if each in shown), shown[0])


class Staff(Person):
    username: str  # of whom a story has taken on

    def press(self, test_id: str) -> None:
        """A page that does not fit into the bar stands in its menu."""
        if test_id.startswith("nav-") and test_id != "nav-more":
            self.get(test_id).first.wait_for(state="attached")
            if not self.get(test_id).first.is_visible():
                super().press("nav-more")
        super().press(test_id)

    def sign_in(self, username: str, *, path: str = "/staff") -> None:
        person: dict[str, Any] = self.hospital.person(username)
        self.go(path)
        self.write("username", username)
        self.write("password", person["password"])
        self.press("sign-in")
        self.write("code", self.hospital.authenticator(username))
        self.press("confirm-code")
        self.sees("who")

    def enrol(self) -> str:
        """The authenticator of a first sign-in; answers its secret."""
        self.sees("totp-secret")
        secret = self.get("totp-secret").get_attribute("data-secret")
        assert secret
        self.write("code", totp.code(secret, step=totp.step_now()))
        self.press("confirm-code")
        return secret


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

    def stop_care(self, *, advice: str, where: str, department: str = "急诊科 Emergency") -> None:
        self.press("stop")
        self.choose("stop-reason-unsuitable")
        self.write("stop-advice", advice)
        self.page.keyboard.press("Escape")
        self.press("stop")
        expect(self.field("stop-advice")).to_have_value(advice, timeout=PATIENCE_MS)
        self.write("stop-hospital", where)
        self.write("stop-department", department)
        self.choose("stop-urgency-today")
        self.press("stop-submit")
        self.sees("visit-over")

    def end_visits(self) -> None:
        """With what was signed in them: it waits for no pharmacist of another story, and runs for nobody."""
        for visit in self._open_visits("doctor"):
            for one in self._listed(f"/consultations/{visit}/prescriptions"):
                if one["state"] in _SIGNED:
                    self._try(f"/prescriptions/{one['id']}/void", {"reason": "condition_changed"})
            self._try(f"/consultations/{visit}/stop", _SENT_ON)

    def go_home(self) -> None:
        """Whatever page is shown; else the next story's patient is offered to somebody who has gone."""
        self._try("/duty/stop", {})

    def leave_duty(self) -> None:
        if self.get("duty-state").get_attribute("data-on") == "true":
            self.press("duty-switch")
            expect(self.get("duty-state")).to_have_attribute(
                "data-on", "false", timeout=PATIENCE_MS
            )


class Pharmacist(Staff):
    def claim(self) -> None:
        """The prescription that is open."""
        self.press("claim")
        expect(self.get("review")).to_have_attribute("data-held", "true", timeout=PATIENCE_MS)

    def confirm_checks(self) -> None:
        for check in ("prescription", "medicine", "compatibility", "rationality"):
            self.get(f"check-{check}").check()

    def end_visits(self) -> None:
        """Another story's pharmacist finds nothing that this one holds."""
        held = self.get("pool-line").and_(self.page.locator('[data-stands="mine"]'))
        for line in held.all():
            self._try(f"/review/{line.get_attribute('data-id')}/release", {})


class Cast:
    # Whether a patient's browser keeps the app for when there is no line. It fetches all 144 files for
    # that, which takes more of a processor than to open the page.
    keeps_app = False

    def __init__(self, hospital: Hospital, browser: Browser, watch: Watch) -> None:
        self.hospital = hospital
        self.browser = browser
        self.watch = watch
        self._people: list[Person] = []

    def _enter(self, person: Person) -> None:
        self._people.append(person)

    def welcome(self, person: Person) -> None:
        """Somebody made elsewhere: leaves with the others."""
        self._enter(person)

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

    def member(self, locale: str, role: str, *, path: str = "/staff") -> Staff:
        """Of the staff, this story's own, signed in and at this page."""
        found = self.staff(locale, role)
        found.username = take_on(self.hospital, self.browser, found.context, role, locale)
        found.go(path)
        found.sees("who")
        return found

    def pharmacist(self, locale: str, name: str = "pharmacist") -> Pharmacist:
        found = Pharmacist(self, name, locale)
        self._enter(found)
        return found

    def leave(self) -> None:
        for person in self._people:
            person.end_visits()
        for person in self._people:
            if isinstance(person, Doctor):
                person.go_home()
            person.context.close()
