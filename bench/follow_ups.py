"""Visits in which a doctor may prescribe: a paper of an earlier diagnosis, shown and accepted."""

import asyncio
import io
import json
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from PIL import Image

from xinglin.host.demo.client.acts import answer_intake, diagnosis, open_intake
from xinglin.host.demo.client.door import API, Browser, Refused
from xinglin.host.demo.client.people import Doctor, Patient

_DIAGNOSIS = "高血压"
_COMPLAINT = "高血压两年了，一直按时吃药，最近血压都在130/80左右，想复诊。"
_HOSPITAL = "杏林市第一人民医院"
_PAPER_AGE = timedelta(days=90)
_PAPER = (900, 1200)  # pixels
_LOOK_S, _WITHIN_S = 0.2, 120.0


@dataclass
class FollowUp:
    """A visit that its doctor holds. `diagnosis`: the code that the paper proves."""

    visit: str
    doctor: Browser
    diagnosis: str


async def follow_ups(
    doctors: Iterable[Doctor], patients: Iterable[Patient], departments: Iterable[str]
) -> list[FollowUp]:
    """One of each patient, held by whichever of these doctors took it."""
    asked = dict(
        await asyncio.gather(
            *(_ask(who, where) for who, where in zip(patients, departments, strict=False))
        )
    )
    held: list[FollowUp] = []
    async with asyncio.timeout(_WITHIN_S):
        while len(held) < len(asked):
            for doctor in doctors:
                held += [await _judged(doctor, asked, taken) for taken in await _taken(doctor)]
            await asyncio.sleep(_LOOK_S)
    return held


async def _ask(patient: Patient, department: str) -> tuple[str, tuple[str, str]]:
    browser = patient.browser
    code = (await diagnosis(browser, _DIAGNOSIS))["code"]
    paper = await browser.post(
        "/proofs",
        {
            "patient_id": patient.patient_id,
            "kind": "discharge_summary",
            "diagnosis_code": code,
            "hospital": _HOSPITAL,
            "issued_on": (datetime.now(UTC) - _PAPER_AGE).date().isoformat(),
            "file_ids": [await asyncio.to_thread(_picture, browser)],
        },
    )
    intake = await answer_intake(patient, await open_intake(patient, _COMPLAINT))
    opened = await browser.post(
        "/consultations",
        {
            "intake_id": intake["id"],
            "department": department,
            "proof_ids": [paper["id"]],
            "wants_follow_up": True,
        },
    )
    return opened["id"], (paper["id"], code)


async def _taken(doctor: Doctor) -> list[str]:
    found = []
    for offer in (await doctor.browser.get("/offers"))["items"]:
        try:
            taken = await doctor.browser.post(f"/offers/{offer['id']}/accept")
        except Refused as refused:
            if refused.status in {404, 409}:  # lapsed meanwhile, and offered again
                continue
            raise
        found.append(taken["consultation_id"])
    return found


async def _judged(doctor: Doctor, asked: dict[str, tuple[str, str]], visit: str) -> FollowUp:
    paper, code = asked[visit]
    await doctor.browser.post(
        f"/consultations/{visit}/proofs/{paper}/judgements",
        {"outcome": "accepted", "codes": [code], "after": 0},
    )
    return FollowUp(visit, doctor.browser, code)


def _picture(browser: Browser) -> str:
    """A page, of noise that is its own: the same one twice would be the same file."""
    page = io.BytesIO()
    Image.effect_noise(_PAPER, 60).convert("RGB").save(page, "JPEG", quality=70)
    bound = uuid4().hex
    head = (
        f'--{bound}\r\nContent-Disposition: form-data; name="file"; filename="paper.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    asked = urllib.request.Request(
        f"{browser.url}{API}/media",
        data=head.encode() + page.getvalue() + f"\r\n--{bound}--\r\n".encode(),
        headers={
            "Content-Type": f"multipart/form-data; boundary={bound}",
            "Cookie": browser.cookie_header,
            "X-CSRFToken": browser.cookies.get("csrf", ""),
            "Origin": browser.url,
            "Idempotency-Key": str(uuid4()),
        },
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        kept: dict[str, Any] = json.load(answer)
    return str(kept["id"])
