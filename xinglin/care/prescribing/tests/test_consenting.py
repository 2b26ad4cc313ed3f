"""A long supply, from the doctor's question to the pharmacist: V17a, V17b, V17c and V18 in the chain."""

import base64
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests.factories import Browser
from xinglin.care.people.models import Patient
from xinglin.care.prescribing import reactions, statement
from xinglin.care.prescribing.models import (
    MedicinalProduct,
    PrescriptionConsent,
    PrescriptionVersion,
)
from xinglin.care.prescribing.queries import prescriptions, reviews, verifying
from xinglin.care.prescribing.services import (
    consenting,
    consents,
    hands,
    reviewing,
    signing,
)
from xinglin.care.prescribing.services.writing import PrescriptionChangedError
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.longterm import (
    EVALUATION,
    TOLD,
    answer,
    ask,
    asked,
    signed_for,
    written,
)
from xinglin.care.prescribing.tests.test_writing import refused
from xinglin.foundation.notices.models import Notice
from xinglin.foundation.signing import services as foundation
from xinglin.foundation.signing.types import Signature
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, IllegalStep, Invalid, NotFound

pytestmark = pytest.mark.usefixtures("at_noon")


def state(chain, draft, at=None):
    return consents.read(chain.cast.patient.viewer, draft, at=at or clock.now())["state"]


def beside(chain, draft, at=None):
    return signing.check(chain.cast.doctor.viewer, draft, at=at or clock.now())["consent"]


def why_not(act, *args, **told):
    with pytest.raises(Conflict) as error:
        act(*args, **told)
    assert error.value.text.zh
    assert error.value.text.en
    return error.value.code


def test_v17a_thirty_days_are_signed_once_the_patient_has_and_the_pharmacist_sees_it(chain):
    draft = written(chain)
    assert refused(rx.sign, chain, draft) == {"R41"}
    assert beside(chain, draft) | {"state_text": ""} == {
        "is_needed": True, "may_ask": True, "state": "none", "state_text": "",
        "asked_at": None, "due_at": None, "answered_at": None, "role": "",
    }  # fmt: skip
    ask(chain, draft)
    assert (beside(chain, draft)["state"], beside(chain, draft)["may_ask"]) == ("asked", False)
    assert refused(rx.sign, chain, draft) == {"R41"}
    answer(chain, draft, "signed")
    assert (beside(chain, draft)["state"], beside(chain, draft)["role"]) == ("signed", "self")
    assert rx.sign(chain, draft) == 1
    reviewing.claim(chain.pharmacist, draft, at=clock.now())
    shown = reviews.screen(chain.pharmacist, draft, at=clock.now())["signed"]
    assert (shown["consent"]["role"], shown["consent"]["verified"]) == ("self", True)
    rx.approve(chain, draft)
    assert rx.state(draft) == "effective"
    assert prescriptions.one(chain.cast.patient.viewer, draft)["signed"]["consent"]["verified"]
    assert make.cards(chain.visit)[-4:] == [
        "prescription_consent_asked",
        "prescription_consent_signed",
        "prescription_signed",
        "prescription_effective",
    ]


@pytest.mark.parametrize("days", [84, 85, 90])
def test_v17b_beyond_twelve_weeks_the_patient_is_not_even_asked(chain, days):
    draft = rx.begun(chain)
    if days > 84:
        assert refused(rx.save, chain, draft, rx.item(chain.product, days=days), told=TOLD) == {
            "R41"
        }
        return
    rx.save(chain, draft, rx.item(chain.product, days=days), told=TOLD)
    ask(chain, draft)
    answer(chain, draft, "signed")
    assert rx.sign(chain, draft) == 1


def test_v17c_sixty_days_without_the_patients_signature_are_refused(chain):
    draft = asked(chain, 60)
    answer(chain, draft, "declined")
    assert refused(rx.sign, chain, draft) == {"R41"}


def test_v18_an_antibacterial_is_on_no_long_supply(chain):
    draft = rx.begun(chain)
    amoxicillin = rx.item(rx.product(antibiotic=True), days=14)
    assert refused(rx.save, chain, draft, amoxicillin, told=TOLD) == {"R41"}


@pytest.mark.parametrize("missing", ["stable", "evaluated", "first_issued_offline", "evaluation"])
def test_nothing_is_asked_of_a_patient_that_could_not_be_signed_then(chain, missing):
    none = "" if missing == "evaluation" else False
    draft = written(chain, told=rx.changed(TOLD, **{missing: none}))
    assert refused(ask, chain, draft) == {"R41"}
    assert not beside(chain, draft)["may_ask"]
    assert not PrescriptionConsent.objects.exists()


def test_four_weeks_want_no_signature(chain):
    draft = written(chain, 28)
    assert why_not(ask, chain, draft) == "consent_not_needed"
    assert rx.sign(chain, draft) == 1
    assert PrescriptionVersion.objects.get().content["consent"] is None


