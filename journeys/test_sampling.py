"""Review by sample: drawn by a seed, judged by a pharmacist without names, told to the doctor, objected to, closed."""

import os
from typing import Any

import pytest
from playwright.sync_api import expect

from journeys import prescriptions
from journeys.cast import PATIENCE_MS, Cast, Staff
from journeys.prescriptions import FollowUp, Newcomer

pytestmark = pytest.mark.slow

NEWCOMER = Newcomer("13900139071", "邓一舟", "19770420", 71)
USERNAME, DOCTOR = "dr.cardiology2", "秦望山"
ALONE = "缬沙坦胶囊"
WHY = "近期血钾正常，已约一周后复查血钾和肾功能。"
FOUND = "未写明剂量调整的理由"
OBJECTED = "剂量依据指南调整，病历中已注明。"
AGAIN = "病历中确有说明，改判为合理。"
PATH = "/prescription-samples"
# Head, pharmacist and doctor speak both languages among them; who looks at the pages turns them round.
HEADS, OTHERS = ("zh", "en") if os.environ.get("XINGLIN_TURNED") else ("en", "zh")


def test_a_sample_is_drawn_judged_objected_to_and_closed(cast: Cast) -> None:
    told = effective_prescription(cast)
    head = cast.staff(HEADS, "head of pharmacy")
    head.sign_in("pharmacyhead", path="/staff/samples")
    sample = it_is_drawn(head)
    judge = cast.staff(OTHERS, "reviewer")
    judge.sign_in("pharmacist2", path=f"/staff/samples/{sample}")
    it_is_judged(judge, head, sample)
    the_doctors_are_told(head)
    the_doctor_objects(told)
    it_is_looked_at_again_and_closed(head, sample)
    told.doctor.page.reload()
    expect(told.doctor.get("score")).to_have_attribute("data-pct", "100", timeout=PATIENCE_MS)


def effective_prescription(cast: Cast) -> FollowUp:
    """Past the pages: other stories are about them."""
    told = prescriptions.follow_up(cast, OTHERS, NEWCOMER, USERNAME)
    prescription = prescriptions.begin(told)
    prescriptions.sign(told, prescription, ALONE, reason=WHY)
    pharmacist = cast.staff(OTHERS, "pharmacist")
    pharmacist.sign_in("pharmacist1")
    pharmacist.ask_house("POST", f"/review/{prescription}/claim", {})
    checks = ["prescription", "medicine", "compatibility", "rationality"]
    pharmacist.ask_house(
        "POST", f"/review/{prescription}/approve", {"version": 1, "checks": checks}
    )
    return told


def it_is_drawn(head: Staff) -> str:
    """All of one doctor's; the size of the frame is told before, and a bad seed is refused."""
    known = head.ask_house("GET", f"{PATH}/terms")["doctors"]
    doctor = next(each["id"] for each in known if each["name"]["zh"] == DOCTOR)
    head.get("draw-doctor").select_option(doctor)
    head.get("draw-by").select_option("percent")
    head.write("draw-much", "100")
    head.write("draw-seed", "种子")
    frame = head.page.locator('[data-testid="frame-size"]:not([data-size="0"]):not([data-size=""])')
    expect(frame).to_be_visible(timeout=PATIENCE_MS)
    head.press("draw-submit")
    expect(head.get("draw-seed")).to_have_attribute("aria-invalid", "true", timeout=PATIENCE_MS)
    head.write("draw-seed", "2026-q4")
    head.look("samples-draw")
    head.press("draw-submit")
    head.sees("sample-summary")
    sample = head.page.url.rstrip("/").rpartition("/")[2]
    expect(head.get("sample-seed")).to_have_text("2026-q4")
    return sample


def it_is_judged(judge: Staff, head: Staff, sample: str) -> None:
    """One by keyboard and codes; what other stories have left of the doctor, past the pages."""
    first = judge.get("drawn").and_(judge.page.locator('[data-stands="to_judge"]')).first
    first.click()
    judge.sees("sample-judge-form")
    judge.page.keyboard.press("2")
    judge.get("problem-2-5").check()
    judge.press("judge-send")
    judge.sees("wrong-comment", 1)
    judge.write("judge-comment", FOUND)
    judge.look("samples-judge")
    judge.page.keyboard.press("Alt+Enter")
    expect(judge.get("judge-pane")).to_have_attribute("data-judged", "1", timeout=PATIENCE_MS)
    judge.sees("finding", 1)
    for reviewer in (judge, head):
        for row in rows_of(reviewer, sample):
            if row["classes"] is None and row["may_judge"]:
                at = f"{PATH}/{sample}/prescriptions/{row['id']}/judgements"
                reviewer.ask_house("POST", at, {"is_rational": True, "after": 0})


def rows_of(reviewer: Staff, sample: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = reviewer.ask_house("GET", f"{PATH}/{sample}")["items"]
    return rows


def the_doctors_are_told(head: Staff) -> None:
    head.page.reload()
    head.press("step-announce")
    head.press("step-yes")
    expect(head.get("sample-state")).to_have_attribute(
        "data-state", "announced", timeout=PATIENCE_MS
    )
    head.look("samples-summary")


def the_doctor_objects(told: FollowUp) -> None:
    """From the own figures to the finding, and once."""
    doctor = told.doctor
    doctor.go("/staff/workbench")
    doctor.sees("own-score")
    doctor.look("samples-own-score")
    doctor.press("own-findings-link")
    doctor.press("object")
    doctor.write("object-words", OBJECTED)
    doctor.look("samples-own")
    doctor.press("object-send")
    doctor.sees("own-objection", 1)
    doctor.sees("object", 0)


def it_is_looked_at_again_and_closed(head: Staff, sample: str) -> None:
    """By somebody who has not judged it; before that nothing closes."""
    head.page.reload()
    head.press("step-close")
    head.press("step-yes")
    expect(head.get("problem")).to_have_attribute(
        "data-code", "objection_not_answered", timeout=PATIENCE_MS
    )
    head.get("drawn").and_(head.page.locator('[data-stands="objected"]')).click()
    head.sees("objection")
    head.page.keyboard.press("1")
    head.write("judge-comment", AGAIN)
    head.look("samples-again")
    head.press("judge-send")
    expect(head.get("judge-pane")).to_have_attribute("data-judged", "2", timeout=PATIENCE_MS)
    head.press("sample-summary-open")
    head.press("step-close")
    head.press("step-yes")
    expect(head.get("sample-state")).to_have_attribute("data-state", "closed", timeout=PATIENCE_MS)
    assert head.ask_house("GET", f"{PATH}/{sample}")["score"]["rational_pct"] == 100.0
