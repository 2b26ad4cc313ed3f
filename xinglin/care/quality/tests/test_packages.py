"""A dispute package holds all of a visit and proves itself; whatever is done to it is named."""

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from io import BytesIO

import pytest
from django.contrib.auth import get_user_model
from PIL import Image

from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.tests import factories
from xinglin.care.people.tests.factories import Browser, staff_viewer
from xinglin.care.quality.models import Package
from xinglin.care.quality.queries.packages import package_path
from xinglin.care.quality.services import ask_package, drop_expired, make_next_package
from xinglin.care.quality.services.making import SCRIPT
from xinglin.care.quality.services.sealing import house_key, seal
from xinglin.care.quality.types import Why
from xinglin.foundation.audit import queries as audit
from xinglin.foundation.audit import services as auditing
from xinglin.foundation.audit.tests.test_audit import seal_as_before, tamper
from xinglin.foundation.media import services as media
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, NotFound

WHY = Why(reason="dispute", reference="(2026)案118")


def script():
    spec = importlib.util.spec_from_file_location("verify_package", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verifier = script()


@pytest.fixture
def auditor(cast):
    return staff_viewer("auditor", institution_id=cast.doctor.card.institution_id)


@pytest.fixture
def visit(cast):
    """Ended, with a picture, a corrected and a withdrawn message, and two versions of the record."""
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(drawn, "PNG")
    picture = media.upload(cast.patient.viewer, drawn.getvalue())
    visit_id = factories.active(cast.patient, cast.doctor)
    media.claim(cast.patient.viewer, [picture.id])
    told = messages.post(visit_id, cast.patient.id, "text", {"text": "咳嗽 3 天"})
    messages.post(visit_id, cast.patient.id, "edit", {"of": told, "text": "咳嗽 4 天"})
    regretted = messages.post(visit_id, cast.patient.id, "text", {"text": "我其实吸烟"})
    messages.post(visit_id, cast.patient.id, "withdrawal", {"of": regretted})
    messages.post(visit_id, cast.patient.id, "picture", {"picture_id": str(picture.id)})
    factories.sign(visit_id, cast.doctor)
    return visit_id


def made(viewer, visit_id):
    row = ask_package(viewer, visit_id, WHY, clock.now())
    assert make_next_package()
    row.refresh_from_db()
    assert row.state == "ready", row.state
    return row


@pytest.fixture
def package(auditor, visit):
    return made(auditor, visit)


@pytest.fixture
def path(package):
    return package_path(package.pk)


def faults(path, key=None):
    return [kind for kind, _ in verifier.verify(str(path), key)[0]]


def rewritten(path, change):
    """The package after somebody who knows how it ends has changed what is in it."""
    with zipfile.ZipFile(path) as old:
        content = {name: old.read(name) for name in old.namelist()}
    change(content)
    with zipfile.ZipFile(path, "w") as new:
        for name, each in content.items():
            new.writestr(name, each)
    seal(path)
    return path


def change_json(name, change):
    def act(content):
        told = json.loads(content[name])
        change(told)
        content[name] = json.dumps(told, ensure_ascii=False).encode()

    return act


def test_a_package_holds_everything_and_holds_together(path, package, visit):
    findings, manifest = verifier.verify(str(path), house_key())
    assert findings == []
    assert manifest["visit"] == str(visit)
    assert findings.checked["signatures of records"] == 1
    assert findings.checked["audit lines"] == package.lines >= 5
    assert findings.checked["signatures of anchors"] >= 1
    with zipfile.ZipFile(path) as zipped:
        names = set(zipped.namelist())
        chat = json.loads(zipped.read("chat.json"))["messages"]
        page = zipped.read("index.html").decode()
    parts = {"parties", "intake", "visit", "chat", "records", "proofs", "offers", "notices"}
    assert {f"{part}.json" for part in parts} <= names
    assert any(name.startswith("files/chat/") for name in names)
    withdrawn = [each for each in chat if each["withdrawn"]]
    assert "我其实吸烟" in [each["body"].get("text") for each in withdrawn]
    assert "咳嗽 4 天" in page
    assert "我其实吸烟" in page
    assert "<script" not in page


def test_it_is_checked_by_a_plain_python_without_this_house(path):
    """No environment, no site packages: signatures are checked by the script's own lines."""
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(path), "--key", house_key(), "--json"],
        env={"PATH": os.environ["PATH"]},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    answer = json.loads(ran.stdout)
    assert (ran.returncode, answer["holds"]) == (0, True), answer
    assert answer["signatures_by"].startswith("RFC 8032")


def test_run_verify_says_what_holds_and_what_does_not(path):
    """The command of the README, in both languages and with a status."""

    def run():
        asked = [str(SCRIPT.parents[4] / "run"), "verify", str(path)]
        return subprocess.run(asked, capture_output=True, text=True, check=False)

    assert (run().returncode, "The package is whole" in run().stdout) == (0, True)
    rewritten(path, lambda content: content.pop("chat.json"))
    told = run()
    assert told.returncode == 1
    assert "文件缺失 / missing file: chat.json" in told.stdout


