"""An identity that another account has registered: proposed, and decided by a person of the house."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db import IntegrityError, transaction

from xinglin.care.people import queries, rules
from xinglin.care.people.models import MergeProposal, Patient, ProxyConsent
from xinglin.care.people.queries.patients import ID_NUMBER, NAME
from xinglin.care.people.services.attempts import count_attempt
from xinglin.care.people.services.objections import objections
from xinglin.care.people.services.register import Form, known_patient, read_form
from xinglin.foundation.accounts.services import index_text, lock_account, seal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.dates import age_on
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text
from xinglin.policy.rules import local_date

_TRIES, _WITHIN = 5, timedelta(days=1)
_SHORTEST_REASON, _LONGEST_REASON = 5, 500
_REASON = Text("请写明依据（5至500字）。", "Please say on what ground (5 to 500 characters).")


@outbox.in_one_transaction()
def propose_merge(
    viewer: Viewer, *, name: str, id_type: str, id_number: str, relation: str, at: datetime
) -> UUID:
    """Ask the house to look into it; asked twice it is asked once.

    Raises:
        Invalid: names every wrong field.
        Conflict: `not_registered_elsewhere`, nothing stands in the way of registering.
        TooMany: five in a day.
    """
    house = queries.default_institution()
    form = read_form(name, id_type, id_number, relation, local_date(at, house.place))
    count_attempt(viewer.user_id, "propose_merge", limit=_TRIES, within=_WITHIN, at=at)
    known = known_patient(house.id, index_text(form.identity.number, ID_NUMBER))
    if known is None or known.holder_id == viewer.user_id:
        raise Conflict(
            "not_registered_elsewhere",
            Text(
                "该证件号码没有在其他账号登记，可以直接登记。",
                "No other account has this identity number; please simply register.",
            ),
        )
    return _open(viewer, known, form, at)


def _open(viewer: Viewer, known: Patient, form: Form, at: datetime) -> UUID:
    waiting = MergeProposal.objects.filter(patient=known, asked_by=viewer.user_id, answer="")
    try:
        with transaction.atomic():
            made = waiting.first() or MergeProposal.objects.create(
                patient=known,
                asked_by=viewer.user_id,
                relation=form.relation,
                name_sealed=seal_text(form.name, NAME),
                asked_at=at,
            )
    except IntegrityError:
        made = waiting.get()
    _audit(viewer, "people.propose_merge", made, {"relation": form.relation})
    return made.pk


@outbox.in_one_transaction()
def answer_merge(
    viewer: Viewer,
    proposal_id: UUID,
    *,
    answer: Literal["confirmed", "refused"],
    reason: str,
    at: datetime,
) -> None:
    """A person of the house has checked who is who.

    Confirmed, the registration moves to the account that asks; visits so far stay where they were
    asked. Consent of the patient to be asked for ends, and so does a question that waits for it.

    Raises:
        NotFound: no such proposal in the viewer's institution.
        Invalid: no reason.
        Conflict: `merge_answered`, `patient_closed`, `visits_open`, `is_guardian`, `self_exists`,
            `too_many_patients`, `guardian_missing`.
    Locks: both accounts, proposal and patient.
    """
    if not _SHORTEST_REASON <= len(reason.strip()) <= _LONGEST_REASON:
        raise Invalid(FieldError("reason", _REASON))
    found = _locked(viewer, proposal_id)
    accounts = {found.asked_by, found.patient.holder_id}
    if answer == "confirmed":
        _move(found, at)
    found.answer, found.reason = answer, reason.strip()
    found.answered_by, found.answered_at = viewer.user_id, at
    found.save(update_fields=["answer", "reason", "answered_by", "answered_at"])
    _audit(viewer, "people.answer_merge", found, {"answer": answer})
    for user_id in accounts:
        notices.tell(
            user_id, "merge_answered", link="/family", dedup=f"merge:{found.pk}:{user_id}", at=at
        )


def _locked(viewer: Viewer, proposal_id: UUID) -> MergeProposal:
    """With the accounts first, as every act of theirs locks: closing one goes on to these rows."""
    proposals = MergeProposal.objects.select_related("patient").filter(pk=proposal_id)
    asked = proposals.first()
    if asked is None or viewer.institution_id not in {None, asked.patient.institution_id}:
        raise NotFound
    for user_id in sorted({asked.patient.holder_id, asked.asked_by}):
        lock_account(user_id)
    found = proposals.select_for_update(of=("self", "patient")).get()
    if found.answer:
        raise Conflict(
            "merge_answered",
            Text("这项申请已经处理过。", "This proposal has been answered already."),
        )
    return found


def _move(found: MergeProposal, at: datetime) -> None:
    patient = found.patient
    own = list(Patient.objects.filter(holder_id=found.asked_by, closed_at__isnull=True))
    oneself = next((p for p in own if p.relation == "self"), None)
    _check_movable(found, own, oneself)
    place = queries.institution(patient.institution_id).place
    today = local_date(at, place)
    is_minor = age_on(patient.birth_date, today) < rules.ADULT_YEARS
    if is_minor and (oneself is None or age_on(oneself.birth_date, today) < rules.ADULT_YEARS):
        raise Conflict(
            "guardian_missing",
            Text(
                "对方账号还没有登记成年监护人本人。",
                "The other account has not registered its own adult as guardian yet.",
            ),
        )
    asked = ProxyConsent.objects.filter(patient=patient)
    asked.filter(given_at__isnull=False, withdrawn_at__isnull=True).update(withdrawn_at=at)
    asked.filter(given_at=None, refused_at=None, expires_at__gt=at).update(expires_at=at)
    patient.holder_id, patient.relation = found.asked_by, found.relation
    patient.guardian = oneself if is_minor else None
    patient.save(update_fields=["holder", "relation", "guardian"])


def _check_movable(found: MergeProposal, own: list[Patient], oneself: Patient | None) -> None:
    patient = found.patient
    refused: tuple[str, Text] | None = None
    if patient.closed_at is not None:
        refused = ("patient_closed", Text("原账号已注销。", "The former account is closed."))
    elif against := objections(patient.holder_id, patient.id):
        told = against[0]
        refused = (
            "visits_open",
            Text(f"原账号：{told.zh}", f"Of the former account: {told.en}"),
        )
    elif Patient.objects.filter(guardian=patient, closed_at__isnull=True).exists():
        refused = (
            "is_guardian",
            Text(
                "此人在原账号中是孩子的监护人，请先处理孩子的登记。",
                "This person is a child's guardian in the former account; settle the child first.",
            ),
        )
    elif found.relation == "self" and oneself is not None:
        refused = (
            "self_exists",
            Text("对方账号已登记过本人。", "The other account has registered its own person."),
        )
    elif len(own) >= rules.PATIENTS_OF_ONE_ACCOUNT:
        refused = (
            "too_many_patients",
            Text("一个账号最多登记8人。", "One account holds at most 8 people."),
        )
    if refused:
        raise Conflict(*refused)


def _audit(viewer: Viewer, action: str, found: MergeProposal, detail: dict[str, str]) -> None:
    record(
        viewer,
        action,
        subject=found.patient_id,
        thing="merge_proposal",
        thing_id=found.pk,
        purpose="registration",
        detail=detail,
    )
