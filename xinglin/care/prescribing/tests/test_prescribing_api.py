"""The whole chain through the door: as doctor, pharmacist and patient, and as everybody else."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests.factories import Browser, Person
from xinglin.care.people.tests.factories import id_number, staff_viewer
from xinglin.care.prescribing.models import Pharmacist
from xinglin.care.prescribing.services import documents, pharmacists, reviewing
from xinglin.care.prescribing.tests import longterm, rx
from xinglin.config.tests.asking import contents
from xinglin.foundation.accounts.services import unseal_text
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import RuleRefused

BACK = {"version": 1, "reason": "dose", "words": "剂量偏大，请核对"}


@pytest.fixture
def door(chain):
    """A browser for everybody who has to do with it."""
    return {
        "doctor": Browser(chain.cast.doctor),
        "other_doctor": Browser(chain.cast.other_doctor),
        "patient": Browser(chain.cast.patient),
        "pharmacist": Browser(Person(chain.pharmacist)),
        "other_pharmacist": Browser(Person(chain.other_pharmacist)),
        "administrator": Browser(Person(staff_viewer("administrator"))),
    }


def item(chain, **changed):
    known = {
        "product_id": str(chain.product),
        "dose": "1",
        "dose_unit": "{tablet}",
        "route": "oral",
        "frequency": "qd",
        "days": 7,
    }
    return known | changed


def form(chain, **changed):
    known = {
        "revision": 0,
        "items": [item(chain)],
        "diagnoses": [rx.HYPERTENSION],
        "valid_days": 2,
        "patient_facts": {"is_pregnant": False},
    }
    return known | changed


def test_from_the_pen_to_the_ticket_through_the_door(chain, door, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    doctor, patient, pharmacist = door["doctor"], door["patient"], door["pharmacist"]
    begun = doctor.post(f"/consultations/{chain.visit}/prescriptions", {"sheet": "western"})
    path = f"/prescriptions/{begun.json()['id']}"
    review = f"/review/{begun.json()['id']}"
    assert (begun.status_code, patient.get(path).status_code) == (201, 404)
    assert doctor.put(path, form(chain)).json() == {"revision": 1, "quantities": [7]}
    checked = doctor.post(f"{path}/check").json()
    assert (checked["refusals"], checked["to_answer"]) == ([], [])
    assert doctor.post(f"{path}/sign", {"revision": 1}).json() == {"version": 1}
    assert patient.get(f"{path}/ticket").json()["code"] == "prescription_not_effective"
    assert patient.get(path).json()["state"] == "signed_by_doctor"

    (waiting,) = pharmacist.get("/review").json()["items"]
    assert (waiting["id"], waiting["may_claim"]) == (begun.json()["id"], True)
    assert pharmacist.post(f"{review}/claim").status_code == 204
    assert door["other_pharmacist"].post(f"{review}/claim").json()["code"] == "not_your_claim"
    screen = pharmacist.get(review).json()
    assert [len(each["matches"]) for each in screen["checks"]] == [3, 4, 2, 1]
    assert (screen["recheck"], screen["report_now"], screen["new_hits"]) == ("same", None, [])
    seen = {"version": screen["version"], "checks": [each["code"] for each in screen["checks"]]}
    assert pharmacist.post(f"{review}/approve", seen).status_code == 204

    effective = patient.get(path).json()
    assert (effective["state"], effective["may"]) == ("effective", ["ticket"])
    assert effective["signed"]["verified"]
    assert effective["review"]["verified"]
    ticket = patient.get(f"{path}/ticket")
    assert ticket["Cache-Control"] == "no-store"
    token = ticket.json()["token"]
    assert effective["document"]["state"] == "making"
    waits = patient.get(f"{path}/document.pdf")
    assert (waits.status_code, waits.json()["code"]) == (409, "document_not_ready")
    documents.ask(UUID(begun.json()["id"]), at=clock.now())
    documents.make_due()
    for reader in (patient, doctor, pharmacist):
        got = reader.get(f"{path}/document.pdf")
        assert (got.status_code, got["Cache-Control"]) == (200, "no-store")
        assert b"".join(got.streaming_content).startswith(b"%PDF-")
    assert door["other_pharmacist"].get(f"{path}/document.pdf").status_code == 404
    assert patient.get("/authorities.pem").content.startswith(b"-----BEGIN CERTIFICATE-----")
    assert pharmacist.post("/tickets/take", {"token": token}).status_code == 200
    again = door["other_pharmacist"].post("/tickets/take", {"token": token})
    assert (again.status_code, again.json()["code"]) == (409, "prescription_dispensed")
    assert patient.get("/prescriptions").json()["items"][0]["state"] == "dispensed"


def test_a_refusal_says_which_rule_and_what_to_do_in_both_languages(chain, door):
    rx.begun(chain)
    diazepam = rx.product(generic_name_en="diazepam", control="psychotropic_2")
    draft = rx.begun(chain)
    told = form(chain, items=[item(chain, product_id=str(diazepam))])
    answer = door["doctor"].put(f"/prescriptions/{draft}", told)
    assert answer.status_code == 422
    refusal = answer.json()["refusals"][0]
    assert refusal["rule_id"] == "R27"
    assert all(refusal[part][language] for part in ("text", "instead") for language in ("zh", "en"))


@pytest.mark.parametrize(
    "changed",
    [
        {"items": [{"product_id": "x"}]},
        {"items": "amlodipine"},
        {"patient_facts": {"remark": 1, "is_pregnant": "yes"}},
        {"valid_days": True},
        {"revision": -1},
    ],
)
def test_what_is_no_form_is_refused_at_the_door(chain, door, changed):
    draft = rx.begun(chain)
    assert door["doctor"].put(f"/prescriptions/{draft}", form(chain, **changed)).status_code == 422
    assert rx.row(draft).revision == 0


def test_nobody_but_a_pharmacist_comes_into_the_room(chain, door):
    done = rx.signed(chain)
    for who in ("doctor", "patient", "administrator", "other_doctor"):
        for path in ("/review", f"/review/{done}"):
            assert door[who].get(path).status_code == 403
        for act in ("claim", "release", "approve", "return", "refuse"):
            told = {"version": 1, "checks": rx.CHECKS, **BACK}
            assert door[who].post(f"/review/{done}/{act}", told).status_code == 403
        assert door[who].post("/tickets/take", {"token": "x"}).status_code == 403
    for act in ("sign", "void", "check", "discard"):
        told = {"revision": 1, "reason": "wrong"}
        assert door["pharmacist"].post(f"/prescriptions/{done}/{act}", told).status_code == 403
    assert rx.state(done) == "signed_by_doctor"


def acts(chain):
    """Every act, each made possible when its turn comes: (who, path, body)."""
    yield "doctor", f"/consultations/{chain.visit}/prescriptions", {"sheet": "western"}
    yield "doctor", f"/prescriptions/{rx.begun(chain)}/discard", {}
    saved = rx.begun(chain)
    rx.save(chain, saved)
    yield "doctor", f"/prescriptions/{saved}/sign", {"revision": 1}
    yield "pharmacist", f"/review/{rx.signed(chain)}/claim", {}
    long = longterm.written(chain)
    yield "doctor", f"/prescriptions/{long}/consent", {"revision": 1}
    yield "patient", f"/prescriptions/{long}/consent/answer", longterm.signed_answer(long)
    for act, body in (("release", {}), ("return", BACK), ("refuse", BACK)):
        yield "pharmacist", f"/review/{rx.claimed(chain)}/{act}", body
    passed = rx.claimed(chain)
    yield "pharmacist", f"/review/{passed}/approve", {"version": 1, "checks": rx.CHECKS}
    yield "pharmacist", "/tickets/take", {"token": rx.token(chain, passed)}
    yield "doctor", f"/prescriptions/{rx.effective(chain)}/void", {"reason": "wrong"}


def test_each_act_sent_twice_is_done_once(chain, door):
    for who, path, body in acts(chain):
        key = path[-60:].strip("/").replace("/", "-")
        first = door[who].post(path, body, key=key)
        assert first.status_code in {200, 201, 204}, (path, first.content)
        done = contents()
        again = door[who].post(path, body, key=key)
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again["Idempotency-Replayed"] == "true"
        assert contents() == done, path


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("patient", "/prescriptions?limit=50"),
        ("pharmacist", "/review?limit=100"),
        ("doctor", "/consultations/{visit}/prescriptions"),
    ],
)
def test_a_list_costs_the_same_however_long_it_is(chain, door, who, path):
    def look() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            answer = door[who].get(path.format(visit=chain.visit))
        assert answer.status_code == 200, answer.content
        return len(answer.json()["items"]), len(asked)

    for _ in range(2):
        rx.signed(chain)
    look()  # What is read once for all is read here.
    few, asked_for_few = look()
    for _ in range(6):
        rx.signed(chain)
    many, asked_for_many = look()
    assert many == few + 6
    assert asked_for_many == asked_for_few


def test_a_review_costs_the_same_however_often_it_was_sent_back(chain, door):
    done = rx.claimed(chain)

    def look() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            answer = door["pharmacist"].get(f"/review/{done}")
        assert answer.status_code == 200, answer.content
        return len(answer.json()["returned"]), len(asked)

    def once_more() -> None:
        told = {**BACK, "version": rx.row(done).version}
        reviewing.send_back(chain.pharmacist, done, **told, at=clock.now())
        rx.sign(chain, done)
        reviewing.claim(chain.pharmacist, done, at=clock.now())

    once_more()
    look()  # What is read once for all is read here.
    few, asked_for_few = look()
    for _ in range(2):
        once_more()
    many, asked_for_many = look()
    assert (few, many) == (1, 3)
    assert asked_for_many == asked_for_few


def test_a_licence_is_noted_by_the_administrator_of_the_house(chain, door):
    house = chain.cast.doctor.card.institution_id
    fresh = staff_viewer("pharmacist", institution_id=house)
    told = {
        "name_zh": "丁药师",
        "name_en": "Ding Yaoshi",
        "id_number": id_number(),
        "title_code": "243",
        "licence_number": "YS-9",
        "licence_from": "2020-01-01",
    }
    path = f"/pharmacists/{fresh.user_id}"
    for who in ("doctor", "patient", "pharmacist"):
        assert door[who].put(path, told).status_code == 403
    keeper = door["administrator"]
    assert keeper.put(path, told | {"title_code": "233"}).status_code == 422
    assert keeper.put(path, told | {"licence_number": " "}).status_code == 422
    for number in ("", "110000198805170020", "E1234567"):
        (wrong,) = keeper.put(path, told | {"id_number": number}).json()["errors"]
        assert wrong["field"] == "id_number"
        assert wrong["text"]["zh"]
        assert wrong["text"]["en"]
    assert keeper.put(f"/pharmacists/{ids.new()}", told).status_code == 404
    assert keeper.put(f"/pharmacists/{chain.cast.doctor.id}", told).status_code == 404
    assert keeper.put(path, told).status_code == 204
    kept = Pharmacist.objects.get(pk=fresh.user_id)
    assert told["id_number"].encode() not in bytes(kept.id_number_sealed)
    assert unseal_text(kept.id_number_sealed, pharmacists.ID_NUMBER) == told["id_number"]
    done = rx.signed(chain)
    reviewing.claim(fresh, done, at=clock.now())
    assert keeper.put(path, told | {"is_suspended": True}).status_code == 204
    since = Pharmacist.objects.get(pk=fresh.user_id).suspended_at
    assert since is not None
    assert keeper.put(path, told | {"is_suspended": True}).status_code == 204
    assert Pharmacist.objects.get(pk=fresh.user_id).suspended_at == since
    with pytest.raises(RuleRefused):
        rx.approve(chain, done, by=fresh, at=clock.now() + timedelta(seconds=1))


def test_a_visit_says_what_is_against_prescribing_and_what_may_be_chosen(chain, door):
    doctor = door["doctor"]
    page = doctor.get(f"/consultations/{chain.visit}/prescriptions").json()
    assert (page["against"], page["may_prescribe"]) == ([], True)
    assert [each["code"] for each in page["proven"]] == [rx.HYPERTENSION]
    assert {"code": "bid", "text": {"zh": "每日两次", "en": "twice daily"}} in page["terms"][
        "frequencies"
    ]
    advice = make.active(chain.cast.other_patient, chain.cast.doctor)
    told = doctor.get(f"/consultations/{advice}/prescriptions").json()
    assert told["may_prescribe"] is False
    assert {each["rule_id"] for each in told["against"]} >= {"R08"}
    assert all(each["instead"]["en"] for each in told["against"])
    begun = doctor.post(f"/consultations/{advice}/prescriptions", {"sheet": "western"}).json()
    assert begun["refusals"] == told["against"]


def test_a_draft_comes_with_what_each_medicine_may_be_given_by(chain, door):
    doctor = door["doctor"]
    begun = doctor.post(f"/consultations/{chain.visit}/prescriptions", {}).json()
    doctor.put(f"/prescriptions/{begun['id']}", form(chain))
    (draft,) = doctor.get(f"/prescriptions/{begun['id']}").json()["draft"]["items"]
    assert [each["code"] for each in draft["routes"]] == ["oral"]
    assert draft["units"] == ["{tablet}", "mg"]
