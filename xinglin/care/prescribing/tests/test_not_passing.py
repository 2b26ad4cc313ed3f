"""What keeps a prescription from passing: who reviews, a visit that was stopped, a medicine withdrawn."""

from datetime import timedelta

import pytest

from xinglin.care.consultation.tests import factories as make
from xinglin.care.people.models import Application, Patient
from xinglin.care.people.queries import credentials, patients
from xinglin.care.people.tests import factories as people
from xinglin.care.people.tests.factories import staff_viewer
from xinglin.care.prescribing import reactions
from xinglin.care.prescribing.models import MedicinalProduct, PrescriptionReview
from xinglin.care.prescribing.services import checking, lawful, reviewing, validity
from xinglin.care.prescribing.services.pharmacists import PharmacistPaper, note_pharmacist
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.test_writing import refused
from xinglin.foundation.accounts.services import index_text, seal_text, unseal_text
from xinglin.foundation.notices.models import Notice
from xinglin.foundation.signing.gateways import local
from xinglin.kernel import clock, ids
from xinglin.kernel.text import Text

BACK = {"version": 1, "reason": "dose", "words": "剂量偏大，请核对"}


def test_the_days_of_a_medicine_begin_when_it_is_fetched(chain):
    at = clock.now()
    done = rx.effective(chain, at=at, valid_days=3)
    fetched = at + timedelta(days=2)
    validity.take(chain.pharmacist, rx.token(chain, done), at=fetched)

    def taken(days):
        late = fetched + timedelta(days=days)
        return checking.taken_now(rx.row(done).patient_id, but=ids.new(), at=late)

    assert [each.generic_en for each in taken(6.9)] == ["amlodipine"]
    assert taken(7) == []


def test_a_signature_is_of_the_gateway_that_made_it(chain, settings, monkeypatch):
    """R58: the gateway of today lends its kind to no signature that another one has made."""
    monkeypatch.setattr(local, "KIND", "certificate", raising=False)
    settings.CERTIFICATE_GATEWAY = "local"
    done = rx.claimed(chain)
    monkeypatch.delattr(local, "KIND")
    settings.CERTIFICATE_GATEWAY = "x509"
    assert "R58" in refused(rx.approve, chain, done)
    assert rx.state(done) == "claimed"
    assert not PrescriptionReview.objects.exists()


def test_a_signature_by_certificate_stays_one_when_another_gateway_signs(
    chain, settings, monkeypatch
):
    done = rx.claimed(chain)
    monkeypatch.setattr(local, "KIND", "certificate", raising=False)
    settings.CERTIFICATE_GATEWAY = "local"
    rx.approve(chain, done)
    assert rx.state(done) == "effective"


def test_of_a_visit_that_was_stopped_nothing_becomes_effective(chain):
    """R06: however far the prescription has come before; what waits is void, and the doctor hears of it."""
    mine, waiting = rx.claimed(chain), rx.signed(chain)
    done = rx.effective(chain)
    make.stop(chain.visit, chain.cast.doctor)
    for act in (
        lambda: rx.approve(chain, mine),
        lambda: reviewing.claim(chain.pharmacist, waiting, at=clock.now()),
    ):
        with pytest.raises(reviewing.VisitStoppedError):
            act()
    assert not PrescriptionReview.objects.exclude(version__prescription_id=done).exists()
    payload = {"consultation_id": str(chain.visit)}
    for _ in range(2):
        reactions.discard_drafts(ids.new(), payload, clock.now())
    assert [rx.state(each) for each in (mine, waiting, done)] == ["voided", "voided", "effective"]
    assert make.cards(chain.visit)[-2:] == ["prescription_voided"] * 2
    reactions.tell_voided(ids.new(), {"prescription_id": str(mine)}, clock.now())
    told = Notice.objects.filter(user_id=chain.cast.doctor.id)
    assert told.get().kind == "prescription_sent_back"


def test_a_visit_that_was_closed_stops_no_review(chain):
    done = rx.claimed(chain)
    make.sign(chain.visit, chain.cast.doctor)
    make.close(chain.visit, chain.cast.doctor)
    reactions.discard_drafts(ids.new(), {"consultation_id": str(chain.visit)}, clock.now())
    rx.approve(chain, done)
    assert rx.state(done) == "effective"