def test_the_patient_reads_what_is_agreed_to(chain):
    draft = asked(chain, 60)
    seen = consents.read(chain.cast.patient.viewer, draft, at=clock.now())
    (item,) = seen["items"]
    assert (item["name"]["en"], item["days"], item["frequency_text"].en) == (
        "amlodipine",
        60,
        "once daily",
    )
    assert (seen["days"], seen["evaluation"], seen["state"]) == (60, EVALUATION, "asked")
    assert seen["diagnoses"][0]["code"] == rx.HYPERTENSION


def test_what_is_not_read_is_not_signed(chain):
    draft = asked(chain)
    assert why_not(answer, chain, draft, "signed", sha256="0" * 64) == "consent_changed"
    assert state(chain, draft) == "asked"


@pytest.mark.parametrize("said", ["signed", "declined"])
def test_it_is_answered_once(chain, said):
    draft = asked(chain)
    answer(chain, draft, said)
    for again in ("signed", "declined"):
        assert why_not(answer, chain, draft, again) == f"consent_{said}"
    assert state(chain, draft) == said


def test_it_is_no_answer(chain):
    draft = asked(chain)
    with pytest.raises(Invalid):
        answer(chain, draft, "perhaps")
    assert why_not(answer, chain, draft, "withdrawn") == "consent_asked"


def test_after_a_refusal_the_doctor_may_ask_again_and_not_before(chain):
    draft = asked(chain)
    assert why_not(ask, chain, draft) == "consent_asked"
    answer(chain, draft, "declined")
    ask(chain, draft)
    answer(chain, draft, "signed")
    assert why_not(ask, chain, draft) == "consent_signed"
    assert rx.sign(chain, draft) == 1


def test_what_is_withdrawn_holds_for_nothing(chain):
    draft = signed_for(chain)
    answer(chain, draft, "withdrawn")
    assert (state(chain, draft), beside(chain, draft)["may_ask"]) == ("withdrawn", True)
    assert refused(rx.sign, chain, draft) == {"R41"}
    assert why_not(answer, chain, draft, "withdrawn") == "consent_withdrawn"


def test_after_the_doctors_signature_it_is_not_taken_back(chain):
    draft = signed_for(chain)
    rx.sign(chain, draft)
    assert why_not(answer, chain, draft, "withdrawn") == "consent_used"
    assert state(chain, draft) == "used"


@pytest.mark.parametrize("days", [30, 60])
def test_any_change_of_the_sheet_voids_it(chain, days):
    """Saved again as it stood, too: it is another revision."""
    draft = signed_for(chain)
    rx.save(chain, draft, rx.item(chain.product, days=days), told=TOLD)
    assert (state(chain, draft), beside(chain, draft)["state"]) == ("changed", "changed")
    assert refused(rx.sign, chain, draft) == {"R41"}
    ask(chain, draft)
    answer(chain, draft, "signed")
    assert rx.sign(chain, draft) == 1


def test_a_sheet_that_changed_is_neither_signed_nor_asked_for_by_an_old_page(chain):
    draft = asked(chain)
    old = PrescriptionConsent.objects.get().sheet_sha256
    rx.save(chain, draft, rx.item(chain.product, days=60), told=TOLD)
    assert why_not(answer, chain, draft, "signed", sha256=old) == "consent_changed"
    with pytest.raises(PrescriptionChangedError):
        consenting.ask(chain.cast.doctor.viewer, draft, revision=1, at=clock.now())


def test_another_name_in_the_catalogue_is_another_sheet(chain):
    draft = signed_for(chain)
    kept = MedicinalProduct.objects.filter(pk=chain.product)
    kept.update(generic_name_zh="左氨氯地平", generic_name_en="levamlodipine")
    assert state(chain, draft) == "changed"
    assert refused(rx.sign, chain, draft) == {"R41"}


def test_nobody_answers_in_the_end_it_runs_out(chain):
    draft = asked(chain)
    later = clock.now() + consents.ANSWER_WITHIN
    just = later - timedelta(microseconds=1)
    assert (state(chain, draft, at=just), state(chain, draft, at=later)) == ("asked", "expired")
    assert why_not(answer, chain, draft, "signed", at=later) == "consent_expired"
    assert beside(chain, draft, at=later)["may_ask"]
    ask(chain, draft, at=later)
    answer(chain, draft, "signed", at=later)
    assert rx.sign(chain, draft, at=later) == 1


def test_when_the_visit_is_over_nothing_is_signed_any_more(chain):
    draft = asked(chain)
    make.sign(chain.visit, chain.cast.doctor)
    make.close(chain.visit, chain.cast.doctor)
    assert why_not(answer, chain, draft, "signed") == "consent_closed"
    assert state(chain, draft) == "closed"
    with pytest.raises(IllegalStep):
        ask(chain, draft)


def test_only_the_account_of_the_patient_answers_and_only_the_doctor_asks(chain):
    draft = written(chain)
    for who in (chain.cast.other_doctor, chain.cast.patient):
        with pytest.raises(NotFound):
            consenting.ask(who.viewer, draft, revision=1, at=clock.now())
    with pytest.raises(NotFound):
        answer(chain, draft, "signed")
    ask(chain, draft)
    for who in (chain.cast.other_patient, chain.cast.doctor, chain.cast.other_doctor):
        with pytest.raises(NotFound):
            answer(chain, draft, "signed", by=who)
        with pytest.raises(NotFound):
            consents.read(who.viewer, draft, at=clock.now())
    assert state(chain, draft) == "asked"


