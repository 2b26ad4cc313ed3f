"""Asking for one doctor: places for a day, and what happens when they are taken."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.services.naming import DoctorFullError
from xinglin.care.consultation.tests import factories as make
from xinglin.care.people.models import Licence, Practitioner
from xinglin.kernel import clock
from xinglin.kernel.errors import Conflict, Invalid, NotFound


def places(cast, number):
    Practitioner.objects.filter(pk=cast.doctor.card.id).update(named_a_day=number)


def ask(person, doctor, *, at=None, where=0):
    return services.open_consultation(
        person.viewer,
        intake_id=make.intake(person),
        department=make.department(where),
        practitioner_id=doctor.card.id,
        at=at or make.now(),
    )


def test_the_visit_carries_the_name_and_takes_a_place(cast):
    visit = ask(cast.patient, cast.doctor)
    shown = queries.get(cast.patient.viewer, visit)
    assert shown["named_doctor"]["id"] == cast.doctor.card.id
    assert "ask_anyone" in shown["may"]
    row = make.row(visit)
    assert queries.named_on([cast.doctor.card.id], row.named_on) == {cast.doctor.card.id: 1}


def test_whoever_names_nobody_is_not_asked_about_any_doctor(cast):
    shown = queries.get(cast.patient.viewer, make.visit(cast.patient))
    assert shown["named_doctor"] is None
    assert "ask_anyone" not in shown["may"]


def test_the_place_after_the_last_is_refused_with_the_next_opening_and_nothing_is_left(cast):
    places(cast, 1)
    ask(cast.patient, cast.doctor)
    with pytest.raises(DoctorFullError) as refused:
        ask(cast.other_patient, cast.doctor)
    assert refused.value.code == "doctor_full_today"
    assert refused.value.extra["instead"] == "any_doctor"
    assert "收费" in refused.value.text.zh
    assert Consultation.objects.filter(holder_id=cast.other_patient.id).count() == 0
    assert make.visit(cast.other_patient), "any doctor can still be asked, with the same words"


def test_the_opening_that_is_shown_is_the_first_that_can_be_had(cast):
    """B04.2: a second before it nobody gets a place, and then the first who asks does."""
    places(cast, 1)
    at = make.now()
    ask(cast.patient, cast.doctor, at=at)
    opening = queries.named_opening_after(cast.doctor.card, at)
    with pytest.raises(DoctorFullError) as refused:
        ask(cast.other_patient, cast.doctor, at=opening - timedelta(seconds=1))
    assert refused.value.extra["next_opening"] == opening.isoformat()
    assert ask(cast.other_patient, cast.doctor, at=opening)


def test_a_cancelled_visit_and_one_that_anybody_may_have_give_the_place_back(cast):
    places(cast, 1)
    first = ask(cast.patient, cast.doctor)
    services.choose(cast.patient.viewer, first, choice="cancel", at=make.now())
    second = ask(cast.other_patient, cast.doctor)
    services.choose(cast.other_patient.viewer, second, choice="ask_anyone", at=make.now())
    assert ask(cast.patient, cast.doctor)


def test_a_doctor_who_takes_none_by_name_says_so(cast):
    places(cast, 0)
    with pytest.raises(DoctorFullError) as refused:
        ask(cast.patient, cast.doctor)
    assert refused.value.code == "doctor_takes_none_by_name"


def test_a_doctor_of_another_department_is_no_doctor_for_it(cast):
    with pytest.raises(Invalid) as refused:
        ask(cast.patient, cast.doctor, where=5)
    assert [error.field for error in refused.value.errors] == ["department"]


def test_nobody_asks_a_doctor_whose_licence_has_ended_or_who_is_not_there(cast):
    Licence.objects.filter(practitioner_id=cast.doctor.card.id).update(valid_until=clock.now())
    with pytest.raises(Conflict) as refused:
        ask(cast.patient, cast.doctor)
    assert refused.value.code == "doctor_not_available"
    with pytest.raises(NotFound):
        services.open_consultation(
            cast.patient.viewer,
            intake_id=make.intake(cast.patient),
            department=make.department(),
            practitioner_id=cast.patient.id,
            at=make.now(),
        )


def test_over_http_the_refusal_names_the_opening_in_both_languages(cast):
    places(cast, 1)
    ask(cast.patient, cast.doctor)
    for language, word in (("zh", "名额已满"), ("en", "are all taken")):
        answer = make.Browser(cast.other_patient)._client.post(
            "/api/v1/consultations",
            {
                "intake_id": str(make.intake(cast.other_patient)),
                "department": make.department(),
                "practitioner_id": str(cast.doctor.card.id),
            },
            content_type="application/json",
            headers={"Accept-Language": language},
        )
        assert answer.status_code == 409
        assert answer.json()["code"] == "doctor_full_today"
        assert answer.json()["next_opening"]
        assert word in answer.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("left", [1, 3])
def test_of_many_who_ask_for_the_last_places_as_many_get_one_as_there_are(left):
    cast = make.cast()
    people = [make.patient() for _ in range(8)]
    places(cast, left)
    intakes = [(p, make.intake(p)) for p in people]

    def try_one(pair):
        person, intake = pair
        try:
            services.open_consultation(
                person.viewer,
                intake_id=intake,
                department=make.department(),
                practitioner_id=cast.doctor.card.id,
                at=make.now(),
            )
        except DoctorFullError as refused:
            return refused.code
        finally:
            connections.close_all()
        return "opened"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(try_one, intakes))
    assert answers.count("opened") == left
    assert answers.count("doctor_full_today") == len(people) - left
    assert Consultation.objects.count() == left
