"""What a doctor signs with rests on a patient's signature only while that holds."""

import pytest

from xinglin.care.people.models import Patient
from xinglin.care.prescribing.models import PrescriptionConsent, PrescriptionVersion
from xinglin.care.prescribing.queries import verifying
from xinglin.care.prescribing.services import sheet_words
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.longterm import asked, signed_for
from xinglin.care.prescribing.tests.test_consenting import beside, state
from xinglin.care.prescribing.tests.test_writing import refused
from xinglin.foundation.signing import services as foundation
from xinglin.kernel import clock
from xinglin.kernel.errors import Invalid

pytestmark = pytest.mark.usefixtures("at_noon")


def test_a_signature_holds_only_while_its_signer_may_sign_for_the_patient(chain):
    draft = signed_for(chain)
    Patient.objects.filter(pk=chain.cast.patient.patient_id).update(relation="parent")
    assert (beside(chain, draft)["state"], beside(chain, draft)["may_ask"]) == ("lapsed", True)
    assert refused(rx.sign, chain, draft) == {"R41"}
    assert state(chain, draft) == "lapsed"


def test_what_was_put_into_the_database_is_no_signature(chain):
    draft = asked(chain)
    question = PrescriptionConsent.objects.get()
    PrescriptionConsent.objects.filter(pk=question.pk).update(
        answer="signed", role="self", answered_by=chain.cast.patient.id, answered_at=clock.now(),
        algorithm="Ed25519", key_id=f"{chain.cast.patient.id.hex}:x", signature=b"x", sha256="0" * 64,
    )  # fmt: skip
    assert beside(chain, draft)["state"] == "lapsed"
    assert refused(rx.sign, chain, draft) == {"R41"}


def test_a_doctors_signature_over_a_patients_that_does_not_hold_passes_nothing(chain):
    draft = signed_for(chain)
    rx.sign(chain, draft)
    version = PrescriptionVersion.objects.get()
    assert verifying.doctors_hold(version)
    version.content["consent"]["role"] = "guardian"
    said = verifying.doctors_words(version)
    made = foundation.sign(version.signed_by, said, version.signed_at, gateway="x509")
    version.signature, version.sha256, version.key_id = made.value, made.sha256, made.key_id
    assert not verifying.doctors_hold(version)


def test_a_question_can_be_read_when_its_diagnosis_has_left_the_list(chain, monkeypatch):
    draft = asked(chain)

    def gone(*_args, **_told):
        raise Invalid

    monkeypatch.setattr(sheet_words, "chosen_diagnoses", gone)
    assert state(chain, draft) == "changed"
