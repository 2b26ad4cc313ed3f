"""The doctor's side of a proof: judged as a whole, and what that makes of the visit (R04, R05)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.lifecycle import CONSULTATION
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation, Proof, ProofJudgement
from xinglin.care.consultation.permissions import check_doctor
from xinglin.care.consultation.queries.diagnoses import chosen_diagnoses
from xinglin.care.consultation.queries.proofs import standing_judgements
from xinglin.care.consultation.services import kinds
from xinglin.care.consultation.services.locking import locked
from xinglin.care.consultation.services.opening import official_code_of
from xinglin.care.consultation.services.steps import stay, tell_parties
from xinglin.care.consultation.types import ProofFinding
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid, NotFound
from xinglin.kernel.text import Text
from xinglin.policy import rules as law

OUTCOMES = ("accepted", "not_accepted", "condition_changed")
_TELL_RULES = """
    update consultation_consultation set kind_rules = %s, may_prescribe = %s where id = %s
"""


class _StopInsteadError(Conflict):
    """The law of the place lets care go on; the doctor who finds otherwise still stops it."""

    code = "stop_instead"
    text = Text(
        "病情有变化时，请终止线上问诊并建议线下就医。",
        "When the condition has changed please stop the visit and refer the patient.",
    )


@outbox.in_one_transaction()
def judge_proof(
    viewer: Viewer,
    consultation_id: UUID,
    proof_id: UUID,
    finding: ProofFinding,
    *,
    after: int,
    at: datetime,
) -> UUID:
    """Accept a proof for diagnoses, or not, with a reason. A change of mind is a further judgement.

    Args:
        after: the number of the last judgement that the doctor saw, 0 for none.
    Raises:
        NotFound: the viewer is not the doctor of the visit, or the proof is not shown in it.
        IllegalStep: the visit is not active.
        Conflict: withdrawn, judged meanwhile, or care has to stop.
        Invalid: names every field that is wrong.
        RuleRefused: policy `open_kind` does not make a follow-up of it.
    Locks: the visit, then the proof.
    Emits: ProofJudged.
    """
    row = locked(consultation_id)
    check_doctor(viewer, row)
    proof = _shown(row, proof_id)
    if not CONSULTATION.allows(row.state, "become_follow_up", "doctor"):
        raise IllegalStep
    standing = standing_judgements(row.pk)
    _check_turn(proof, standing.get(proof_id), after)
    _check_form(finding)
    judgement = _judgement(viewer, row, proof, finding, number=after + 1, at=at)
    others = [each for proof, each in standing.items() if proof != proof_id]
    accepted = [each for each in (judgement, *others) if each.outcome == "accepted"]
    verdict = _ask_law(row, judgement, accepted, at)
    judgement.kind = "follow_up" if accepted and verdict.can("open_follow_up") else "advice"
    judgement.may_prescribe = judgement.kind == "follow_up" and verdict.can("may_prescribe")
    _keep(viewer, row, judgement, verdict, at)
    _tell(row, judgement)
    return judgement.pk


def _shown(row: Consultation, proof_id: UUID) -> Proof:
    shown = Proof.objects.select_for_update(of=("self",)).filter(
        pk=proof_id, shown__consultation_id=row.pk
    )
    proof = shown.first()
    if proof is None:
        raise NotFound
    return proof


def _check_turn(proof: Proof, last: ProofJudgement | None, after: int) -> None:
    if proof.withdrawn_at is not None:
        raise Conflict(
            "proof_withdrawn",
            Text("患者已撤回这份病历。", "The patient has withdrawn this paper."),
        )
    if (last.number if last else 0) != after:
        raise Conflict(
            "judged_meanwhile",
            Text(
                "这份病历刚刚已在另一个窗口作出判断，请查看后再决定。",
                "This paper was judged a moment ago in another window; please look at that first.",
            ),
        )


def _check_form(finding: ProofFinding) -> None:
    accepts = finding.outcome == "accepted"
    rejects = finding.outcome == "not_accepted"
    least = rules.SHORTEST_REASON if finding.reason == "other" else 0
    words = (
        f"请写明原因（{least}至{rules.LONGEST_REASON}字）。",
        f"Please write the reason ({least} to {rules.LONGEST_REASON} characters).",
    )
    checks = (
        ("outcome", finding.outcome in OUTCOMES, "请选择结果。", "Please choose the outcome."),
        (
            "outcome",
            not (finding.reason and not rejects) and not (finding.codes and not accepts),
            "采纳时选择诊断，不采纳时选择原因，二者只能选一。",
            "Accepted goes with a diagnosis, not accepted with a reason; not both.",
        ),
        (
            "codes",
            not accepts or finding.codes,
            "请选择病历上写明、且本次问诊所针对的诊断。",
            "Please choose the diagnosis that the paper states and this visit is about.",
        ),
        (
            "reason",
            not rejects or finding.reason in rules.PROOF_REASONS,
            "请选择原因。",
            "Please choose a reason.",
        ),
        ("words", least <= len(finding.words.strip()) <= rules.LONGEST_REASON, *words),
    )
    wrong = [FieldError(name, Text(zh, en)) for name, holds, zh, en in checks if not holds]
    if wrong:
        raise Invalid(*wrong)


def _judgement(
    viewer: Viewer,
    row: Consultation,
    proof: Proof,
    finding: ProofFinding,
    *,
    number: int,
    at: datetime,
) -> ProofJudgement:
    """Without what the law makes of it."""
    assert row.practitioner_id is not None  # `check_doctor`
    return ProofJudgement(
        consultation_id=row.pk,
        proof=proof,
        number=number,
        outcome=finding.outcome,
        diagnoses=chosen_diagnoses(finding.codes, field="codes"),
        reason=finding.reason,
        words=finding.words.strip(),
        practitioner_id=row.practitioner_id,
        judged_by=viewer.user_id,
        judged_at=at,
        evidence=proof.evidence,
    )


def _ask_law(
    row: Consultation,
    judgement: ProofJudgement,
    accepted: list[ProofJudgement],
    at: datetime,
) -> law.Verdict:
    """Of the visit as it is with this judgement: any accepted proof makes it a follow-up."""
    also: dict[str, Any] = {
        "wanted": "follow_up",
        "wants_prescription": True,
        "condition_changed": judgement.outcome == "condition_changed",
    }
    if accepted:
        code = accepted[0].diagnoses[0]["code"]
        also |= {"proof": kinds.as_fact(accepted[0].proof, code), "same_diagnosis": True}
    elif judgement.outcome == "condition_changed":
        also |= {"proof": kinds.as_fact(judgement.proof)}
    elif judgement.reason == "another_diagnosis":
        also |= {"proof": kinds.as_fact(judgement.proof), "same_diagnosis": False}
    patient = people.patient_card(row.patient_id)
    who = people.asking_facts(people.asking_for(patient))
    verdict = kinds.ask(patient, official_code_of(row.department), at, **who, **also)
    if judgement.outcome != "not_accepted":
        verdict.demand()
    if judgement.outcome == "condition_changed":
        raise _StopInsteadError
    return verdict


def _keep(
    viewer: Viewer, row: Consultation, judgement: ProofJudgement, verdict: law.Verdict, at: datetime
) -> None:
    judgement.rule_ids = list(verdict.rule_ids)
    judgement.save(force_insert=True)
    audit.record(
        viewer,
        "proof.judge",
        subject=row.patient_id,
        thing="proof",
        thing_id=judgement.proof_id,
        purpose="care",
        detail={
            "consultation_id": str(row.pk),
            "judgement_id": str(judgement.pk),
            "number": judgement.number,
            "outcome": judgement.outcome,
            "reason": judgement.reason,
            "codes": [each["code"] for each in judgement.diagnoses],
            "evidence": judgement.evidence,
        },
    )
    told = Jsonb(kinds.told(verdict))
    if judgement.kind == row.kind:
        database.later(_TELL_RULES, [told, judgement.may_prescribe, row.pk])
        return
    stay(
        row,
        f"become_{judgement.kind}",
        who="doctor",
        actor=viewer,
        at=at,
        changes={
            "kind": judgement.kind,
            "may_prescribe": judgement.may_prescribe,
            "kind_rules": told,
        },
        detail={"proof_id": str(judgement.proof_id), "judgement_id": str(judgement.pk)},
    )


def _tell(row: Consultation, judgement: ProofJudgement) -> None:
    messages.post_card(
        row.pk,
        f"proof_{judgement.outcome}",
        _card(judgement),
        proof_id=str(judgement.proof_id),
        note=judgement.words,
    )
    tell_parties(
        row,
        events.ProofJudged,
        proof_id=judgement.proof_id,
        outcome=judgement.outcome,
        visit_kind=judgement.kind,
    )
    notices.tell(
        row.holder_id,
        "proof_judged",
        link=f"/visits/{row.pk}",
        dedup=f"proof_judged:{judgement.pk}",
        at=judgement.judged_at,
    )


def _card(judgement: ProofJudgement) -> Text:
    stays = {
        "follow_up": Text("本次为复诊。", "This visit is a follow-up."),
        "advice": Text("本次为咨询，不开处方。", "This visit is advice; nothing is prescribed."),
    }[judgement.kind]
    if judgement.outcome == "accepted":
        zh = "、".join(each["name_zh"] for each in judgement.diagnoses)
        en = ", ".join(each["name_en"] or each["name_zh"] for each in judgement.diagnoses)
        return Text(
            f"医生已核对既往病历，采纳诊断：{zh}。{stays.zh}",
            f"The doctor has checked the earlier record and accepts: {en}. {stays.en}",
        )
    why = rules.PROOF_REASONS[judgement.reason]
    return Text(
        f"医生没有采纳这份病历：{why.zh}。{stays.zh}",
        f"The doctor did not accept this record: {why.en}. {stays.en}",
    )
