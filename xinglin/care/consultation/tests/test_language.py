"""A wish for a doctor who speaks a language: kept on the visit, shown, and dropped by the patient."""

import pytest

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.models import ConsultationStep
from xinglin.care.consultation.tests import factories as make
from xinglin.kernel.errors import IllegalStep, Invalid


def ask(person, language):
    return services.open_consultation(
        person.viewer,
        intake_id=make.intake(person),
        department=make.department(0),
        language=language,
        at=make.now(),
    )


def choose(person, visit, choice, **more):
    services.choose(person.viewer, visit, choice=choice, at=make.now(), **more)


def test_it_is_kept_and_may_be_dropped(cast):
    visit = ask(cast.patient, "yue")
    shown = queries.get(cast.patient.viewer, visit)
    assert (shown["language"].code, shown["language"].name.en) == ("yue", "Cantonese")
    assert "ask_anyone" in shown["may"]
    choose(cast.patient, visit, "ask_anyone")
    shown = queries.get(cast.patient.viewer, visit)
    assert shown["language"] is None
    assert "ask_anyone" not in shown["may"]
    step = ConsultationStep.objects.get(consultation_id=visit, step="ask_anyone")
    assert step.detail == {"language": "yue"}
    with pytest.raises(IllegalStep):
        choose(cast.patient, visit, "ask_anyone")


def test_the_language_of_the_house_is_no_wish(cast):
    assert make.row(ask(cast.patient, "zh")).language == ""


@pytest.mark.parametrize("language", ["tlh", "EN", "en-GB", "und"])
def test_what_is_not_listed_is_refused_and_nothing_is_left(cast, language):
    with pytest.raises(Invalid) as refused:
        ask(cast.patient, language)
    assert [e.field for e in refused.value.errors] == ["language"]
    assert make.visit(cast.patient), "it can still be asked, with the same words"


def test_it_goes_along_to_another_department(cast):
    visit = ask(cast.patient, "en")
    choose(cast.patient, visit, "change_department", department=make.department(1))
    assert make.row(visit).language == "en"


def test_nobody_is_told_of_a_wish_that_was_dropped_meanwhile(cast):
    visit = ask(cast.patient, "en")
    choose(cast.patient, visit, "ask_anyone")
    with pytest.raises(IllegalStep):
        services.find_nobody(visit, make.now(), language="en")
    assert make.row(visit).state == "waiting"
