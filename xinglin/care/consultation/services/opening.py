"""From a finished intake to a visit that waits for a doctor."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.lifecycle import CONSULTATION
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.services.prefill import prefill
from xinglin.care.consultation.services.steps import announce, note, queue_up
from xinglin.care.people import queries as people
from xinglin.care.people.types import PatientCard
from xinglin.care.triage import queries as triage
from xinglin.care.triage.types import IntakeCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.media import queries as media
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text
from xinglin.policy import facts
from xinglin.policy import rules as law

_OPEN_VISITS = """
    select id, patient_id, department, intake_id = %(intake)s from consultation_consultation
    where holder_id = %(holder)s and (intake_id = %(intake)s or state <> all(%(finals)s))
"""
# The visit and the draft of its record begin together.
_REQUEST = """
    with visit as (
        insert into consultation_consultation
            (id, institution_id, patient_id, holder_id, intake_id, department, kind, may_prescribe,
             kind_rules, channel, urgency, complaint, allergies, state, state_since, due_at,
             due_step, ending, requested_at, returned)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', %s, 0)
        returning id
    )
    insert into consultation_record_draft (consultation_id, fields, prefilled, revision, saved_at)
    select id, %s, %s, 0, %s from visit
"""


class AlreadyOpenError(Conflict):
    """`extra` names the visit that is open, for the problem document."""

    def __init__(self, consultation_id: UUID) -> None:
        super().__init__(
            "consultation_open",
            Text(
                "这位就诊人在该科室已有一个进行中的问诊，请先完成或取消它。",
                "This patient has an open visit in this department already; please finish or"
                " cancel it first.",
            ),
        )
        self.extra = {"consultation_id": str(consultation_id)}


@outbox.in_one_transaction()
def open_consultation(viewer: Viewer, *, intake_id: UUID, department: str, at: datetime) -> UUID:
    """Ask for a doctor of `department`; the complaint becomes the first message.

    Raises:
        NotFound: the intake is not the viewer's.
        Conflict: emergency, interview not finished, such a visit is open already, or too many are.
        RuleRefused: policy `open_kind` says no (consent among other things).
    Locks: the holder, so that parallel requests count each other.
    Emits: ConsultationRequested.
    """
    intake = triage.intake_for_visit(intake_id)
    if intake.holder_id != viewer.user_id:
        raise NotFound
    _check_outcome(intake)
    patient = people.patient_of(viewer, intake.patient_id)
    official_code = official_code_of(department)
    verdict = _ask_law(patient, official_code, at)
    _check_limits(viewer.user_id, intake, department)
    row = _request(intake, patient, department, verdict, at)
    _insert(row, prefill(intake))
    note(row, "request", "", who="patient", actor=viewer, at=at)
    _begin_thread(viewer, row, intake)
    announce(row, events.ConsultationRequested, requested_at=at)
    return row.pk


def official_code_of(department: str) -> str:
    """The code of the catalogue that defines a department.

    Raises:
        Invalid: no such department is open here.
    """
    for known in people.departments():
        if known.slug == department:
            return known.codes[0]
    raise Invalid(
        FieldError("department", Text("没有开设这个科室。", "There is no such department."))
    )


def _check_outcome(intake: IntakeCard) -> None:
    if intake.outcome == "emergency":
        raise Conflict(
            "emergency",
            Text(
                "您描述的情况可能很紧急，不能线上问诊。请立即拨打120或前往最近的急诊。",
                "What you describe may be an emergency and cannot be treated online."
                " Call 120 now or go to the nearest emergency department.",
            ),
        )
    if intake.outcome != "ready":
        raise Conflict(
            "interview_not_finished",
            Text("请先回答完问诊前的问题。", "Please answer the questions before the visit first."),
        )


def _ask_law(patient: PatientCard, official_code: str, at: datetime) -> law.Verdict:
    """In this issue every visit asked for is advice."""
    institution = people.institution(patient.institution_id)
    consent = people.consent_status(patient.holder_id)
    asked = facts.OpenKind(
        wanted="advice",
        age_years=patient.age_years,
        specialty=official_code,
        institution=institution.code,
        institution_licensed=institution.licensed,
        identity_verified=True,  # no patient is registered without it
        consent_required_version=consent.required_version,
        consent_given_version=consent.given_version,
        consent_withdrawn=consent.withdrawn,
    )
    on = law.local_date(at, institution.place)
    return law.decide("open_kind", asked, place=institution.place, on=on).demand("advice_only")


def _check_limits(holder_id: UUID, intake: IntakeCard, department: str) -> None:
    queue_up(holder_id)
    asked: dict[str, Any] = {
        "intake": intake.id,
        "holder": holder_id,
        "finals": sorted(CONSULTATION.finals),
    }
    open_visits = database.fetch(_OPEN_VISITS, asked)
    for found, patient_id, where, is_of_intake in open_visits:
        if is_of_intake or (patient_id, where) == (intake.patient_id, department):
            raise AlreadyOpenError(found)
    if len(open_visits) >= rules.MOST_OPEN_VISITS:
        raise Conflict(
            "too_many_open_visits",
            Text(
                f"同一账号最多同时进行{rules.MOST_OPEN_VISITS}个问诊，请先完成或取消其中一个。",
                f"One account has at most {rules.MOST_OPEN_VISITS} open visits; please finish or"
                " cancel one first.",
            ),
        )


def _request(
    intake: IntakeCard, patient: PatientCard, department: str, verdict: law.Verdict, at: datetime
) -> Consultation:
    due_at, due_step = CONSULTATION.due(CONSULTATION.initial, at) or (None, "")
    return Consultation(
        id=ids.new(),
        institution_id=patient.institution_id,
        patient_id=patient.id,
        holder_id=patient.holder_id,
        intake_id=intake.id,
        department=department,
        kind="advice",
        kind_rules=_told(verdict),
        urgency=intake.urgency,
        complaint=intake.complaint,
        allergies=intake.allergies,
        state=CONSULTATION.initial,
        state_since=at,
        due_at=due_at,
        due_step=due_step,
        requested_at=at,
    )


def _insert(row: Consultation, fields: dict[str, str]) -> None:
    visit: list[Any] = [
        row.pk,
        row.institution_id,
        row.patient_id,
        row.holder_id,
        row.intake_id,
        row.department,
        row.kind,
        row.may_prescribe,
        Jsonb(row.kind_rules),
        row.channel,
        row.urgency,
        row.complaint,
        row.allergies,
        row.state,
        row.state_since,
        row.due_at,
        row.due_step,
        row.requested_at,
    ]
    draft: list[Any] = [Jsonb(fields), Jsonb(sorted(fields)), row.requested_at]
    database.later(_REQUEST, [*visit, *draft])


def _told(verdict: law.Verdict) -> list[dict[str, Any]]:
    """What policy said on the kind of visit, word for word, for both sides to read."""
    said = {refusal.rule_id: refusal for refusal in (*verdict.refusals, *verdict.notes)}
    return [
        {
            "rule_id": refusal.rule_id,
            "source": refusal.source,
            "text": refusal.text.as_dict(),
            "instead": refusal.instead.as_dict(),
        }
        for refusal in said.values()
    ]


def _begin_thread(viewer: Viewer, row: Consultation, intake: IntakeCard) -> None:
    """The patient's own words, the pictures, and the interview as a card."""
    messages.open_thread(row.pk, row.holder_id, max_turns=rules.CHAT_TURNS)
    messages.post(row.pk, row.holder_id, "text", {"text": intake.complaint})
    for picture in media.owned_by(viewer, intake.picture_ids):
        body = {
            "picture_id": str(picture.id),
            "width": picture.width,
            "height": picture.height,
        }
        messages.post(row.pk, row.holder_id, "picture", body)
    messages.post_card(
        row.pk,
        "intake",
        Text("问诊前的回答", "Answers given before the visit"),
        summary=[
            {"question": line["question"].as_dict(), "answer": line["answer"].as_dict()}
            for line in intake.summary
        ],
    )
