"""How a visit ends, and the rating afterwards."""

from datetime import UTC, timedelta

import pytest

from xinglin.care.consultation import queries, rules, services
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.models import ConsultationStep
from xinglin.care.consultation.tests import factories as make
from xinglin.kernel.errors import Conflict, IllegalStep, Invalid, NotFound


def rate(person, visit, score=5, tags=("kind",), comment="很耐心"):
    services.rate(person.viewer, visit, score=score, tags=tags, comment=comment, at=make.now())


def test_a_visit_closes_only_with_a_signed_record(cast):
    visit = make.active(cast.patient, cast.doctor)
    with pytest.raises(Conflict) as refused:
        services.close(cast.doctor.viewer, visit, reason="treated", at=make.now())
    assert refused.value.code == "record_not_signed"
    assert make.row(visit).state == "active"


def test_a_closed_visit_has_its_reason_and_the_doctors_last_word(cast):
    visit = make.signed(cast.patient, cast.doctor)
    services.close(cast.doctor.viewer, visit, reason="treated", note="祝早日康复", at=make.now())
    row = make.row(visit)
    assert (row.state, row.ending, row.due_at) == ("ended", "closed", None)
    assert messages.read(visit)[-1].body["note"] == "祝早日康复"
    kind, audience = make.events(visit)[-1]
    assert kind == "ConsultationEnded"
    assert {f"user:{cast.patient.id}", f"user:{cast.doctor.id}", "board"} <= audience


def test_nobody_ends_a_visit_without_a_reason_of_the_list(cast):
    visit = make.signed(cast.patient, cast.doctor)
    for reason in ("", "tired", "stopped", rules.UNSTATED):
        with pytest.raises(Invalid) as refused:
            make.close(visit, cast.doctor, reason)
        assert [error.field for error in refused.value.errors] == ["reason"]
    assert make.row(visit).state == "active"


def test_another_reason_is_told_in_words(cast):
    visit = make.signed(cast.patient, cast.doctor)
    with pytest.raises(Invalid) as refused:
        make.close(visit, cast.doctor, "other", note=" 忙 ")
    assert [error.field for error in refused.value.errors] == ["note"]
    make.close(visit, cast.doctor, "other", note="系统故障，请重新发起")
    assert make.row(visit).ended_for == "other"


def test_the_patient_reads_why_the_visit_ended_and_the_course_keeps_it(cast):
    visit = make.signed(cast.patient, cast.doctor)
    make.close(visit, cast.doctor, "follow_up", note="两周后复查血压")
    shown = queries.get(cast.patient.viewer, visit)
    assert shown["ended_for"] == rules.CLOSE_REASONS["follow_up"]
    assert shown["last_word"] == "两周后复查血压"
    card = messages.read(visit)[-1].body
    assert card["reason_text"] == rules.CLOSE_REASONS["follow_up"].as_dict()
    step = queries.steps_of(visit)[-1]
    assert (step.name, step.reason, step.detail) == ("close", "follow_up", {})
    assert queries.reason_text(step.reason) == rules.CLOSE_REASONS["follow_up"]
    evidence = queries.visit_evidence(visit, UTC)[0]
    assert rules.CLOSE_REASONS["follow_up"].zh in str(evidence.sections)
    assert evidence.data["steps"][-1]["detail"] == {"note": "两周后复查血压"}


def is_due(cast, visit):
    items = queries.due(cast.doctor.viewer, make.now())["items"]
    return [item["kind"] for item in items if item["consultation_id"] == visit]


@pytest.mark.parametrize("reason", sorted(rules.CLOSE_REASONS))
def test_what_was_treated_has_a_record_before_the_end_or_on_the_next_day(cast, reason):
    visit = make.active(cast.patient, cast.doctor)
    if reason in rules.WITHOUT_RECORD | rules.RECORD_LATER:
        make.close(visit, cast.doctor, reason)
        assert is_due(cast, visit) == ([] if reason in rules.WITHOUT_RECORD else ["sign"])
        needed = queries.get(cast.doctor.viewer, visit)["record"]["needed"]
        assert needed is (reason not in rules.WITHOUT_RECORD)
        late = queries.unsigned_records(
            ended_after=make.now() - timedelta(days=1), ended_until=make.now(), most=9
        )
        assert len(late) == (reason not in rules.WITHOUT_RECORD)
    else:
        with pytest.raises(Conflict, match="record_not_signed"):
            make.close(visit, cast.doctor, reason, note="有别的原因")


def test_the_doctors_own_figures_count_endings_by_reason(cast):
    make.ended(cast.patient, cast.doctor)
    second = make.active(cast.patient, cast.doctor)
    make.close(second, cast.doctor, "duplicate")
    make.stop(make.active(cast.patient, cast.doctor, where=1), cast.doctor)
    make.ended(cast.other_patient, cast.other_doctor)
    now = make.now()
    found = queries.figures_of_doctor(cast.doctor.id, since=now - timedelta(days=1), until=now)
    assert found.ended_for == {"duplicate": 1, "emergency": 1, "treated": 1}


def test_nobody_writes_into_an_ended_visit(cast):
    visit = make.ended(cast.patient, cast.doctor)
    for person in (cast.patient, cast.doctor):
        with pytest.raises(Conflict) as refused:
            make.say(visit, person)
        assert refused.value.code == "thread_closed"


def test_an_ended_visit_ends_once(cast):
    visit = make.ended(cast.patient, cast.doctor)
    with pytest.raises(IllegalStep):
        services.close(cast.doctor.viewer, visit, reason="treated", at=make.now())
    with pytest.raises(IllegalStep):
        services.stop(cast.doctor.viewer, visit, referral=make.referral(), at=make.now())


def test_stopping_refers_offline_and_names_the_rule(cast):
    visit = make.active(cast.patient, cast.doctor)
    services.stop(cast.doctor.viewer, visit, referral=make.referral(), at=make.now())
    assert (make.row(visit).state, make.row(visit).ending) == ("ended", "stopped")
    card = messages.read(visit)[-1].body
    assert (card["card"], card["rule_id"], card["where"]) == (
        "stopped",
        "R06",
        "最近的医院 急诊科",
    )
    told = queries.get(cast.patient.viewer, visit)["stopped"]
    assert (told["advice"], told["urgency"].zh) == (make.REFERRAL["advice"], "请立即就医")
    step = ConsultationStep.objects.get(consultation_id=visit, step="stop")
    assert (step.reason, step.detail) == (
        "emergency",
        {name: make.REFERRAL[name] for name in ("hospital", "department", "urgency")},
    )


def test_a_referral_says_why_what_where_and_how_soon(cast):
    visit = make.active(cast.patient, cast.doctor)
    with pytest.raises(Invalid) as refused:
        services.stop(
            cast.doctor.viewer,
            visit,
            referral=make.referral(reason="", advice="去医院", hospital=" ", urgency="soon"),
            at=make.now(),
        )
    assert [error.field for error in refused.value.errors] == [
        "reason",
        "advice",
        "hospital",
        "urgency",
    ]
    assert make.row(visit).state == "active"


def test_only_the_doctor_of_the_visit_ends_it(cast):
    visit = make.signed(cast.patient, cast.doctor)
    for person in (cast.patient, cast.other_doctor, cast.operator):
        with pytest.raises(NotFound):
            services.close(person.viewer, visit, reason="treated", at=make.now())
        with pytest.raises(NotFound):
            services.stop(person.viewer, visit, referral=make.referral(), at=make.now())


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
