"""The pharmacist's review: claimed by one, sent back, amended, passed; and the patient sees it effective."""

import pytest
from playwright.sync_api import Route, expect

from journeys import prescriptions
from journeys.cast import PATIENCE_MS, Cast, Pharmacist
from journeys.prescriptions import FollowUp, Newcomer
from journeys.talk import block_line

pytestmark = pytest.mark.slow

NEWCOMERS = {
    "zh": Newcomer("13900139063", "程守义", "19790311", 63),
    "en": Newcomer("13900139064", "Louise Hartley", "19810914", 64),
}
DOCTOR = "dr.cardiology1"
TOGETHER = ("缬沙坦胶囊", "螺内酯片")
ALONE = "缬沙坦胶囊"
WHY = {
    "zh": "近期血钾正常，已约一周后复查血钾和肾功能。",
    "en": "Potassium was normal lately; it is looked at again in a week, with the kidneys.",
}
SENT_BACK = {
    "zh": "两药合用有高钾风险，请评估螺内酯是否必要。",
    "en": "Together they may raise potassium: please think about the spironolactone again.",
}
REFUSED = {
    "zh": "上一张处方仍在有效期内，无需重复开具。",
    "en": "The last prescription still runs; there is no need for another.",
}
ALLERGY = {"zh": "青霉素过敏，起过皮疹", "en": "penicillin: a rash"}
RECORD = {"zh": "本次病历（未签署）", "en": "record of this visit, not yet signed"}
EFFECTIVE = {"zh": "处方已生效", "en": "it is effective"}


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_prescription_is_sent_back_amended_and_passed(cast: Cast, locale: str) -> None:
    pharmacist = in_the_room(cast, locale, "pharmacist1")
    told = prescriptions.follow_up(cast, locale, NEWCOMERS[locale], DOCTOR)
    prescriptions.write_allergies(told, ALLERGY[locale])
    prescription = prescriptions.begin(told)
    prescriptions.sign(told, prescription, *TOGETHER, reason=WHY[locale])
    it_comes_by_itself(pharmacist, prescription)
    it_is_read(pharmacist, prescription, locale)
    other = one_of_two_claims_it(cast, pharmacist, prescription, locale)
    it_is_sent_back(pharmacist, prescription, locale)
    it_is_gone_for(other)
    prescriptions.sign(told, prescription, ALONE, reason=WHY[locale])
    it_is_passed(pharmacist, prescription, locale)
    the_patient_sees_it(told, prescription, locale)
    another_is_refused(told, pharmacist, prescription, locale)


def in_the_room(cast: Cast, locale: str, username: str) -> Pharmacist:
    """The first page of a pharmacist, with nothing to do."""
    pharmacist = cast.pharmacist(locale, username)
    pharmacist.sign_in(username)
    pharmacist.sees("pool-count")
    if not pharmacist.get("pool-line").count():
        pharmacist.sees("pool-empty")
        pharmacist.look("review-empty")
    return pharmacist


def line_of(prescription: str) -> str:
    return f'[data-testid="pool-line"][data-id="{prescription}"]'


def it_comes_by_itself(pharmacist: Pharmacist, prescription: str) -> None:
    """By the line, with no reload; it waits and nobody holds it."""
    line = pharmacist.page.locator(line_of(prescription))
    expect(line).to_have_attribute("data-stands", "waiting", timeout=PATIENCE_MS)
    pharmacist.look("review-pool")


def it_is_read(pharmacist: Pharmacist, prescription: str, locale: str) -> None:
    """By keyboard, whatever waits above it; before it is claimed nothing can be confirmed."""
    lines = pharmacist.get("pool-line")
    above = [line.get_attribute("data-id") for line in lines.all()].index(prescription)
    for place in range(above + 1):
        pharmacist.page.keyboard.press("j")
        expect(lines.nth(place)).to_have_attribute("aria-current", "true", timeout=PATIENCE_MS)
    pharmacist.sees("four-checks")
    pharmacist.sees("match", 10)
    pharmacist.sees("medicine", 2)
    answer = pharmacist.get("allergy-answers").locator("li").last
    expect(answer).to_contain_text(ALLERGY[locale])
    expect(answer).to_contain_text(RECORD[locale])
    hit = pharmacist.page.locator('[data-testid="hit"][data-level="warn"]').first
    expect(hit.get_by_test_id("override")).to_contain_text(WHY[locale])
    expect(pharmacist.get("check-medicine")).to_be_disabled()
    pharmacist.sees("pass", 0)
    pharmacist.look("review-read")


def one_of_two_claims_it(
    cast: Cast, pharmacist: Pharmacist, prescription: str, locale: str
) -> Pharmacist:
    """Two look at it, one of them without a line: told in the server's words, and holds nothing."""
    other = cast.pharmacist(locale, "other pharmacist")
    block_line(other.page)
    other.sign_in("pharmacist2", path=f"/staff/review/{prescription}")
    other.sees("claim")
    pharmacist.page.keyboard.press("c")
    expect(pharmacist.get("review")).to_have_attribute("data-held", "true", timeout=PATIENCE_MS)
    other.press("claim")
    expect(other.get("problem")).to_have_attribute(
        "data-code", "not_your_claim", timeout=PATIENCE_MS
    )
    other.sees("held-by-another")
    other.sees("pass", 0)
    other.look("review-held")
    return other


