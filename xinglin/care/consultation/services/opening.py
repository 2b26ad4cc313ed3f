"""From a finished intake to a visit that waits for a doctor."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from xinglin.care.consultation import channels, events, rules
from xinglin.care.consultation.lifecycle import CONSULTATION
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.services import kinds
from xinglin.care.consultation.services.at_site import (
    asking_of,
    begin_at_site,
    check_waits,
    walk_in_asking,
)
from xinglin.care.consultation.services.naming import doctor_asked_for, take_place
from xinglin.care.consultation.services.prefill import prefill
from xinglin.care.consultation.services.proofs import proofs_to_show, show_all
from xinglin.care.consultation.services.site_measuring import weigh
from xinglin.care.consultation.services.steps import announce, note, queue_up
from xinglin.care.people import queries as people
from xinglin.care.people.types import Asking, PatientCard
from xinglin.care.triage import queries as triage
from xinglin.care.triage import services as triage_services
from xinglin.care.triage.types import IntakeCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.media import queries as media
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text
from xinglin.policy import rules as law

_EMERGENCY = Text(
    "您描述的情况可能很紧急，不能线上问诊。请立即拨打{number}或前往最近的急诊。",
    "What you describe may be an emergency and cannot be treated online."
    " Call {number} now or go to the nearest emergency department.",
)
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
             due_step, ending, requested_at, returned, named_practitioner_id, named_on,
             asked_by, relation, asker_id, proxy_consent_id, language, site_id, walk_in_id)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', %s, 0, %s,
             %s, %s, %s, %s, %s, %s, %s, %s)
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
def open_consultation(  # noqa: PLR0913  # each is a wish of who asks
    viewer: Viewer,
    *,
    intake_id: UUID,
    department: str,
    at: datetime,
    practitioner_id: UUID | None = None,
    language: str = "",
    channel: str = "text",
    proof_ids: Sequence[UUID] = (),
    wants_follow_up: bool = False,
) -> UUID:
    """Ask for a doctor of `department`; the complaint becomes the first message.

    Args:
        practitioner_id: the only doctor who shall have it; None: any of the department.
        language: that the doctor must speak; empty: no wish. A doctor asked by name is asked in any.
        channel: how the patient would like to be seen: text, or one of `channels`.
        proof_ids: of earlier diagnoses, for the doctor to judge; the visit is advice until then.

    Raises:
        NotFound: the intake or a proof is not the viewer's, or not of the walk-in whose screen it is.
        Invalid: no such department, no such language, or no such channel.
        Conflict: emergency, interview not finished, such a visit is open already, or too many are;
            the walk-in has asked already, or is over.
        RuleRefused: policy `open_kind` says no (consent among other things).
        DoctorFullError: the doctor who was asked for has no place left today.
    Locks: the holder, so that parallel requests count each other; the day of a named doctor.
    Emits: ConsultationRequested.
    """
    intake = triage.intake_for_visit(intake_id)
    if intake.holder_id != viewer.user_id:
        raise NotFound
    walk_in = walk_in_asking(viewer, intake)
    _check_outcome(intake, at=at)
    patient = people.patient_of(viewer, intake.patient_id)
    official_code = official_code_of(department)
    proofs = proofs_to_show(viewer, intake.patient_id, proof_ids)
    wish = kinds.wish(proofs, wants_follow_up=wants_follow_up)
    asking = asking_of(patient, walk_in)
    who = people.asking_facts(asking)
    verdict = kinds.ask(patient, official_code, at, **who, **wish).demand("advice_only")
    _check_limits(viewer.user_id, intake, department)
    check_waits(walk_in)
    row = _request(intake, patient, asking, department, verdict, at)
    row.language = people.language_wished(language, place=patient.place)
    row.channel = _channel_wished(channel)
    if walk_in is not None:
        row.site_id, row.walk_in_id = walk_in.site_id, walk_in.id
    if practitioner_id is not None:
        doctor = doctor_asked_for(practitioner_id, patient, department=department, at=at)
        row.named_practitioner_id, row.named_on = doctor.id, take_place(doctor, at=at)
    _insert(row, prefill(intake))
    note(row, "request", "", who="patient", actor=viewer, at=at)
    triage_services.note_override(
        viewer,
        who="patient",
        intake_id=intake.id,
        consultation_id=row.pk,
        institution_id=row.institution_id,
        former=intake.suggested,
        chosen=department,
        at=at,
    )
    _begin_thread(viewer, row, intake)
    begin_at_site(row, at)
    if row.walk_in_id is not None:
        weigh(row, row.pk, at=at)
    show_all(viewer, row, proofs, at)
    announce(row, events.ConsultationRequested, requested_at=at)
    return row.pk


def _channel_wished(code: str) -> str:
    if code not in channels.wishes():
        raise Invalid(
            FieldError("channel", Text("没有这种问诊方式。", "There is no such way to be seen."))
        )
    return code


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


def _check_outcome(intake: IntakeCard, *, at: datetime) -> None:
    if intake.outcome == "emergency":
        place = people.patient_card(intake.patient_id).place
        raise Conflict("emergency", _EMERGENCY.filled(number=triage.emergency_number(place, at)))
    if intake.outcome != "ready":
        raise Conflict(
            "interview_not_finished",
            Text("请先回答完问诊前的问题。", "Please answer the questions before the visit first."),
        )


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


def _request(  # each is a fact of the visit, in the order in which it is found
    intake: IntakeCard,
    patient: PatientCard,
    asking: Asking,
    department: str,
    verdict: law.Verdict,
    at: datetime,
) -> Consultation:
    due_at, due_step = CONSULTATION.due(CONSULTATION.initial, at) or (None, "")
    return Consultation(
        id=ids.new(),
        institution_id=patient.institution_id,
        patient_id=patient.id,
        holder_id=patient.holder_id,
        asked_by=asking.role,
        relation=asking.relation,
        asker_id=asking.asker_id,
        proxy_consent_id=asking.consent_id,
        intake_id=intake.id,
        department=department,
        kind="advice",
        kind_rules=kinds.told(verdict),
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
        row.named_practitioner_id,
        row.named_on,
        row.asked_by,
        row.relation,
        row.asker_id,
        row.proxy_consent_id,
        row.language,
        row.site_id,
        row.walk_in_id,
    ]
    draft: list[Any] = [Jsonb(fields), Jsonb(sorted(fields)), row.requested_at]
    database.later(_REQUEST, [*visit, *draft])


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
