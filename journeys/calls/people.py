"""The people of a call, signed in and in a conversation past the pages: what comes before a call is others' story."""

import itertools
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, expect

from journeys import members
from journeys.calls import probes
from journeys.calls.browsers import Browsers
from journeys.calls.faces import BLUE, GREY, RED, Face
from journeys.calls.lines import Line
from journeys.calls.relay import Relay
from journeys.cast import Cast, Doctor, Patient, Person, Staff
from journeys.hospital import Hospital
from journeys.people import identity_number
from journeys.sites import Counter, opened
from journeys.talk import COMPLAINT
from journeys.watch import Watch
from xinglin.host.demo.client import acts

_DEPARTMENT = "ent"
DOCTOR, SPECIALIST = "dr.ent1", "dr.ent2"
_BORN = "19780412"


class CallHospital(Hospital):
    """Knows its relay, who has signed in already, and who is new."""

    def __init__(self, data: Path, relay: Relay | None) -> None:
        told = {} if relay is None else relay.told(data.parent)
        super().__init__(data, environment=told)
        # User name -> cookies.
        self.sessions: dict[str, list[Any]] = {}
        self._new = itertools.count(100)

    def new_person(self) -> tuple[str, str]:
        """A phone number, and one of an identity, that nobody has had before."""
        number = next(self._new)
        return f"13900990{number}", identity_number(born=_BORN, sequence=number)


class CallDoctor(Doctor):
    def crash(self) -> None:
        """The page, as by a fault of the browser's; there is another one in its place."""
        # The page's own process ends at this address; it is told no farewell.
        with suppress(Error):
            self.page.goto("chrome://crash")
        self.page = self.context.new_page()
        probes.remember(self.page)
        self.watch.follow(self.page, self.name)

    def refused(self, method: str, path: str, form: dict[str, str] | None = None) -> int:
        """With which status."""
        answer = members.asked(self.context, self.hospital, method, f"{members.API}{path}", form)
        assert not answer.ok, f"{path} was allowed"
        return answer.status


@dataclass(frozen=True)
class Visit:
    """An active one; both pages of it are open."""

    id: str
    patient: Patient
    doctor: CallDoctor

    def call(self) -> dict[str, Any]:
        """As the doctor's page reads it."""
        found: dict[str, Any] = self.doctor.ask_house("GET", f"/consultations/{self.id}/call")
        return found

    def state(self) -> str:
        return str(self.doctor.ask_house("GET", f"/consultations/{self.id}")["state"])


class CallCast(Cast):
    """Each in a browser with a face of their own."""

    def __init__(self, hospital: CallHospital, browsers: Browsers, watch: Watch) -> None:
        super().__init__(hospital, browsers.of(RED), watch)
        self._house = hospital
        self._browsers = browsers
        self._line: Line | None = None

    def live_at(self, line: Line) -> None:
        """Who comes from here on: patients behind the line, everybody else at the hospital's end."""
        self._line = line

    def _place(self, face: Face, *, far: bool = False) -> None:
        line = self._line
        where = "" if line is None else line.far if far else line.near
        self.browser = self._browsers.of(face, line=line, namespace=where)

    def _enter(self, person: Person) -> None:
        probes.remember(person.page)
        super()._enter(person)

    def caller(self, locale: str = "zh", face: Face = RED) -> Patient:
        """Signed in, with a patient of this story's own."""
        self._place(face, far=True)
        patient = self.patient(locale)
        phone, number = self._house.new_person()
        _sign_in_by_code(patient, phone)
        _register(patient, number)
        return patient

    def doctor_on(
        self, username: str = DOCTOR, locale: str = "zh", face: Face = BLUE
    ) -> CallDoctor:
        """Signed in, the identity check of the desk passed."""
        self._place(face)
        doctor = CallDoctor(self, username, locale)
        self._enter(doctor)
        _sign_in_by_password(doctor, username, self._house)
        return doctor

    def counter(self, locale: str = "zh") -> Counter:
        """At a drugstore's own device, signed in."""
        self._place(RED)
        return opened(self, locale)

    def new_number(self) -> str:
        """Of an identity that nobody has had before."""
        return self._house.new_person()[1]

    def officer(self, locale: str = "zh") -> Staff:
        """Of quality control, before the list of calls that are open."""
        self._place(GREY)
        return self.member(locale, "quality", path="/staff/calls")

    def again(self, patient: Patient) -> Patient:
        """The same account on another device, with the same face."""
        self._place(RED, far=True)
        found = self.patient(patient.locale, "second device")
        found.context.add_cookies(patient.context.cookies())
        return found

    def visit(self, *, locale: str = "zh", channel: str = "video") -> Visit:
        """A patient and a doctor in a conversation that has just begun."""
        doctor = self.doctor_on(locale=locale)
        doctor.ask_house("POST", "/duty/start", {"capacity": None})
        # Nothing is offered to somebody who is not there.
        doctor.go("/staff/workbench")
        doctor.sees("duty-state")
        patient = self.caller(locale)
        visit = _ask(patient, locale, channel)
        patient.go(f"/visits/{visit}")
        doctor.press("offer-accept")
        doctor.sees("visit-pane")
        expect(patient.get("visit-page")).to_have_attribute("data-state", "active")
        return Visit(visit, patient, doctor)


