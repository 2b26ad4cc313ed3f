"""Spreadsheets over HTTP: in pieces, as the page sends them."""

import pytest

from xinglin.care.people.models import SheetImport
from xinglin.care.people.services.sheets import take_up_next
from xinglin.care.people.tests.factories import Browser, hospital, patient_viewer, staff_viewer
from xinglin.care.people.tests.test_sheets import people, sheet
from xinglin.foundation.media.api import PIECE
from xinglin.kernel import ids


@pytest.fixture(autouse=True)
def house(db, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    return hospital()


@pytest.fixture
def admin(house):
    return Browser(staff_viewer("administrator", institution_id=house.id))


def uploaded(admin: Browser, content: bytes) -> str:
    path = f"/uploads/{ids.new()}"
    told = {"kind": "sheet", "bytes": len(content), "name": "医生.xlsx"}
    assert admin.send("PUT", path, told)[0] == 200
    answer = admin._client.generic(
        "PATCH",
        f"/api/v1{path}",
        content,
        content_type=PIECE,
        headers={"Upload-Offset": "0"},
    )
    assert answer.status_code == 200
    return answer.json()["file"]["id"]


def test_from_upload_to_applied(admin):
    file = uploaded(admin, sheet(*people(2)))
    status, asked = admin.post("/sheets/imports", {"kind": "doctors", "file_id": file})
    assert (status, asked["state"], asked["file_name"]) == (201, "asked", "医生.xlsx")
    assert take_up_next()
    _, found = admin.get(f"/sheets/imports/{asked['id']}")
    assert (found["state"], found["new"], found["error_lines"]) == ("checked", 2, [])
    assert [line["is_new"] for line in found["lines"]] == [True, True]
    seen = {"sha256": found["sha256"]}
    assert admin.post(f"/sheets/imports/{asked['id']}/apply", seen)[0] == 202
    assert take_up_next()
    assert admin.get("/sheets/imports")[1]["items"][0]["state"] == "applied"


def test_a_sheet_asked_for_twice_is_looked_at_once(admin):
    body = {"kind": "doctors", "file_id": uploaded(admin, sheet(*people(1)))}
    once = {"Idempotency-Key": str(ids.new())}
    first = admin.post("/sheets/imports", body, **once)
    assert first[0] == 201
    assert admin.post("/sheets/imports", body, **once) == first
    assert SheetImport.objects.count() == 1
    status, problem = admin.post("/sheets/imports", body)
    assert (status, problem["code"]) == (409, "import_running")
    assert problem["text"]["zh"]


@pytest.mark.parametrize("kind", ["doctors", "departments", "medicines"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_files_are_saved_under_a_name_of_their_own(kind, form, admin):
    for what in ("template", "export"):
        answer = admin._client.get(f"/api/v1/sheets/{kind}/{what}?form={form}&locale=en")
        assert answer.status_code == 200
        assert f'.{form}"' in answer["Content-Disposition"]
        assert answer["Cache-Control"] == "no-store"


def test_too_large_a_sheet_is_refused_before_a_byte_is_sent(admin):
    told = {"kind": "sheet", "bytes": 200 * 1024 * 1024, "name": "big.xlsx"}
    status, problem = admin.send("PUT", f"/uploads/{ids.new()}", told)
    assert (status, problem["code"]) == (413, "file_too_large")
    assert "10MB" in problem["text"]["zh"]


def test_who_is_no_administrator_reads_and_writes_nothing(admin, house):
    file = uploaded(admin, sheet(*people(1)))
    for viewer in (staff_viewer("operator", institution_id=house.id), patient_viewer()):
        other = Browser(viewer)
        assert other.get("/sheets/imports")[0] == 403
        assert other.get("/sheets/doctors/columns")[0] == 403
        assert other._client.get("/api/v1/sheets/doctors/export").status_code == 403
        assert other.post("/sheets/imports", {"kind": "doctors", "file_id": file})[0] == 403
    assert not SheetImport.objects.exists()


def test_wrong_requests_are_told(admin):
    file = uploaded(admin, sheet(*people(1)))
    assert admin.post("/sheets/imports", {"kind": "sites", "file_id": file})[0] == 422
    missing = {"kind": "doctors", "file_id": str(ids.new())}
    assert admin.post("/sheets/imports", missing)[0] == 404
    assert admin.get("/sheets/sites/columns")[0] in {404, 422}
    assert admin.get(f"/sheets/imports/{ids.new()}")[0] == 404
    assert admin.post(f"/sheets/imports/{ids.new()}/apply", {"sha256": "x"})[0] == 422