def test_the_script_in_the_package_is_the_one_of_the_house(path):
    with zipfile.ZipFile(path) as zipped:
        assert zipped.read("verify.py") == SCRIPT.read_bytes()


def test_both_ways_of_checking_a_signature_agree():
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    for number in range(8):
        key = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        public, words = key.public_key().public_bytes_raw(), b"x" * number
        good = key.sign(words)
        bad = good[:-1] + bytes([good[-1] ^ 1])
        for check in (verifier.by_hand, verifier.by_library):
            assert check(public, good, words)
            assert not check(public, bad, words)
            assert not check(public, good, words + b"!")
            assert not check(public[::-1], good, words)


def test_one_changed_byte_anywhere_is_found(path):
    whole = path.read_bytes()
    for nth in range(60):
        at = (nth * 104_729 + 7) % len(whole)
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x20]) + whole[at + 1 :])
        assert faults(path), at
    for wrong in (whole[:-1], whole + b"\0", whole[1:], b""):
        path.write_bytes(wrong)
        assert faults(path)


@pytest.mark.parametrize(
    "name", ["chat.json", "records.json", "index.html", "audit/lines.json", "verify.py"]
)
def test_a_changed_file_is_named(path, name):
    rewritten(path, lambda content: content.update({name: content[name].replace(b"1", b"2", 1)}))
    assert ("changed", name) in verifier.verify(str(path))[0]


def test_a_missing_and_an_added_file_are_named(path):
    rewritten(path, lambda content: content.pop("chat.json"))
    assert ("missing", "chat.json") in verifier.verify(str(path))[0]
    rewritten(path, lambda content: content.update({"more.txt": b"more"}))
    assert ("added", "more.txt") in verifier.verify(str(path))[0]


def test_without_its_manifest_it_is_no_proof(path):
    rewritten(path, lambda content: content.pop("manifest.json"))
    assert ("missing", "There is no item named 'manifest.json' in the archive") in [
        (kind, where) for kind, where in verifier.verify(str(path))[0]
    ]


def test_who_changes_the_manifest_too_lacks_the_key(path):
    def act(content):
        content["chat.json"] = b"{}"
        told = json.loads(content["manifest.json"])
        sha256 = verifier.hashlib.sha256(b"{}").hexdigest()
        told["files"]["chat.json"] = {"bytes": 2, "sha256": sha256}
        content["manifest.json"] = json.dumps(told).encode()

    assert faults(rewritten(path, act)) == ["house_signature"]


def test_who_signs_anew_is_not_the_house(path):
    assert faults(path, "0" * 32 + ":somebody-else") == ["house_key"]


def test_a_changed_record_does_not_fit_its_signature(path):
    name = "records/01.statement.json"
    act = change_json(name, lambda told: told["fields"].update(advice="回家休息"))
    found = verifier.verify(str(rewritten(path, act)))[0]
    assert {("record_signature", name), ("record_differs", name)} <= set(found)


def test_a_changed_audit_line_does_not_fit_its_link(path):
    act = change_json("audit/lines.json", lambda told: told[0]["line"].update(purpose="none"))
    assert "line" in faults(rewritten(path, act))


def test_a_cut_chain_is_named(path):
    def cut(told):
        told[0]["links"].pop()

    found = faults(rewritten(path, change_json("audit/segments.json", cut)))
    assert "cut" in found


def test_a_link_taken_out_of_the_middle_is_named(path):
    def cut(told):
        longest = max(told, key=lambda part: len(part["links"]))
        longest["links"][0:1] = []

    assert "cut" in faults(rewritten(path, change_json("audit/segments.json", cut)))


def test_a_whole_segment_left_out_leaves_lines_unproved(path):
    found = faults(rewritten(path, change_json("audit/segments.json", lambda told: told.clear())))
    assert "line_unproved" in found


def test_an_anchor_of_somebody_else_is_named(path):
    def forge(told):
        told[0]["statement"] = told[0]["statement"].replace('"number":', '"number": ')

    assert "anchor" in faults(rewritten(path, change_json("audit/anchors.json", forge)))


def test_a_line_altered_in_the_database_shows_in_the_package(auditor, visit):
    auditing.seal()
    line = next(each for each in audit.sealed_lines([visit]) if each.position)
    tamper("update audit_line set address = '198.51.100.1' where id = %s", [line.line["id"]])
    assert "cut" in faults(package_path(made(auditor, visit).pk))


def test_links_of_before_are_taken_as_they_are_and_told(auditor, visit):
    auditing.seal()
    ends = {(chain, position) for chain, position, _ in audit.standing().tips}
    newest = [e for e in audit.sealed_lines([visit]) if (e.chain, e.position) in ends]
    seal_as_before(newest[0].line["id"])
    findings, _ = verifier.verify(str(package_path(made(auditor, visit).pk)))
    assert findings == []
    assert findings.checked["links of the older form, taken as they are"] == 1


