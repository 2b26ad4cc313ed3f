"""Doctors and their licences, and the proof that a doctor is that doctor."""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

from xinglin.care.people import queries, services
from xinglin.care.people.models import Licence, Practitioner
from xinglin.care.people.services.employ import LicencePaper
from xinglin.care.people.tests import factories
from xinglin.care.people.tests.factories import doctor, hospital, patient_viewer
from xinglin.foundation.audit.queries import lines
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Invalid, NotFound, TooMany
from xinglin.kernel.text import Text
from xinglin.policy.facts import AcceptConsultation
from xinglin.policy.rules import decide, local_date

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def house(db):
    return hospital()


def code_now() -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(SECRET, counter))


def eligibility(card) -> str:
    facts = queries.staff_facts(card.id, clock.now(), 0)
    return decide("staff_eligibility", facts, place="cn", on=local_date(clock.now())).kind


def acceptance(card) -> str:
    now = clock.now()
    facts = AcceptConsultation(
        doctor=queries.staff_facts(card.id, now, 0),
        identity_checked_at=Practitioner.objects.get(pk=card.id).identity_checked_at,
        now=now,
    )
    return decide("accept_consultation", facts, place="cn", on=local_date(now)).kind


def test_a_doctor_has_a_card_with_the_own_department_first():
    _, card = doctor("cardiology", "general_practice")
    assert card.departments == ("cardiology", "general_practice")
    assert card.title == Text("主治医师", "Attending physician")
    assert card.hospital.zh == "测试医院"
    assert lines(action="people.employ_doctor")[0].thing_id == card.id


def test_a_part_time_doctor_names_the_own_hospital():
    _, card = doctor(hospital=Text("协和医院", "Union Hospital"), full_time=False)
    assert card.hospital.en == "Union Hospital"


def test_a_title_that_is_no_doctors_is_refused():
    with pytest.raises(Invalid) as caught:
        doctor(title="999")
    assert [error.field for error in caught.value.errors] == ["title"]


def test_a_department_that_is_not_open_is_refused():
    with pytest.raises(Invalid) as caught:
        doctor("dentistry")
    assert [error.field for error in caught.value.errors] == ["departments"]
    assert not Practitioner.objects.exists()


def test_a_licensed_doctor_is_eligible():
    _, card = doctor()
    assert eligibility(card) == "allow"


@pytest.mark.parametrize(
    "changes",
    [
        {"independent_since": None},
        {"institution_consented": False},
        {"licence": LicencePaper(number="", valid_from=factories.date(2015, 1, 1))},
        {"licence": LicencePaper(number="1", valid_from=clock.now().date() + timedelta(days=2))},
        {
            "licence": LicencePaper(
                number="1",
                valid_from=factories.date(2015, 1, 1),
                valid_until=clock.now() - timedelta(seconds=1),
            )
        },
    ],
    ids=["never independent", "no consent", "no number", "not begun", "ended"],
)
def test_who_lacks_what_the_law_asks_is_not_eligible(changes):
    _, card = doctor(**changes)
    assert eligibility(card) != "allow"


def test_the_licence_that_serves_longest_counts():
    _, card = doctor(
        licence=LicencePaper(
            number="old",
            valid_from=factories.date(2015, 1, 1),
            valid_until=clock.now() - timedelta(days=1),
        )
    )
    assert eligibility(card) != "allow"
    Licence.objects.create(
        practitioner_id=card.id,
        institution_id=card.institution_id,
        number="new",
        valid_from=factories.date(2015, 1, 1),
    )
    assert queries.staff_facts(card.id, clock.now(), 0).licence_number == "new"
    assert eligibility(card) == "allow"


def test_r16_a_doctor_proves_to_be_this_doctor_before_accepting_anybody():
    viewer, card = doctor(totp=SECRET)
    assert acceptance(card) == "recheck"
    check = services.check_identity(viewer, code_now(), clock.now())
    assert check.valid_until - check.checked_at == timedelta(hours=12)
    assert acceptance(card) == "allow"
    with clock.later(timedelta(hours=12, minutes=1)):
        assert acceptance(card) == "recheck"
    assert lines(actor=viewer.user_id, action="people.check_identity")


def test_a_wrong_code_proves_nothing():
    viewer, card = doctor(totp=SECRET)
    wrong = f"{(int(code_now()) + 1) % 1_000_000:06d}"
    with pytest.raises(Invalid) as caught:
        services.check_identity(viewer, wrong, clock.now())
    assert caught.value.code == "wrong_code"
    assert Practitioner.objects.get(pk=card.id).identity_checked_at is None


def test_codes_are_tried_five_times_in_five_minutes_and_no_more():
    viewer, _ = doctor(totp=SECRET)
    at = clock.now()
    for _ in range(5):
        with pytest.raises(Invalid):
            services.check_identity(viewer, "12", at)
    with pytest.raises(TooMany):
        services.check_identity(viewer, code_now(), at)
    services.check_identity(viewer, code_now(), at + timedelta(minutes=5))


def test_who_is_no_doctor_has_nothing_to_prove():
    with pytest.raises(NotFound):
        services.check_identity(patient_viewer(), "123456", clock.now())


def test_one_query_answers_for_many_doctors(django_assert_num_queries):
    cards = [doctor()[1] for _ in range(3)]
    with django_assert_num_queries(1):
        found = queries.practitioners([c.id for c in cards] + [ids.new()])
    assert set(found) == {c.id for c in cards}


@pytest.mark.parametrize(
    ("changes", "licensed"),
    [
        ({"licence_number": "PDY-2"}, True),
        ({"licence_number": " "}, False),
        ({"licence_number": "PDY-2", "licence_until": clock.now() - timedelta(days=1)}, False),
        ({"licence_number": "PDY-2", "licence_until": clock.now() + timedelta(days=1)}, True),
    ],
)
def test_an_institution_is_licensed_while_its_licence_lasts(changes, licensed):
    card = services.found_institution(code="second", name=Text("二", "Second"), **changes)
    assert card.licensed is licensed


def test_a_doctor_of_no_account_is_not_found():
    assert queries.practitioner_by_user(ids.new()) is None
    with pytest.raises(NotFound):
        queries.practitioner(ids.new())
    with pytest.raises(NotFound):
        queries.staff_facts(ids.new(), clock.now(), 0)


def test_seventeen_departments_are_open_in_their_order():
    assert len(queries.departments()) == 17
    assert queries.departments()[0].slug == "general_practice"
    assert queries.department("ent").codes[0]
