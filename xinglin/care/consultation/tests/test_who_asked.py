"""Who asked is frozen with the visit, told to both sides, and part of what is signed."""

import json

import pytest
from django.db import IntegrityError, connection, transaction

from xinglin.care.consultation import queries, rules, services
from xinglin.care.consultation.models import Consultation, RecordVersion
from xinglin.care.consultation.tests import factories as make
from xinglin.care.people.models import ConsentText, Patient, ProxyConsent
from xinglin.care.people.tests import factories as people
from xinglin.foundation.signing import services as signing
from xinglin.kernel import clock
from xinglin.kernel.errors import RuleRefused


@pytest.fixture
def cast(db):
    return make.cast()


def relative(cast, *, relation: str = "parent", **told) -> make.Person:
    """The account, asking for a relative of its own."""
    card = people.register(cast.patient.viewer, name="张桂芳", relation=relation, **told)
    return make.Person(cast.patient.viewer, patient_id=card.id)


def agree(person: make.Person) -> ProxyConsent:
    """As if the relative had opened the link."""
    now = clock.now()
    return ProxyConsent.objects.create(
        patient_id=person.patient_id,
        holder_id=person.id,
        text=ConsentText.objects.get(kind="proxy"),
        phone_sealed=b"",
        phone_index=b"",
        token_index=person.patient_id.bytes,
        asked_at=now,
        expires_at=now,
        given_at=now,
    )


def child(cast) -> make.Person:
    return relative(cast, relation="child", born=people.BOY, sex="male")


def test_without_the_relatives_word_the_visit_is_refused_by_r13(cast):
    with pytest.raises(RuleRefused) as caught:
        make.visit(relative(cast))
    assert [r.rule_id for r in caught.value.refusals] == ["R13"]
    assert "短信" in caught.value.refusals[0].instead.zh
    assert not Consultation.objects.exists()


def test_with_it_the_visit_says_that_a_proxy_asked_and_by_which_word(cast):
    person = relative(cast)
    consent = agree(person)
    row = make.row(make.visit(person))
    assert (row.asked_by, row.relation) == ("proxy", "parent")
    assert (row.asker_id, row.proxy_consent_id) == (cast.patient.patient_id, consent.pk)


def test_a_guardian_asks_for_a_child_without_more(cast):
    row = make.row(make.visit(child(cast)))
    assert (row.asked_by, row.relation, row.asker_id) == (
        "guardian",
        "child",
        cast.patient.patient_id,
    )


def test_a_child_whose_guardian_is_another_is_refused_by_r49(cast):
    person = child(cast)
    Patient.objects.filter(pk=person.patient_id).update(guardian=None)
    with pytest.raises(RuleRefused) as caught:
        make.visit(person)
    assert [r.rule_id for r in caught.value.refusals] == ["R49"]


def test_both_sides_read_who_asked_as_it_was_then(cast):
    person = relative(cast)
    agree(person)
    visit_id = make.active(person, cast.doctor)
    Patient.objects.filter(pk=person.patient_id).update(relation="other")
    for viewer in (cast.patient.viewer, cast.doctor.viewer):
        seen = queries.get(viewer, visit_id)
        assert seen["asked_by"]["role"] == "proxy"
        assert seen["asked_by"]["relation"].zh == "子女"
        assert seen["asked_by"]["name"] == "林小满"
        assert seen["patient"]["relation"] == "parent"


def test_the_database_refuses_another_asker(cast):
    visit_id = make.visit(child(cast))
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Consultation.objects.filter(pk=visit_id).update(asked_by="proxy")


def test_the_signed_record_holds_who_asked(cast):
    visit_id = make.signed(child(cast), cast.doctor)
    signed = RecordVersion.objects.get(consultation_id=visit_id)
    assert signed.asked_by == {
        "role": "guardian",
        "relation": "child",
        "person_id": str(cast.patient.patient_id),
    }
    told = queries.summary(cast.patient.viewer, visit_id)
    assert told["verified"]
    assert told["version"]["asked_by"]["role"] == "guardian"
    assert told["version"]["asked_by"]["relation"].zh == "父母"


def test_another_asker_in_the_record_breaks_the_signature(cast):
    visit_id = make.signed(child(cast), cast.doctor)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table consultation_record_version disable trigger a_version_stands")
        cursor.execute(
            "update consultation_record_version set asked_by = %s where consultation_id = %s",
            [json.dumps({"role": "self", "relation": "self", "person_id": None}), visit_id],
        )
        cursor.execute("alter table consultation_record_version enable trigger a_version_stands")
    assert not queries.summary(cast.patient.viewer, visit_id)["verified"]


def test_a_record_of_before_who_asked_was_kept_still_verifies(cast):
    visit_id = make.active(cast.patient, cast.doctor)
    row, at = make.row(visit_id), clock.now()
    fields = {**make.RECORD, "diagnoses": []}
    old = {
        "consultation_id": row.pk,
        "patient_id": row.patient_id,
        "version": 1,
        "fields": fields,
        "reason": "",
        "signed_by": cast.doctor.id,
        "signed_at": at,
    }
    statement = rules.canonical(**old)
    assert b"asked_by" not in statement
    signature = signing.sign(cast.doctor.id, statement, at)
    RecordVersion.objects.create(
        consultation_id=row.pk,
        version=1,
        fields=fields,
        practitioner_id=row.practitioner_id,
        signed_by=cast.doctor.id,
        signed_at=at,
        algorithm=signature.algorithm,
        key_id=signature.key_id,
        signature=signature.value,
        sha256=signature.sha256,
    )
    told = queries.summary(cast.patient.viewer, visit_id)
    assert told["verified"]
    assert told["version"]["asked_by"] is None


def test_an_amendment_holds_the_same_asker(cast):
    visit_id = make.signed(child(cast), cast.doctor)
    services.amend(
        cast.doctor.viewer, visit_id, fields=make.RECORD, reason="补充说明一下", at=clock.now()
    )
    first, second = RecordVersion.objects.filter(consultation_id=visit_id).order_by("version")
    assert first.asked_by == second.asked_by


def test_to_say_who_asked_a_visit_is_read_in_no_more_statements(cast, django_assert_num_queries):
    waiting = make.visit(cast.patient)
    taken = make.active(child(cast), cast.doctor)
    with django_assert_num_queries(4):
        queries.get(cast.patient.viewer, waiting)
    with django_assert_num_queries(5):
        queries.get(cast.patient.viewer, taken)


def test_over_http_visit_and_list_say_who_asked(cast, django_assert_max_num_queries):
    for where in range(3):
        make.visit(child(cast), where=where)
    browser = make.Browser(cast.patient)
    with django_assert_max_num_queries(12):
        page = browser.get("/consultations").json()
    assert {item["asked_by"]["role"] for item in page["items"]} == {"guardian"}
    seen = browser.get(f"/consultations/{page['items'][0]['id']}").json()
    assert seen["asked_by"] == {
        "role": "guardian",
        "relation": {"zh": "父母", "en": "a parent"},
        "name": "林小满",
    }
