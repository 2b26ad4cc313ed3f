"""A visit in which something may be prescribed, and what is signed in it: past the pages, for stories of others."""

import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from PIL import Image
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast, Doctor, Patient
from journeys.talk import ANSWERS

HYPERTENSION = "I10"
COMPLAINT = "高血压两年了，一直按时吃药，最近血压都在130/80左右，想复诊。"
_HARMLESS = ("none", "no", "fine", "else", "mild", "d2_7")


@dataclass(frozen=True)
class FollowUp:
    patient: Patient
    doctor: Doctor
    visit: str
    diagnosis: str


@dataclass(frozen=True)
class Newcomer:
    """An account of one story only, and its patient: what another story prescribes is not found there.

    `born`, `sequence`: as of `people.identity_number`.
    """

    phone: str
    name: str
    born: str
    sequence: int

    def arrives(self, patient: Patient) -> str:
        return patient.arrive(self.phone, self.name, born=self.born, sequence=self.sequence)


def follow_up(cast: Cast, locale: str, newcomer: Newcomer, username: str) -> FollowUp:
    """With a paper that the doctor has accepted for high blood pressure (R04)."""
    doctor = cast.doctor(locale, "doctor")
    doctor.sign_in(username)
    doctor.go_on_duty(username)
    patient = cast.patient(locale)
    who = newcomer.arrives(patient)
    code = patient.ask_house("GET", f"/diagnoses?q={HYPERTENSION}")["items"][0]["code"]
    paper = _paper(patient, who, code)
    visit = _asked(patient, who, paper)
    doctor.press("offer-accept")
    doctor.sees("visit-pane")
    accepted = {"outcome": "accepted", "codes": [code], "after": 0}
    doctor.ask_house("POST", f"/consultations/{visit}/proofs/{paper}/judgements", accepted)
    patient.go(f"/visits/{visit}")
    expect(patient.get("visit-page")).to_have_attribute("data-state", "active", timeout=PATIENCE_MS)
    return FollowUp(patient, doctor, visit, code)


def write_allergies(told: FollowUp, words: str) -> None:
    """Into the draft of the record, as its doctor."""
    at = f"/consultations/{told.visit}/record"
    draft = told.doctor.ask_house("GET", at)["draft"]
    form = {"fields": draft["fields"] | {"allergy": words}, "revision": draft["revision"]}
    told.doctor.ask_house("PUT", at, form)


def begin(told: FollowUp) -> str:
    at = f"/consultations/{told.visit}/prescriptions"
    found: str = told.doctor.ask_house("POST", at, {"sheet": "western"})["id"]
    return found


def sign(told: FollowUp, prescription: str, *medicines: str, reason: str) -> int:
    """One unit of each a day for a week; `reason`: to each hit that wants one."""
    at, doctor = f"/prescriptions/{prescription}", told.doctor
    revision = doctor.ask_house("GET", at)["revision"]
    form: dict[str, Any] = {
        "revision": revision,
        "items": [item(doctor, name) for name in medicines],
        "diagnoses": [told.diagnosis],
        "patient_facts": {"is_pregnant": False, "is_breast_feeding": False},
    }
    saved = doctor.ask_house("PUT", at, form)["revision"]
    checked = doctor.ask_house("POST", f"{at}/check", {})
    assert not checked["refusals"], checked["refusals"]
    overrides = [{"hit": hit, "reason": reason} for hit in checked["to_answer"]]
    signed = doctor.ask_house("POST", f"{at}/sign", {"revision": saved, "overrides": overrides})
    version: int = signed["version"]
    return version


def item(doctor: Doctor, name: str, *, days: int = 7) -> dict[str, Any]:
    found = doctor.ask_house("GET", f"/medicines?q={quote(name)}")["items"][0]
    return {
        "product_id": found["id"],
        "dose": "1",
        "dose_unit": found["dose_unit"]["code"],
        "route": "oral",
        "frequency": "qd",
        "days": days,
    }


def _paper(patient: Patient, who: str, code: str) -> str:
    drawn = io.BytesIO()
    Image.effect_noise((600, 800), 90).save(drawn, "PNG")
    picture, upload = drawn.getvalue(), f"/uploads/{uuid4()}"
    told = {"kind": "picture", "name": "paper.png", "bytes": len(picture)}
    patient.ask_house("PUT", upload, {**told, "sha256": hashlib.sha256(picture).hexdigest()})
    file = patient.ask_house("PATCH", upload, picture)["file"]["id"]
    issued = datetime.now(UTC) - timedelta(days=90)
    form = {
        "patient_id": who,
        "kind": "discharge_summary",
        "diagnosis_code": code,
        "hospital": "杏林市第一人民医院",
        "issued_on": f"{issued:%Y-%m-%d}",
        "file_ids": [file],
    }
    found: str = patient.ask_house("POST", "/proofs", form)["id"]
    return found


def _asked(patient: Patient, who: str, paper: str) -> str:
    told = {"patient_id": who, "complaint": COMPLAINT, "picture_ids": []}
    intake = patient.ask_house("POST", "/intakes", told)
    answers = {
        question["link_id"]: answer
        for question in intake["questions"]
        if question["enabled_when"] is None and (answer := _answer(question)) is not None
    }
    patient.ask_house("POST", f"/intakes/{intake['id']}/answers", {"answers": answers})
    form = {
        "intake_id": intake["id"],
        "department": "cardiology",
        "proof_ids": [paper],
        "wants_follow_up": True,
    }
    found: str = patient.ask_house("POST", "/consultations", form)["id"]
    return found


def _answer(question: dict[str, Any]) -> Any:
    if question["type"] == "text":
        return "无"
    if question["type"] == "boolean":
        return False
    if question["type"] == "number":
        return None
    codes = [option["code"] for option in question["options"]]
    known = (ANSWERS.get(question["link_id"]), *_HARMLESS)
    chosen = next((code for code in known if code in codes), codes[0])
    return [chosen] if question["type"] == "multi" else chosen