def test_lines_of_other_patients_are_not_in_it(auditor, visit, cast):
    other = ids.new()
    auditing.record(
        cast.doctor.viewer,
        "record.read",
        subject=other,
        thing="record",
        thing_id=ids.new(),
        purpose="care",
    )
    path = package_path(made(auditor, visit).pk)
    with zipfile.ZipFile(path) as zipped:
        assert all(str(other).encode() not in zipped.read(name) for name in zipped.namelist())


def test_what_is_built_to_mislead_the_check_or_its_reader_is_named(path, capsys):
    moves = "\x1b[2J\x1b[1;1Hwhole"
    rewritten(path, lambda content: content.update({moves: b"", "manifest.sig.json": b"[]"}))
    assert faults(path) == ["changed"]
    rewritten(path, lambda content: content.update({"manifest.sig.json": b"{}"}))
    assert verifier.main([str(path)]) == 1
    told = capsys.readouterr().out
    assert "added file: ?[2J?[1;1Hwhole" in told
    assert "\x1b" not in told


def test_a_file_of_another_size_is_not_unpacked(path, monkeypatch):
    rewritten(path, lambda content: content.update({"index.html": b"0" * 50_000_000}))
    opened = []
    monkeypatch.setattr(verifier, "digest_in", lambda _, name: opened.append(name))
    assert ("changed", "index.html") in verifier.verify(str(path))[0]
    assert opened
    assert "index.html" not in opened


def test_a_text_that_is_no_package_is_refused(tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(b"x" * 500)
    assert verifier.main([str(path), "--json"]) == 2
    assert verifier.main([str(tmp_path / "nothing.zip"), "--json"]) == 2


def test_asking_and_fetching_are_lines_that_the_patient_reads(cast, auditor, visit):
    row = made(auditor, visit)
    browser = Browser(auditor)
    answer = browser._client.get(f"/api/v1/packages/{row.pk}/file")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert b"".join(answer.streaming_content) == package_path(row.pk).read_bytes()
    read = [each.action for each in audit.accesses_of(cast.patient.patient_id, limit=20)]
    assert {"quality.ask_package", "quality.make_package", "quality.download_package"} <= set(read)


def test_only_who_asked_and_the_auditors_of_the_institution_may_fetch_it(cast, auditor, visit):
    row = made(cast.operator.viewer, visit)
    here = cast.doctor.card.institution_id
    path = f"/packages/{row.pk}/file"
    others = [
        staff_viewer("operator", institution_id=here),
        staff_viewer("auditor", institution_id=ids.new()),
    ]
    for other in others:
        assert Browser(other).get(path)[0] == 404
        assert Browser(other).get("/packages")[1]["items"] == []
    for allowed in (cast.operator.viewer, auditor):
        answer = Browser(allowed)._client.get(f"/api/v1{path}")
        assert answer.status_code == 200
        b"".join(answer.streaming_content)
    for who in (cast.doctor.viewer, cast.patient.viewer):
        assert Browser(who).get(path)[0] == 403


def test_a_package_needs_a_reason_and_a_visit_of_the_own_institution(cast, visit, auditor):
    browser = Browser(auditor)
    asked = {"consultation_id": str(visit), "reason": "curiosity"}
    assert browser.post("/packages", asked)[0] == 422
    assert browser.post("/packages", asked | {"reason": "court", "reference": "x" * 65})[0] == 422
    assert (
        browser.post("/packages", asked | {"reason": "court", "consultation_id": str(ids.new())})[0]
        == 404
    )
    with pytest.raises(NotFound):
        ask_package(staff_viewer("auditor", institution_id=ids.new()), visit, WHY, clock.now())
    assert browser.post("/packages", asked | {"reason": "court"})[0] == 201
    status, problem = browser.post("/packages", asked | {"reason": "court"})
    assert (status, problem["code"]) == (409, "package_waiting")
    assert get_user_model().objects.filter(pk=auditor.user_id).exists()


def test_a_package_is_there_for_a_week(auditor, visit, package, path):
    Package.objects.filter(pk=package.pk).update(expires_at=clock.now())
    assert drop_expired() == 1
    assert not path.exists()
    status, problem = Browser(auditor).get(f"/packages/{package.pk}/file")
    assert (status, problem["code"]) == (409, "package_gone")


def test_nothing_half_written_stays(auditor, visit, settings, monkeypatch):
    from xinglin.care.quality.services import making

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making, "_add_audit", broken)
    row = ask_package(auditor, visit, WHY, clock.now())
    assert make_next_package()
    row.refresh_from_db()
    assert (row.state, row.tries) == ("asked", 1)
    assert not [
        each for each in settings.FILES_DIR.rglob("*") if each.is_file() and "packages" in str(each)
    ]
    with pytest.raises(Conflict):
        ask_package(auditor, visit, WHY, clock.now())
