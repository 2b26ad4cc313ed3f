"""The auditor: looks for who did what, opens a name with a reason, takes a package and checks it
without the system, and has the chains walked.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast, Staff

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).parents[1] / "xinglin/care/quality/data/verify_package.py"


def choose_option(person: Staff, test_id: str, value: str) -> None:
    person.get(test_id).first.select_option(value)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_from_a_search_to_a_package_that_proves_itself(
    cast: Cast, locale: str, tmp_path: Path
) -> None:
    auditor = cast.member(locale, "auditor", path="/staff/audit")
    auditor.sees("audit-line")
    signed_records_are_found(auditor)
    a_name_is_opened_with_a_reason(auditor)
    package = a_package_is_made(auditor, tmp_path, locale)
    key = the_chains_are_whole(auditor)
    it_proves_itself(package, key)
    one_changed_byte_is_seen(package, tmp_path)


def signed_records_are_found(auditor: Staff) -> None:
    choose_option(auditor, "filter-action", "record.sign")
    line = auditor.page.locator('[data-testid="audit-line"]')
    expect(line.first).to_have_attribute("data-action", "record.sign", timeout=PATIENCE_MS)
    assert "action=record.sign" in auditor.page.url
    auditor.write("person-words", "dr.")
    auditor.press("person-find")
    auditor.sees("person")
    auditor.look("auditor-people")
    auditor.get("person-words").press("Escape")
    auditor.press("line-more")
    auditor.press("only-actor")
    auditor.sees("chosen-actor")
    assert "actor=" in auditor.page.url
    auditor.look("auditor-audit")


def a_name_is_opened_with_a_reason(auditor: Staff) -> None:
    subject = auditor.get("subject").first
    expect(subject).to_contain_text("*", timeout=PATIENCE_MS)
    if not auditor.get("line-details").count():
        auditor.press("line-more")
    auditor.press("unmask")
    expect(auditor.get("open-name")).to_be_disabled(timeout=PATIENCE_MS)
    choose_option(auditor, "why-reason", "complaint")
    auditor.write("why-reference", "2026-118")
    auditor.look("auditor-open-name")
    auditor.press("open-name")
    expect(subject).not_to_contain_text("*", timeout=PATIENCE_MS)
    auditor.look("auditor-line")


def a_package_is_made(auditor: Staff, folder: Path, locale: str) -> Path:
    auditor.press("to-package")
    auditor.sees("packages")
    visit = auditor.get("package-visit").input_value()
    assert re.fullmatch(r"[0-9a-f-]{36}", visit)
    choose_option(auditor, "why-reason", "dispute")
    case = f"(2026) 118 {locale}"
    auditor.write("why-reference", case)
    auditor.press("ask-package")
    made = auditor.page.locator(f'[data-testid="package"][data-visit="{visit}"]', has_text=case)
    expect(made).to_have_attribute("data-state", "ready", timeout=PATIENCE_MS)
    auditor.look("auditor-packages")
    with auditor.page.expect_download() as coming:
        made.get_by_test_id("download-package").click()
    path = folder / "package.zip"
    coming.value.save_as(path)
    return path


def the_chains_are_whole(auditor: Staff) -> str:
    auditor.press("nav-audit_chains")
    auditor.sees("chains")
    with auditor.page.expect_response("**/api/v1/audit/checks") as asked:
        auditor.press("verify")
    newest = auditor.page.locator(f'[data-check="{asked.value.json()["id"]}"]')
    expect(newest).to_have_attribute("data-state", "done", timeout=PATIENCE_MS)
    expect(newest.get_by_test_id("verdict")).to_have_class(re.compile("good"))
    auditor.look("auditor-chains")
    return auditor.get("house-key").inner_text().strip()


def checked(path: Path, key: str = "") -> tuple[int, dict]:
    """By a Python that has no packages and an environment that knows nothing of this house."""
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(path), "--json"]
        + (["--key", key] if key else []),
        env={"PATH": os.environ["PATH"]},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, json.loads(ran.stdout)


def it_proves_itself(package: Path, key: str) -> None:
    code, told = checked(package, key)
    assert (code, told["faults"]) == (0, []), told
    assert told["checked"]["signatures of records"] >= 1
    assert told["checked"]["audit lines"] > 1
    assert checked(package, "00" * 16 + ":" + "A" * 43)[0] == 1


def one_changed_byte_is_seen(package: Path, folder: Path) -> None:
    whole = bytearray(package.read_bytes())
    whole[len(whole) // 2] ^= 1
    changed = folder / "changed.zip"
    changed.write_bytes(bytes(whole))
    code, told = checked(changed)
    assert code != 0
    assert told["faults"]


def test_a_broken_chain_is_told_in_plain_words(cast: Cast) -> None:
    """How the page says it; that it is found is proved in `care/quality/tests`."""
    auditor = cast.member("zh", "auditor")
    faults = [
        {"kind": kind, "chain": 3, "position": 42, "line_id": None}
        for kind in ("altered", "removed", "reordered", "inserted", "cut", "forged")
    ]
    check = {
        "id": "01890000-0000-7000-8000-000000000000",
        "asked_by": "审计员",
        "asked_at": "2026-11-28T08:00:00Z",
        "state": "done",
        "walked": 812,
        "total": 812,
        "finished_at": "2026-11-28T08:00:02Z",
        "sealed": 812,
        "waiting": 0,
        "anchors": 4,
        "faults": 6,
        "first_faults": faults,
    }

    def broken(route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"checks": [check]})

    auditor.page.route("**/api/v1/audit/chains", broken)
    auditor.go("/staff/audit/chains")
    auditor.sees("fault", 6)
    auditor.look("auditor-broken")


def test_an_operator_may_ask_for_a_package_and_reads_no_lines(cast: Cast) -> None:
    operator = cast.member(
        "en", "operator", path="/staff/packages?visit=01890000-0000-7000-8000-00000000000"
    )
    choose_option(operator, "why-reason", "complaint")
    expect(operator.get("ask-package")).to_be_disabled(timeout=PATIENCE_MS)
    operator.write("package-visit", "01890000-0000-7000-8000-000000000000")
    expect(operator.get("ask-package")).to_be_enabled(timeout=PATIENCE_MS)
    expect(operator.get("nav-audit")).to_have_count(0, timeout=PATIENCE_MS)
    operator.go("/staff/audit")
    expect(operator.page).not_to_have_url(re.compile("/audit"), timeout=PATIENCE_MS)
