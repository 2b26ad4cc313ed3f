"""The pharmacist's review: claimed from the pool, and passed, returned or refused by another person.

`approve` is the only way to an effective prescription (R23); the database holds that too.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.types import HeldVisit
from xinglin.care.prescribing import sheet
from xinglin.care.prescribing.lifecycle import CLAIM_HELD_FOR
from xinglin.care.prescribing.models import Prescription, PrescriptionVersion
from xinglin.care.prescribing.permissions import check_reviewer, reviewer_can
from xinglin.care.prescribing.queries import verifying
from xinglin.care.prescribing.services import checking, hands, judgements, lawful, rechecking, steps
from xinglin.care.prescribing.services.discarding import STOPPED
from xinglin.care.prescribing.services.forms import check_words
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox
from xinglin.foundation.signing.types import Signature
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid
from xinglin.kernel.text import Text


class NotYourClaimError(Conflict):
    """Another pharmacist has it, or the claim ran out."""

    code = "not_your_claim"
    text = Text(
        "这张处方不在您手上：可能由其他药师领取，或您的领取已超时。请回到待审列表重新领取。",
        "You do not hold this prescription: another pharmacist has claimed it, or your claim ran out."
        " Please go back to the list and claim it again.",
    )


class AnotherVersionError(Conflict):
    """The doctor has amended it: what was seen is not what waits."""

    code = "another_version"
    text = Text(
        "医生已修改并重新签名，您看到的不是最新版本，尚未处理。请核对新版本后再操作。",
        "The doctor has amended it and signed again: what you saw is not what waits now, and nothing"
        " was done. Please look at the new version first.",
    )


class NewHitsError(Conflict):
    """The check has come to say something that this pharmacist has not confirmed as seen."""

    code = "new_hits_not_seen"
    text = Text(
        "用药安全审查有了新的提示，处方尚未通过。请刷新后查看新的提示并确认，再通过。",
        "The safety check says something new, and nothing was passed. Please read the screen anew, look at"
        " what is new and confirm it, and then pass.",
    )


class VisitStoppedError(Conflict):
    """Online care was stopped (R06) after the doctor signed: nothing of the visit becomes effective."""

    code = "visit_stopped"
    text = Text(
        "依据R06，医生已终止本次线上诊疗，处方不能通过，系统会将其作废。请患者按医生建议到线下就医；"
        "如已领取，请选择“审核不通过”。",
        "Under R06 the doctor has stopped this online visit, so the prescription cannot pass; it will be"
        " voided. The patient sees a doctor in person, as advised. If you hold it, please refuse it.",
    )


class TamperedError(Conflict):
    """What is stored is not what the doctor signed."""

    code = "signature_broken"
    text = Text(
        "医生签名校验失败，处方内容与签名不符，不能通过。请退回医生并通知管理员。",
        "The doctor's signature does not fit what is stored, so it cannot pass. Please return it to the"
        " doctor and tell the administrator.",
    )


@outbox.in_one_transaction()
def claim(viewer: Viewer, prescription_id: UUID, *, at: datetime) -> None:
    """Take it out of the pool, for a while (`CLAIM_HELD_FOR`); who has it already has it anew.

    Raises:
        NotFound: it is not of the viewer's institution, or nothing waits.
        RuleRefused: policy `review`: the viewer wrote it, or may not work as a pharmacist now.
        Conflict: another pharmacist has it, or its visit was stopped.
    Locks: thread, visit and prescription. Emits: PrescriptionClaimed.
    """
    row, visit = steps.locked(prescription_id)
    check_reviewer(viewer, row)
    _check_not_stopped(visit)
    if row.state == "claimed":
        if row.reviewer_id == viewer.user_id:
            return
        raise NotYourClaimError
    version = version_of(row)
    held_until = at + CLAIM_HELD_FOR
    deadline = row.review_due_at if row.state == "signed_by_doctor" else held_until
    assert deadline is not None  # a constraint: what was signed has one
    verdict = lawful.may_review(
        row,
        "claim",
        version=version,
        reviewer=viewer,
        deadline=deadline,
        safety=rechecking.answered(version),
        signatures=[hands.as_fact(version.algorithm, intact=verifying.doctors_hold(version))],
        at=at,
    ).demand()
    notes = {"notes": [each.rule_id for each in verdict.notes]} if verdict.notes else None
    mine = {"reviewer_id": viewer.user_id}
    steps.take(row, "claim", who="pharmacist", actor=viewer, at=at, detail=notes, changes=mine)


@outbox.in_one_transaction()
def release(viewer: Viewer, prescription_id: UUID, *, at: datetime) -> None:
    """Give it back to the pool.

    Raises:
        NotFound, NotYourClaimError: as `approve`.
    Locks: thread, visit and prescription. Emits: PrescriptionUnclaimed.
    """
    row, _ = _claimed(viewer, prescription_id, at=at)
    steps.take(row, "release", who="pharmacist", actor=viewer, at=at, changes={"reviewer_id": None})


@outbox.in_one_transaction()
def approve(
    viewer: Viewer,
    prescription_id: UUID,
    *,
    version: int,
    checks: Sequence[str],
    at: datetime,
    seen: Collection[str] = (),
) -> None:
    """Pass it, and sign: from now on it is effective, and its patient has a ticket. Where policy wants two
    pharmacists and this is the first, it goes back to the pool for the second.

    Args:
        version: the one that the pharmacist saw.
        checks: all of `sheet.CHECKS`, each confirmed.
        seen: ids of hits that are new since the doctor signed, each confirmed.
    Raises:
        NotFound: it is not of the viewer's institution, or nothing waits.
        NotYourClaimError: another pharmacist has it, or the claim ran out.
        AnotherVersionError: it is not the last that was signed.
        NewHitsError: the check says what is not among `seen`.
        Conflict: the doctor's signature is broken, it is out of date, or its visit was stopped.
        Invalid: one of the checks was not made.
        RuleRefused: policy `review` does not allow it now.
        CheckFailedError, SigningFailedError: nothing is effective, and nothing is stored.
    Locks: thread, visit, prescription, and the patient's others. Emits: PrescriptionApproved, or
    PrescriptionPassedOn.
    """
    row, visit = _claimed(viewer, prescription_id, at=at)
    _check_not_stopped(visit)
    signed = _seen(row, version)
    _check_checks(checks)
    if row.expires_at is None or at >= row.expires_at:
        raise Conflict("prescription_out_of_date", _OUT_OF_DATE)
    if not verifying.doctors_hold(signed):
        raise TamperedError
    steps.alone_with_patient(row)
    made, is_first = _signed_by_law(viewer, row, signed, checks, seen, at)
    passing = _pass_on if is_first else _pass
    passing(viewer, row, signed, checks=checks, made=made, at=at)


@outbox.in_one_transaction()
def send_back(
    viewer: Viewer, prescription_id: UUID, *, version: int, reason: str, words: str, at: datetime
) -> None:
    """To the doctor, who amends it and signs again.

    Args:
        version: the one that the pharmacist saw.
        reason: of `sheet.RETURN_REASONS`.
        words: what has to be changed, to the doctor.
    Raises:
        NotFound, NotYourClaimError, AnotherVersionError: as `approve`.
        Invalid: there is no reason, or nothing is said.
    Locks: thread, visit and prescription. Emits: PrescriptionReturned.
    """
    row, _ = _claimed(viewer, prescription_id, at=at)
    seen = _seen(row, version)
    told = _reasoned(reason, words)
    judgements.keep(viewer, seen, outcome="returned", reason=reason, words=told, at=at)
    steps.take(row, "return", who="pharmacist", actor=viewer, at=at, reason=reason)
    _card(row, "prescription_returned", _RETURNED)


@outbox.in_one_transaction()
def refuse(
    viewer: Viewer, prescription_id: UUID, *, version: int, reason: str, words: str, at: datetime
) -> None:
    """For good: nothing of it becomes effective.

    Raises:
        NotFound, NotYourClaimError, AnotherVersionError, Invalid: as `send_back`.
    Locks: thread, visit and prescription. Emits: PrescriptionRefused.
    """
    row, _ = _claimed(viewer, prescription_id, at=at)
    seen = _seen(row, version)
    told = _reasoned(reason, words)
    judgements.keep(viewer, seen, outcome="refused", reason=reason, words=told, at=at)
    steps.take(row, "refuse", who="pharmacist", actor=viewer, at=at, reason=reason)
    _card(row, "prescription_refused", _REFUSED)


def version_of(row: Prescription) -> PrescriptionVersion:
    """The one that is asked for: the last that the doctor signed."""
    found = PrescriptionVersion.objects.select_related("first_review", "review")
    return found.get(prescription=row, number=row.version)


def _seen(row: Prescription, version: int) -> PrescriptionVersion:
    """The one that waits, if it is the one that was looked at."""
    waiting = version_of(row)
    if waiting.number != version:
        raise AnotherVersionError
    return waiting


def _claimed(
    viewer: Viewer, prescription_id: UUID, *, at: datetime
) -> tuple[Prescription, HeldVisit]:
    """Held by this pharmacist, in time: what ran out is out, whenever the sweeper comes by."""
    row, visit = steps.locked(prescription_id)
    if not reviewer_can(viewer, row):
        check_reviewer(viewer, row)
    if row.state != "claimed":
        raise IllegalStep
    if row.reviewer_id != viewer.user_id or row.due_at is None or at >= row.due_at:
        raise NotYourClaimError
    return row, visit


def _check_not_stopped(visit: HeldVisit) -> None:
    if visit.ending == STOPPED:
        raise VisitStoppedError


def _signed_by_law(
    viewer: Viewer,
    row: Prescription,
    signed: PrescriptionVersion,
    checks: Sequence[str],
    seen: Collection[str],
    at: datetime,
) -> tuple[Signature, bool]:
    """The pharmacist's signature, between the two questions to policy: may it pass, does it hold; and
    whether it is the first of two.
    """
    assert row.due_at is not None  # `_claimed`
    report = rechecking.report_again(row, signed, at=at)
    known: dict[str, Any] = {
        "version": signed,
        "reviewer": viewer,
        "deadline": row.due_at,
        "safety": checking.for_policy(report, signed.overrides),
        "at": at,
    }
    doctors = hands.as_fact(signed.algorithm, intact=True)
    verdict = lawful.may_review(row, "sign", signatures=[doctors], **known).demand("queue")
    if not set(rechecking.new_hits(signed, report)) <= set(seen):
        raise NewHitsError
    is_first = verdict.kind == "queue"
    words = verifying.first_words if is_first else verifying.pharmacists_words
    said = words(signed, checks=checks, by=viewer.user_id, at=at)
    made = hands.signed_with(viewer.user_id, said, at)
    reviewers = hands.as_fact(made.algorithm, intact=True)
    held = lawful.may_review(row, "take_effect", signatures=[doctors, reviewers], **known)
    held.demand(*(("queue",) if is_first else ()))
    return made, is_first


def _pass(
    viewer: Viewer,
    row: Prescription,
    signed: PrescriptionVersion,
    *,
    checks: Sequence[str],
    made: Signature,
    at: datetime,
) -> None:
    judgements.keep(viewer, signed, outcome="approved", checks=checks, made=made, at=at)
    judgements.issue_ticket(row, at)
    steps.take(
        row,
        "approve",
        who="pharmacist",
        actor=viewer,
        at=at,
        detail={"version": signed.number},
        changes={"effective_at": at},
    )
    _card(row, "prescription_effective", _EFFECTIVE)


def _pass_on(
    viewer: Viewer,
    row: Prescription,
    signed: PrescriptionVersion,
    *,
    checks: Sequence[str],
    made: Signature,
    at: datetime,
) -> None:
    """The first of two: it waits anew, for another pharmacist, as long as a review may take."""
    judgements.keep_first(viewer, signed, checks=checks, made=made, at=at)
    due_at = at + lawful.review_within(row.institution_id, at)
    steps.take(
        row,
        "pass_on",
        who="pharmacist",
        actor=viewer,
        at=at,
        detail={"version": signed.number},
        changes={"reviewer_id": None, "review_due_at": due_at},
    )


def _check_checks(checks: Sequence[str]) -> None:
    left = [name for name in sheet.CHECKS if name not in checks]
    if left or len(checks) != len(sheet.CHECKS):
        raise Invalid(
            *(FieldError(f"checks.{name}", sheet.CHECKS[name]) for name in left),
            code="checks_not_made",
            text=_CHECKS,
        )


def _reasoned(reason: str, words: str) -> str:
    if reason not in sheet.RETURN_REASONS:
        raise Invalid(FieldError("reason", _REASON))
    return check_words(words, "words")


def _card(row: Prescription, name: str, text: Text) -> None:
    messages.post_card(row.consultation_id, name, text, prescription_id=str(row.pk))


_OUT_OF_DATE = Text(
    "处方已过有效期，不能通过。请退回医生重新签名。",
    "The prescription is past its validity and cannot pass. Please return it, to be signed anew.",
)
_EFFECTIVE = Text(
    "药师已审核通过并签名，处方已生效。请在有效期内凭处方凭证取药。",
    "A pharmacist has passed and signed the prescription: it is effective. Please use its ticket within"
    " its validity.",
)
_RETURNED = Text(
    "药师请医生修改处方，处方尚未生效。",
    "The pharmacist asks the doctor to change the prescription; it is not effective.",
)
_REFUSED = Text(
    "药师审核未通过，处方没有生效。请向医生了解下一步。",
    "The pharmacist did not pass the prescription; it is not effective. Please ask the doctor what to"
    " do now.",
)
_CHECKS = Text(
    "“四查十对”还有未确认的项目，请逐项核对。",
    "Not all of the four checks were confirmed; please make each of them.",
)
_REASON = Text("请选择原因。", "Please choose the reason.")