def it_is_sent_back(pharmacist: Pharmacist, prescription: str, locale: str) -> None:
    expect(pharmacist.get("pass")).to_be_disabled()
    pharmacist.page.keyboard.press("1")
    expect(pharmacist.get("check-prescription")).to_be_checked()
    pharmacist.look("review-claimed")
    pharmacist.page.keyboard.press("Alt+b")
    pharmacist.sees("judge-form")
    pharmacist.press("judge-submit")
    pharmacist.sees("problem")
    pharmacist.get("judge-reason").select_option("interaction")
    pharmacist.write("judge-words", SENT_BACK[locale])
    pharmacist.look("review-return")
    pharmacist.press("judge-submit")
    outcome(pharmacist, "returned")
    expect(pharmacist.page.locator(line_of(prescription))).to_have_count(0, timeout=PATIENCE_MS)


def it_is_gone_for(other: Pharmacist) -> None:
    """Whoever has not reviewed it cannot read it any more."""
    other.page.reload()
    other.sees("gone")


def it_is_passed(pharmacist: Pharmacist, prescription: str, locale: str) -> None:
    """The new version, beside what was asked of it."""
    finds_more_now(pharmacist, prescription)
    pharmacist.page.locator(line_of(prescription)).click()
    pharmacist.sees("returned-before", 1)
    expect(pharmacist.get("returned-before")).to_contain_text(SENT_BACK[locale])
    pharmacist.sees("medicine", 1)
    pharmacist.claim()
    pharmacist.confirm_checks()
    pharmacist.look("review-checked")
    expect(pharmacist.get("pass")).to_be_disabled()
    pharmacist.page.keyboard.press("Alt+Enter")
    pharmacist.get("recheck-seen").check()
    expect(pharmacist.get("pass")).to_be_enabled()
    pharmacist.page.keyboard.press("Alt+Enter")
    outcome(pharmacist, "approved")
    pharmacist.look("review-passed")


def finds_more_now(pharmacist: Pharmacist, prescription: str) -> None:
    """On its way to the screen a hit comes to what the check says now: in the house only facts do that."""
    words = {"zh": "签名后新增的资料", "en": "A fact that came after the signature"}
    hit = {
        "id": "new",
        "kind": "age",
        "level": "caution",
        "rule": "test",
        "items": [0],
        "text": words,
        "instead": words,
        "original": "",
        "source": {"id": "test", "title": words, "date": "", "status": "test"},
    }

    def add(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        if answer.ok and told["recheck"]:
            report = told["signed"]["report"]
            told["report_now"] = {**report, "hits": [*report["hits"], hit]}
            told |= {"recheck": "changed", "new_hits": ["new"]}
        route.fulfill(response=answer, json=told)

    pharmacist.page.route(f"**/api/v1/review/{prescription}", add)


def outcome(pharmacist: Pharmacist, told: str) -> None:
    expect(pharmacist.get("outcome")).to_have_attribute("data-outcome", told, timeout=PATIENCE_MS)


def the_patient_sees_it(told: FollowUp, prescription: str, locale: str) -> None:
    """In the conversation, at once; and it is what the house keeps."""
    expect(told.patient.get("visit-page")).to_contain_text(EFFECTIVE[locale], timeout=PATIENCE_MS)
    told.patient.look("review-patient")
    kept = told.patient.ask_house("GET", f"/prescriptions/{prescription}")
    assert (kept["state"], kept["version"], kept["review"]["verified"]) == ("effective", 2, True)


def another_is_refused(told: FollowUp, pharmacist: Pharmacist, first: str, locale: str) -> None:
    """The same medicine again: given back, taken again, and refused for good."""
    again = prescriptions.begin(told)
    prescriptions.sign(told, again, ALONE, reason=WHY[locale])
    pharmacist.press("next-waiting")  # it, or what another story has left there
    pharmacist.page.locator(line_of(again)).click()
    earlier = pharmacist.page.locator(f'[data-testid="earlier-one"][data-id="{first}"]')
    expect(earlier).to_have_count(1, timeout=PATIENCE_MS)
    pharmacist.claim()
    pharmacist.press("release")
    expect(pharmacist.get("review")).to_have_attribute("data-held", "false", timeout=PATIENCE_MS)
    pharmacist.claim()
    pharmacist.press("refuse")
    pharmacist.get("judge-reason").select_option("duplicate")
    pharmacist.write("judge-words", REFUSED[locale])
    what_was_written_outlives_the_claim(pharmacist, again, locale)
    pharmacist.press("judge-submit")
    outcome(pharmacist, "refused")
    pharmacist.look("review-refused")
    kept = told.patient.ask_house("GET", f"/prescriptions/{again}")
    assert kept["state"] == "refused"


def what_was_written_outlives_the_claim(
    pharmacist: Pharmacist, prescription: str, locale: str
) -> None:
    """It is lost without a word here, as when its time is over."""
    pharmacist.ask_house("POST", f"/review/{prescription}/release", {})
    expect(pharmacist.get("review")).to_have_attribute("data-held", "false", timeout=PATIENCE_MS)
    pharmacist.sees("judge-form", 0)
    pharmacist.claim()
    expect(pharmacist.get("judge-form")).to_have_attribute("data-as", "refuse")
    expect(pharmacist.get("judge-reason")).to_have_value("duplicate")
    expect(pharmacist.get("judge-words")).to_have_value(REFUSED[locale])
