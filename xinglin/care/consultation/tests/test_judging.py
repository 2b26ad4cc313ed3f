"""An earlier diagnosis is judged, and what that makes of the visit: V01 to V03, and after them."""

from datetime import timedelta

import pytest

from xinglin.care.consultation import queries, rules, services
from xinglin.care.consultation.models import ConsultationStep, Proof, ProofJudgement
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests import proofs
from xinglin.care.consultation.types import ProofFinding
from xinglin.care.people.models import Institution
from xinglin.care.people.services import withdraw_consent
from xinglin.foundation.notices.models import Notice
from xinglin.kernel.errors import Conflict, IllegalStep, Invalid, NotFound, RuleRefused
from xinglin.policy.rules import local_date


def rules_of(visit):
    return [rule["rule_id"] for rule in make.row(visit).kind_rules]


# --- the vectors


def test_v01_without_a_proof_the_visit_is_advice_by_r02_r04_and_r08(cast):
    visit = services.open_consultation(
        cast.patient.viewer,
        intake_id=make.intake(cast.patient),
        department=make.department(),
        wants_follow_up=True,
        at=make.now(),
    )
    row = make.row(visit)
    assert (row.kind, row.may_prescribe) == ("advice", False)
    assert set(rules_of(visit)) == {"R02", "R04", "R08"}
    assert queries.follow_up_basis(visit).proofs == ()


def test_v02_an_accepted_proof_makes_it_a_follow_up_by_r04_and_r05(cast):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    assert (make.row(visit).kind, rules_of(visit)) == ("advice", ["R04"])
    judged = proofs.judge(cast.doctor, visit, paper)
    row = make.row(visit)
    assert (row.kind, row.may_prescribe) == ("follow_up", True)
    assert set(ProofJudgement.objects.get(pk=judged).rule_ids) == {"R04", "R05"}


def test_v03_a_changed_condition_stops_care_and_keeps_no_judgement(cast):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    changed = ProofFinding(outcome="condition_changed")
    with pytest.raises(RuleRefused) as stopped:
        proofs.judge(cast.doctor, visit, paper, changed)
    assert stopped.value.verdict == "stop_and_refer"
    assert [refusal.rule_id for refusal in stopped.value.refusals] == ["R06"]
    assert "120" in stopped.value.refusals[0].instead.zh
    assert not ProofJudgement.objects.exists()
    assert make.row(visit).kind == "advice"
    services.stop(
        cast.doctor.viewer,
        visit,
        referral=make.referral(reason="changed_condition"),
        at=make.now(),
    )
    assert make.row(visit).ending == "stopped"


def test_v03_chest_pain_opens_no_visit_whatever_was_proven(cast):
    _, paper = proofs.follow_up(cast.patient, cast.doctor)
    with pytest.raises(Conflict, match="emergency"):
        proofs.waiting(cast.patient, paper, outcome="emergency", complaint="胸痛两小时，出冷汗")


# --- judging


def test_a_judgement_says_who_what_when_on_which_evidence(cast):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    before = make.now()
    judged = ProofJudgement.objects.get(pk=proofs.judge(cast.doctor, visit, paper))
    assert (judged.number, judged.outcome, judged.judged_by) == (1, "accepted", cast.doctor.id)
    assert judged.practitioner_id == cast.doctor.card.id
    assert judged.judged_at >= before
    assert judged.evidence == Proof.objects.get(pk=paper).evidence
    assert [each["code"] for each in judged.diagnoses] == [proofs.HYPERTENSION]
    assert ("proof.judge", cast.doctor.id) in make.audited(paper)
    assert make.events(visit)[-1] == (
        "ProofJudged",
        {f"user:{cast.patient.id}", f"user:{cast.doctor.id}"},
    )
    [told] = Notice.objects.filter(user_id=cast.patient.id, kind="proof_judged")
    assert told.link == f"/visits/{visit}"
    assert make.cards(visit)[-1] == "proof_accepted"
    assert proofs.state(cast.patient, paper) == "accepted"


def test_a_follow_up_is_a_step_that_leaves_clock_and_turn_alone(cast):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    before = make.row(visit)
    proofs.judge(cast.doctor, visit, paper)
    after = make.row(visit)
    assert (after.state, after.state_since, after.due_at) == (
        before.state,
        before.state_since,
        before.due_at,
    )
    step = ConsultationStep.objects.get(consultation_id=visit, step="become_follow_up")
    assert (step.who, step.actor_id, step.detail["proof_id"]) == (
        "doctor",
        cast.doctor.id,
        str(paper),
    )


@pytest.mark.parametrize("reason", [r for r in rules.PROOF_REASONS if r != "another_diagnosis"])
def test_a_paper_that_is_not_accepted_leaves_advice(cast, reason):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    proofs.judge(cast.doctor, visit, paper, proofs.refused(reason, "页面太暗，看不清姓名"))
    row = make.row(visit)
    assert (row.kind, row.may_prescribe) == ("advice", False)
    assert set(rules_of(visit)) == {"R02", "R04", "R08"}
    assert make.cards(visit)[-1] == "proof_not_accepted"
    assert proofs.state(cast.patient, paper) == "not_accepted"


def test_another_diagnosis_is_told_by_r05(cast):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    proofs.judge(cast.doctor, visit, paper, proofs.refused("another_diagnosis"))
    assert (make.row(visit).kind, rules_of(visit)) == ("advice", ["R05"])


