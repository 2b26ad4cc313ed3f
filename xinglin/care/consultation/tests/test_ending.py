"""How a visit ends, and the rating afterwards."""

import pytest

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.models import ConsultationStep
from xinglin.care.consultation.tests import factories as make
from xinglin.kernel.errors import Conflict, IllegalStep, Invalid, NotFound


def rate(person, visit, score=5, tags=("kind",), comment="很耐心"):
    services.rate(person.viewer, visit, score=score, tags=tags, comment=comment, at=make.now())


def test_a_visit_closes_only_with_a_signed_record(cast):
    visit = make.active(cast.patient, cast.doctor)
    with pytest.raises(Conflict) as refused:
        services.close(cast.doctor.viewer, visit, at=make.now())
    assert refused.value.code == "record_not_signed"
    assert make.row(visit).state == "active"


def test_a_closed_visit_has_its_reason_and_the_doctors_last_word(cast):
    visit = make.signed(cast.patient, cast.doctor)
    services.close(cast.doctor.viewer, visit, note="祝早日康复", at=make.now())
    row = make.row(visit)
    assert (row.state, row.ending, row.due_at) == ("ended", "closed", None)
    assert messages.read(visit)[-1].body["note"] == "祝早日康复"
    kind, audience = make.events(visit)[-1]
    assert kind == "ConsultationEnded"
    assert {f"user:{cast.patient.id}", f"user:{cast.doctor.id}", "board"} <= audience


def test_nobody_writes_into_an_ended_visit(cast):
    visit = make.ended(cast.patient, cast.doctor)
    for person in (cast.patient, cast.doctor):
        with pytest.raises(Conflict) as refused:
            make.say(visit, person)
        assert refused.value.code == "thread_closed"


def test_an_ended_visit_ends_once(cast):
    visit = make.ended(cast.patient, cast.doctor)
    with pytest.raises(IllegalStep):
        services.close(cast.doctor.viewer, visit, at=make.now())
    with pytest.raises(IllegalStep):
        services.stop(cast.doctor.viewer, visit, **make.REFERRAL, at=make.now())


def test_stopping_refers_offline_and_names_the_rule(cast):
    visit = make.active(cast.patient, cast.doctor)
    services.stop(cast.doctor.viewer, visit, **make.REFERRAL, at=make.now())
    assert (make.row(visit).state, make.row(visit).ending) == ("ended", "stopped")
    card = messages.read(visit)[-1].body
    assert (card["card"], card["rule_id"], card["where"]) == (
        "stopped",
        "R06",
        make.REFERRAL["where"],
    )
    told = queries.get(cast.patient.viewer, visit)["stopped"]
    assert (told["advice"], told["urgency"].zh) == (make.REFERRAL["advice"], "请立即就医")
    step = ConsultationStep.objects.get(consultation_id=visit, step="stop")
    assert (step.reason, step.detail) == ("emergency", make.REFERRAL)


def test_a_referral_says_why_what_where_and_how_soon(cast):
    visit = make.active(cast.patient, cast.doctor)
    with pytest.raises(Invalid) as refused:
        services.stop(
            cast.doctor.viewer,
            visit,
            reason="",
            advice="去医院",
            where=" ",
            urgency="soon",
            at=make.now(),
        )
    assert [error.field for error in refused.value.errors] == [
        "reason",
        "advice",
        "where",
        "urgency",
    ]
    assert make.row(visit).state == "active"


def test_only_the_doctor_of_the_visit_ends_it(cast):
    visit = make.signed(cast.patient, cast.doctor)
    for person in (cast.patient, cast.other_doctor, cast.operator):
        with pytest.raises(NotFound):
            services.close(person.viewer, visit, at=make.now())
        with pytest.raises(NotFound):
            services.stop(person.viewer, visit, **make.REFERRAL, at=make.now())


def test_a_visit_is_rated_once(cast):
    visit = make.ended(cast.patient, cast.doctor)
    rate(cast.patient, visit, tags=("kind", "fast", "kind"))
    rating = queries.get(cast.patient.viewer, visit)["rating"]
    assert (rating["score"], rating["tags"], rating["comment"]) == (5, ["kind", "fast"], "很耐心")
    with pytest.raises(Conflict) as refused:
        rate(cast.patient, visit, score=1)
    assert refused.value.code == "already_rated"


def test_the_doctor_is_not_told_of_a_rating(cast):
    visit = make.ended(cast.patient, cast.doctor)
    rate(cast.patient, visit, score=1, tags=("rude",))
    assert queries.get(cast.doctor.viewer, visit)["rating"] is None
    kind, audience = make.events(visit)[-1]
    assert (kind, audience) == ("ConsultationRated", {f"user:{cast.patient.id}", "board"})


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"score": 0}, "score"),
        ({"score": 6}, "score"),
        ({"tags": ("lovely",)}, "tags"),
        ({"comment": "好" * 501}, "comment"),
    ],
)
def test_a_rating_outside_its_form_names_the_field(cast, given, field):
    visit = make.ended(cast.patient, cast.doctor)
    with pytest.raises(Invalid) as refused:
        rate(cast.patient, visit, **given)
    assert [error.field for error in refused.value.errors] == [field]


def test_only_the_patient_rates_and_only_what_has_ended(cast):
    visit = make.signed(cast.patient, cast.doctor)
    with pytest.raises(IllegalStep):
        rate(cast.patient, visit)
    for person in (cast.doctor, cast.other_patient):
        with pytest.raises(NotFound):
            rate(person, visit)


def test_a_cancelled_visit_is_not_rated(cast):
    visit = make.visit(cast.patient)
    services.choose(cast.patient.viewer, visit, choice="cancel", at=make.now())
    with pytest.raises(IllegalStep):
        rate(cast.patient, visit)