def test_a_signature_for_one_sheet_is_none_for_another(chain):
    signed_for(chain)
    assert refused(rx.sign, chain, written(chain)) == {"R41"}


def test_a_relative_signs_only_while_the_patients_own_word_holds(chain):
    draft = asked(chain)
    Patient.objects.filter(pk=chain.cast.patient.patient_id).update(relation="parent")
    assert why_not(answer, chain, draft, "signed") == "consent_of_relative_missing"
    answer(chain, draft, "declined")
    assert PrescriptionConsent.objects.get().role == "proxy"


def test_what_came_back_unchanged_is_signed_again_with_it(chain):
    draft = signed_for(chain)
    rx.sign(chain, draft)
    reviewing.claim(chain.pharmacist, draft, at=clock.now())
    reviewing.send_back(
        chain.pharmacist, draft, version=1, reason="other", words="请核对后再签", at=clock.now()
    )
    assert state(chain, draft) == "signed"
    assert rx.sign(chain, draft) == 2


def test_it_is_checked_far_from_here_by_the_signed_bytes_alone(chain):
    """With the content that the doctor signed and the patient's key, and nothing else of the database."""
    draft = signed_for(chain)
    rx.sign(chain, draft)
    version = PrescriptionVersion.objects.get()
    content, made = version.content, version.content["consent"]
    digest = statement.sheet_sha256(
        content,
        prescription_id=draft,
        patient_id=content["patient"]["id"],
        revision=made["revision"],
    )
    assert digest == made["sheet_sha256"]
    signature = Signature(
        algorithm=made["signature"]["algorithm"],
        key_id=made["signature"]["key_id"],
        value=base64.b64decode(made["signature"]["value"]),
        sha256=made["signature"]["sha256"],
    )
    assert foundation.verify(signature, verifying.patients_words(version))
    assert foundation.signer_of(signature.key_id) == chain.cast.patient.id
    assert verifying.doctors_hold(version)
    content["items"][0]["days"] = 31
    assert not verifying.patients_hold(version)


def test_a_signature_that_fails_leaves_nothing(chain, monkeypatch):
    draft = asked(chain)
    monkeypatch.setattr(foundation, "verify", lambda *_: False)
    with pytest.raises(hands.SigningFailedError):
        answer(chain, draft, "signed")
    assert PrescriptionConsent.objects.get().answer == ""


def test_the_database_lets_it_be_answered_once_and_never_changed(chain):
    draft = signed_for(chain)
    kept = PrescriptionConsent.objects.filter(prescription=draft)
    for change in (
        {"answer": "declined"},
        {"words": {}},
        {"revision": 9},
        {"signature": b"x"},
        {"answered_at": clock.now() + timedelta(days=1)},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            kept.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        kept.delete()


def test_both_are_told_at_once_and_nobody_else(chain):
    signed_for(chain)
    both = {f"user:{chain.cast.doctor.id}", f"user:{chain.cast.patient.id}"}
    told = [each for each in make.events(chain.visit) if each[0].startswith("PatientConsent")]
    assert told == [("PatientConsentAsked", both), ("PatientConsentAnswered", both)]


def test_through_the_door_it_is_read_signed_and_shown_to_both(chain):
    doctor, patient = Browser(chain.cast.doctor), Browser(chain.cast.patient)
    path = f"/prescriptions/{written(chain)}"
    assert doctor.post(f"{path}/consent", {"revision": 1}).status_code == 201
    assert doctor.get(f"{path}/consent").status_code == 403
    seen = patient.get(f"{path}/consent").json()
    told = {"answer": "signed", "sheet_sha256": seen["sheet_sha256"]}
    assert doctor.post(f"{path}/consent/answer", told).status_code == 403
    assert patient.post(f"{path}/consent/answer", told).status_code == 204
    again = patient.post(f"{path}/consent/answer", told)
    assert (again.status_code, again.json()["code"]) == (409, "consent_signed")
    found = doctor.post(f"{path}/check").json()
    assert (found["refusals"], found["consent"]["state"]) == ([], "signed")
    assert doctor.post(f"{path}/sign", {"revision": 1}).status_code == 201
    assert patient.get(path).json()["signed"]["consent"]["verified"]
    assert patient.get(f"{path}/consent").json()["state"] == "used"


def test_the_patient_gets_a_notice_that_leads_to_what_is_to_be_read(chain):
    draft = asked(chain)
    reactions.tell_consent_asked(ids.new(), {"prescription_id": str(draft)}, clock.now())
    notice = Notice.objects.get(kind="prescription_to_agree")
    assert (notice.user_id, notice.link) == (
        chain.cast.patient.id,
        f"/prescriptions/{draft}/consent",
    )