def test_an_old_paper_is_accepted_with_the_reminder_that_it_is_old(cast):
    old = local_date(make.now()) - timedelta(days=181)
    visit, paper = proofs.to_judge(cast.patient, cast.doctor, issued_on=old)
    [shown] = queries.proofs_of_visit(cast.doctor.viewer, visit)
    assert shown["is_old"]
    proofs.judge(cast.doctor, visit, paper)
    assert (make.row(visit).kind, rules_of(visit)) == ("follow_up", ["R04"])
    fresh = proofs.proof(cast.patient, issued_on=old + timedelta(days=1))
    assert not queries.own_proof(cast.patient.viewer, fresh)["is_old"]


def test_a_change_of_mind_is_a_further_judgement(cast):
    visit, paper = proofs.follow_up(cast.patient, cast.doctor)
    proofs.judge(cast.doctor, visit, paper, proofs.refused("another_person"), after=1)
    assert make.row(visit).kind == "advice"
    assert queries.follow_up_basis(visit).proofs == ()
    proofs.judge(cast.doctor, visit, paper, after=2)
    assert make.row(visit).kind == "follow_up"
    [shown] = queries.proofs_of_visit(cast.patient.viewer, visit)
    assert [each["outcome"] for each in shown["judgements"]] == [
        "accepted",
        "not_accepted",
        "accepted",
    ]
    steps = ConsultationStep.objects.filter(consultation_id=visit, step__startswith="become")
    assert [s.step for s in steps.order_by("pk")] == [
        "become_follow_up",
        "become_advice",
        "become_follow_up",
    ]


def test_while_one_paper_is_accepted_another_may_fail(cast):
    visit, first = proofs.follow_up(cast.patient, cast.doctor)
    second = proofs.proof(cast.patient)
    services.show_proof(cast.patient.viewer, visit, second, at=make.now())
    proofs.judge(cast.doctor, visit, second, proofs.refused())
    assert (make.row(visit).kind, make.row(visit).may_prescribe) == ("follow_up", True)
    assert [each.proof_id for each in queries.follow_up_basis(visit).proofs] == [first]
    proofs.judge(cast.doctor, visit, first, proofs.refused(), after=1)
    assert make.row(visit).kind == "advice"


def test_two_tabs_judge_once(cast):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    proofs.judge(cast.doctor, visit, paper)
    with pytest.raises(Conflict, match="judged_meanwhile"):
        proofs.judge(cast.doctor, visit, paper, proofs.refused())
    assert ProofJudgement.objects.count() == 1
    assert make.row(visit).kind == "follow_up"


def test_a_visit_that_is_over_is_judged_no_more(cast):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    services.stop(cast.doctor.viewer, visit, referral=make.referral(), at=make.now())
    with pytest.raises(IllegalStep):
        proofs.judge(cast.doctor, visit, paper)


@pytest.mark.parametrize("who", ["patient", "other_doctor", "other_patient"])
def test_nobody_but_the_doctor_of_the_visit_judges(cast, who):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    with pytest.raises(NotFound):
        proofs.judge(getattr(cast, who), visit, paper)


def test_what_was_not_shown_is_not_judged(cast):
    visit, _ = proofs.to_judge(cast.patient, cast.doctor)
    with pytest.raises(NotFound):
        proofs.judge(cast.doctor, visit, proofs.proof(cast.patient))


@pytest.mark.parametrize(
    ("finding", "fields"),
    [
        (ProofFinding(outcome="perhaps"), ["outcome"]),
        (ProofFinding(outcome="accepted"), ["codes"]),
        (ProofFinding(outcome="accepted", codes=("ZZZ",)), ["codes"]),
        (
            ProofFinding(outcome="accepted", codes=("I10.x00",), reason="other"),
            ["outcome", "words"],
        ),
        (proofs.refused("because"), ["reason"]),
        (proofs.refused("other", "嗯"), ["words"]),
        (proofs.refused("unreadable", "字" * 501), ["words"]),
        (ProofFinding(outcome="not_accepted", codes=("I10.x00",), reason="too_old"), ["outcome"]),
    ],
    ids=str,
)
def test_a_judgement_without_sense_is_told_what_is_missing(cast, finding, fields):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    with pytest.raises(Invalid) as refused:
        proofs.judge(cast.doctor, visit, paper, finding)
    assert sorted(each.field for each in refused.value.errors) == fields
    assert not ProofJudgement.objects.exists()


def test_when_consent_is_withdrawn_meanwhile_it_becomes_no_follow_up(cast):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    withdraw_consent(cast.patient.viewer, kind="service", at=make.now())
    with pytest.raises(RuleRefused):
        proofs.judge(cast.doctor, visit, paper)
    proofs.judge(cast.doctor, visit, paper, proofs.refused())
    assert make.row(visit).kind == "advice"


@pytest.mark.parametrize("place", ["cn", "cn_bj", "cn_gz", "india"])
def test_the_same_paper_in_each_place(cast, place):
    Institution.objects.update(jurisdiction=place)
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    assert make.row(visit).kind == "advice"
    proofs.judge(cast.doctor, visit, paper)
    assert (make.row(visit).kind, make.row(visit).may_prescribe) == ("follow_up", True)
    proofs.judge(cast.doctor, visit, paper, proofs.refused("another_diagnosis"), after=1)
    assert (make.row(visit).kind, make.row(visit).may_prescribe) == ("advice", False)
    with pytest.raises(Conflict if place == "india" else RuleRefused):
        proofs.judge(cast.doctor, visit, paper, ProofFinding(outcome="condition_changed"), after=2)
    assert ProofJudgement.objects.count() == 2
