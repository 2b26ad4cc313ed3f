"""What a patient and a doctor do in a visit, each in the requests that the pages send."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from xinglin.host.demo.client.door import Browser
from xinglin.host.demo.client.people import Patient

_ANSWERS = ("none", "no", "fine", "else", "mild", "d2_7")


async def open_intake(patient: Patient, complaint: str) -> dict[str, Any]:
    found: dict[str, Any] = await patient.browser.post(
        "/intakes",
        {"patient_id": patient.patient_id, "complaint": complaint, "picture_ids": []},
    )
    return found


async def answer_intake(patient: Patient, intake: dict[str, Any], *, words: str = "无") -> Any:
    answers = answers_to(intake, words=words)
    return await patient.browser.post(f"/intakes/{intake['id']}/answers", {"answers": answers})


def answers_to(intake: dict[str, Any], *, words: str) -> dict[str, Any]:
    """To every question that is asked, as somebody gives them who is not very ill."""
    answers: dict[str, Any] = {}
    for question in intake["questions"]:
        wanted = question["enabled_when"]
        if wanted is None or answers.get(wanted["question"]) == wanted["answer"]:
            answers[question["link_id"]] = _answer(question, words)
    return {link_id: answer for link_id, answer in answers.items() if answer is not None}


def _answer(question: dict[str, Any], words: str) -> Any:
    if question["type"] == "text":
        return words
    if question["type"] == "boolean":
        return False
    if question["type"] == "number":
        return None
    codes = [option["code"] for option in question["options"]]
    chosen = next((code for code in _ANSWERS if code in codes), codes[0])
    return [chosen] if question["type"] == "multi" else chosen


async def diagnosis(browser: Browser, *names: str) -> dict[str, str]:
    """The first that is found. Raises LookupError."""
    for words in names:
        found = await browser.get(f"/diagnoses?q={quote(words)}")
        if found["items"]:
            return {"code": found["items"][0]["code"]}
    raise LookupError("no diagnosis of this name")


async def write_record(
    browser: Browser,
    visit: str,
    *,
    complaint: str,
    told: Sequence[str],
    advice: Sequence[str],
    diagnosed: dict[str, str],
) -> int:
    """Saved twice, as the page does while a doctor writes; answers the last revision."""
    path = f"/consultations/{visit}/record"
    draft = (await browser.get(path))["draft"]
    fields = draft["fields"] | {
        "chief_complaint": complaint[:40],
        "present_illness": "；".join([complaint, *told])[:3000],
        "findings": "患者自述，未见检查单。",
    }
    fields["past_history"] = fields["past_history"] or "无特殊"
    fields["allergy"] = fields["allergy"] or "无"
    saved = await browser.put(path, {"fields": fields, "revision": draft["revision"]})
    fields["diagnoses"] = [diagnosed]
    fields["advice"] = "；".join(advice)[:3000]
    saved = await browser.put(path, {"fields": fields, "revision": saved["revision"]})
    revision: int = saved["revision"]
    return revision