def meet(visit: Visit) -> None:
    """By the patient's tap and the doctor's."""
    visit.patient.press("ring-video")
    visit.doctor.press("call-answer")
    for person in (visit.patient, visit.doctor):
        probes.sees(person.page, RED, BLUE)


def _sign_in_by_code(patient: Patient, phone: str) -> None:
    hospital = patient.hospital
    patient.ask_house("GET", "/session")
    hospital.may_ask_for_a_code(phone)
    before = hospital.codes_of(phone)
    _door(patient, "/auth/code/request", {"phone": phone})
    code = hospital.code_for(phone, after=before)
    members.told(_door(patient, "/auth/code/confirm", {"code": code}))


def _door(person: Person, path: str, form: dict[str, str]) -> Any:
    return members.asked(person.context, person.hospital, "POST", f"{members.DOOR}{path}", form)


def _register(patient: Patient, number: str) -> None:
    me = patient.ask_house("GET", "/people/me")
    form = {"name": "苏念慈", "id_number": number, "relation": "self"}
    patient.ask_house("POST", "/patients", {**form, "sensitive_data_consent": True})
    asked = me["consent"]
    agreed = {"kind": asked["kind"], "version": asked["required_version"]}
    patient.ask_house("POST", "/consents", agreed)


def _sign_in_by_password(person: Staff, username: str, hospital: CallHospital) -> None:
    """Once for all the stories of this hospital: every code of an authenticator is good once only."""
    kept = hospital.sessions.get(username)
    if kept is not None:
        person.context.add_cookies(kept)
        return
    known = hospital.person(username)
    person.ask_house("GET", "/session")
    given = {"username": username, "password": known["password"]}
    _door(person, "/auth/login", given)
    code = {"code": hospital.authenticator(username)}
    members.told(_door(person, "/auth/2fa/authenticate", code))
    if isinstance(person, Doctor):
        code = {"code": hospital.authenticator(username)}
        person.ask_house("POST", "/duty/identity-check", code)
    hospital.sessions[username] = person.context.cookies()


def _ask(patient: Patient, locale: str, channel: str) -> str:
    """Answers the visit's id, which waits for a doctor."""
    who = patient.ask_house("GET", "/people/me")["patients"][0]["id"]
    form = {"patient_id": who, "complaint": COMPLAINT[locale], "picture_ids": []}
    intake = patient.ask_house("POST", "/intakes", form)
    answers = acts.answers_to(intake, words="无")
    patient.ask_house("POST", f"/intakes/{intake['id']}/answers", {"answers": answers})
    wish = {"intake_id": intake["id"], "department": _DEPARTMENT, "channel": channel}
    return str(patient.ask_house("POST", "/consultations", wish)["id"])