def test_a_doctor_and_a_pharmacist_of_one_identity_number_are_one_person(chain):
    """V15: the doctor told it when applying, the administrator noted it with the pharmacist's licence."""
    doctor, number = chain.cast.doctor, people.id_number()
    applied(
        doctor,
        id_number_sealed=seal_text(number, credentials.ID_NUMBER),
        id_number_index=index_text(number, credentials.ID_NUMBER),
    )
    note(chain.pharmacist, number)
    done = rx.signed(chain)
    assert "R23" in refused(reviewing.claim, chain.pharmacist, done, at=clock.now())
    note(chain.pharmacist, people.id_number())
    reviewing.claim(chain.pharmacist, done, at=clock.now())
    note(chain.pharmacist, number)
    assert "R23" in refused(rx.approve, chain, done)
    assert rx.state(done) == "claimed"


def test_of_whom_no_number_is_known_nobody_says_that_they_are_two_persons(chain):
    doctor, pharmacist = chain.cast.doctor.id, chain.pharmacist.user_id
    assert lawful.is_same_person(doctor, pharmacist) is None
    assert lawful.is_same_person(chain.other_pharmacist.user_id, pharmacist) is False
    assert lawful.is_same_person(pharmacist, pharmacist) is True


def test_a_doctor_known_by_an_application_prescribes_for_no_patient_of_that_number(chain):
    """R42: the columns have indexes of their own, which are never equal."""
    patient = Patient.objects.get(pk=chain.cast.patient.patient_id)
    number = unseal_text(patient.id_number_sealed, patients.ID_NUMBER)
    applied(chain.cast.doctor, id_number_sealed=seal_text(number, credentials.ID_NUMBER))
    assert "R42" in refused(rx.begun, chain)


def applied(doctor, **told):
    """An application that was approved."""
    Application.objects.create(
        user_id=doctor.id,
        institution_id=doctor.card.institution_id,
        kind="join",
        state="approved",
        since=clock.now(),
        begun_at=clock.now(),
        checked_by=ids.new(),
        checked_hash="x",
        approved_by=ids.new(),
        approved_hash="x",
        approved_at=clock.now(),
        **told,
    )


def note(pharmacist, number: str) -> None:
    paper = PharmacistPaper(
        name=Text("白药师", "Bai Yaoshi"),
        id_number=number,
        title_code="243",
        licence_number="YS-2",
        licence_from=clock.now().date() - timedelta(days=900),
    )
    keeper = staff_viewer("administrator", institution_id=pharmacist.institution_id)
    note_pharmacist(keeper, pharmacist.user_id, paper, at=clock.now())


def test_two_accounts_of_one_person_are_one_reviewer(chain):
    """V15: by the identity number that both are known by."""
    mark = Patient.objects.get(pk=chain.cast.other_patient.patient_id).id_number_index
    for who in (chain.cast.doctor.id, chain.pharmacist.user_id):
        Application.objects.create(
            user_id=who,
            institution_id=chain.cast.doctor.card.institution_id,
            kind="join",
            state="approved",
            since=clock.now(),
            begun_at=clock.now(),
            id_number_index=mark,
            checked_by=ids.new(),
            checked_hash="x",
            approved_by=ids.new(),
            approved_hash="x",
            approved_at=clock.now(),
        )
    done = rx.signed(chain)
    assert "R23" in refused(reviewing.claim, chain.pharmacist, done, at=clock.now())
    reviewing.claim(chain.other_pharmacist, done, at=clock.now())
    rx.approve(chain, done, by=chain.other_pharmacist)


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"control": "psychotropic_2"}, "R27"),
        ({"active": False}, ""),
        ({"approval_number": ""}, ""),
    ],
)
def test_what_the_catalogue_has_withdrawn_meanwhile_does_not_pass(chain, changed, rule):
    done = rx.claimed(chain)
    MedicinalProduct.objects.filter(pk=chain.product).update(**changed)
    assert any(each.startswith(rule) for each in refused(rx.approve, chain, done))
    assert rx.state(done) == "claimed"
    reviewing.send_back(chain.pharmacist, done, **BACK, at=clock.now())
