"""From an intake to a visit that waits."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.models import Consultation, ConsultationStep, RecordDraft
from xinglin.care.consultation.tests import factories as make
from xinglin.care.people import services as people
from xinglin.care.people.models import Institution
from xinglin.care.people.queries import patient_card
from xinglin.care.triage.tests import factories as triage
from xinglin.kernel.errors import Conflict, Invalid, NotFound, RuleRefused


def test_a_visit_waits_and_its_first_message_is_the_complaint(cast):
    visit = make.visit(cast.patient)
    row = make.row(visit)
    assert (row.state, row.kind, row.may_prescribe) == ("waiting", "advice", False)
    assert row.due_step == "give_up"
    first, card = messages.read(visit)
    assert (first.sender, first.body) == ("patient", {"text": "咳嗽三天，晚上更重"})
    assert (card.sender, card.body["card"]) == ("system", "intake")


def test_opening_leaves_step_audit_line_event_and_prefilled_draft(cast):
    visit = make.visit(cast.patient)
    step = ConsultationStep.objects.get(consultation_id=visit)
    assert (step.step, step.from_state, step.to_state, step.who) == (
        "request",
        "",
        "waiting",
        "patient",
    )
    assert make.audited(visit) == [("consultation.request", cast.patient.id)]
    assert make.events(visit) == [
        (
            "ConsultationRequested",
            {f"user:{cast.patient.id}", f"department:{make.department()}", "board"},
        )
    ]
    draft = RecordDraft.objects.get(pk=visit)
    assert draft.fields["chief_complaint"] == "咳嗽三天，晚上更重"
    assert set(draft.prefilled) == set(draft.fields)
    assert "advice" not in draft.fields


def test_what_policy_said_on_the_kind_is_kept_word_for_word(cast):
    told = {rule["rule_id"]: rule for rule in make.row(make.visit(cast.patient)).kind_rules}
    assert "咨询" in told["R08"]["text"]["zh"]
    assert told["R08"]["source"]


def interviewed(cast, **answers):
    """A visit after the real interview."""
    viewer = cast.patient.viewer
    intake = triage.opened(viewer, patient_card(cast.patient.patient_id))
    triage.answered(viewer, intake, **answers, pregnancy="no")
    return services.open_consultation(
        viewer, intake_id=intake, department=make.department(), at=make.now()
    )


def test_what_was_told_of_allergies_stands_on_visit_and_draft(cast):
    visit = interviewed(cast, allergies="yes", allergies_which="青霉素，起过疹子")
    assert "青霉素" in make.row(visit).allergies
    assert "青霉素" in RecordDraft.objects.get(pk=visit).fields["allergy"]
    assert "青霉素" in queries.get(cast.patient.viewer, visit)["patient"]["allergies"]


def test_a_denied_allergy_is_another_thing_than_one_not_asked_for(cast):
    assert make.row(interviewed(cast, allergies="none")).allergies == "无"
    assert make.row(make.visit(cast.other_patient)).allergies is None


def test_an_emergency_is_not_treated_online(cast):
    with pytest.raises(Conflict) as refused:
        make.visit(cast.patient, outcome="emergency")
    assert refused.value.code == "emergency"
    assert "120" in refused.value.text.zh
    assert not Consultation.objects.exists()


def test_the_number_to_call_is_that_of_the_place(cast):
    Institution.objects.update(jurisdiction="india")
    with pytest.raises(Conflict) as refused:
        make.visit(cast.patient, outcome="emergency")
    assert "112" in refused.value.text.zh
    assert "120" not in refused.value.text.en


def test_an_unfinished_interview_opens_nothing(cast):
    with pytest.raises(Conflict) as refused:
        make.visit(cast.patient, outcome="interview")
    assert refused.value.code == "interview_not_finished"


def test_without_consent_the_rule_is_named(cast):
    stranger = make.patient(agreed=False)
    with pytest.raises(RuleRefused) as refused:
        make.visit(stranger)
    assert "R13" in {refusal.rule_id for refusal in refused.value.refusals}


def test_withdrawn_consent_opens_nothing_new_and_the_old_stays_readable(cast):
    visit = make.visit(cast.patient)
    people.withdraw_consent(cast.patient.viewer, kind="service", at=make.now())
    with pytest.raises(RuleRefused) as refused:
        make.visit(cast.patient, where=1)
    assert "R52" in {refusal.rule_id for refusal in refused.value.refusals}
    assert queries.get(cast.patient.viewer, visit)["state"] == "waiting"


def test_an_institution_without_licence_takes_nobody(cast):
    Institution.objects.update(licence_number="")
    with pytest.raises(RuleRefused) as refused:
        make.visit(cast.patient)
    assert "R09" in {refusal.rule_id for refusal in refused.value.refusals}


def test_somebody_elses_intake_does_not_exist(cast):
    with pytest.raises(NotFound):
        services.open_consultation(
            cast.other_patient.viewer,
            intake_id=make.intake(cast.patient),
            department=make.department(),
            at=make.now(),
        )


def test_a_department_that_is_not_open_is_refused(cast):
    with pytest.raises(Invalid) as refused:
        services.open_consultation(
            cast.patient.viewer,
            intake_id=make.intake(cast.patient),
            department="astrology",
            at=make.now(),
        )
    assert [error.field for error in refused.value.errors] == ["department"]


def test_one_open_visit_for_each_department(cast):
    visit = make.visit(cast.patient)
    with pytest.raises(Conflict) as refused:
        make.visit(cast.patient)
    assert refused.value.code == "consultation_open"
    assert refused.value.extra == {"consultation_id": str(visit)}


def test_a_cancelled_visit_makes_room_in_its_department(cast):
    visit = make.visit(cast.patient)
    services.choose(cast.patient.viewer, visit, choice="cancel", at=make.now())
    assert make.visit(cast.patient) != visit


def test_three_open_visits_at_most(cast):
    for where in range(3):
        make.visit(cast.patient, where=where)
    with pytest.raises(Conflict) as refused:
        make.visit(cast.patient, where=3)
    assert refused.value.code == "too_many_open_visits"


def test_an_intake_is_used_once(cast):
    visit = make.visit(cast.patient)
    with pytest.raises(Conflict) as refused:
        services.open_consultation(
            cast.patient.viewer,
            intake_id=make.row(visit).intake_id,
            department=make.department(1),
            at=make.now(),
        )
    assert refused.value.extra == {"consultation_id": str(visit)}


@pytest.mark.django_db(transaction=True)
def test_of_parallel_requests_one_opens_a_visit():
    cast = make.cast()
    intakes = [make.intake(cast.patient) for _ in range(6)]

    def ask(intake):
        try:
            services.open_consultation(
                cast.patient.viewer,
                intake_id=intake,
                department=make.department(),
                at=make.now(),
            )
        except Conflict as refused:
            return refused.code
        finally:
            connections.close_all()
        return "opened"

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(ask, intakes))
    assert answers == ["consultation_open"] * 5 + ["opened"]
    assert Consultation.objects.count() == 1
