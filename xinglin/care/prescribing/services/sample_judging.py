"""Judges what was drawn, by somebody who neither wrote nor passed it; the doctor may object once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from xinglin.care.prescribing import problems
from xinglin.care.prescribing.models import (
    PrescriptionSample,
    SampledPrescription,
    SampleJudgement,
    SampleObjection,
)
from xinglin.care.prescribing.permissions import judge_can
from xinglin.care.prescribing.queries.verifying import first_of
from xinglin.care.prescribing.services import lawful
from xinglin.care.prescribing.services.forms import check_words
from xinglin.care.prescribing.services.sampling import locked
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

_LONGEST: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`problems`: codes; none of them where it `is_rational`. `after`: the number of the judgement that was seen, or 0."""

    is_rational: bool
    problems: Sequence[str] = ()
    comment: str = ""
    after: int = 0


class OwnWorkError(Conflict):
    """Whoever wrote or passed a prescription does not judge it."""

    code = "own_work"
    text = Text(
        "按本院点评规则，开方医生和审方药师不能点评自己经手的处方，请由其他点评人点评。",
        "By the rules of this hospital nobody judges a prescription that they wrote or passed; please"
        " leave it to another reviewer.",
    )


class OwnAnswerError(Conflict):
    """An objection is answered by another reviewer than the one it is raised against."""

    code = "own_answer"
    text = Text(
        "按本院点评规则，申诉由原点评人以外的人复核，请由其他药师或药学负责人处理。",
        "By the rules of this hospital an objection is looked at by somebody else than whoever judged"
        " first; please leave it to another pharmacist or the head of pharmacy.",
    )


class SampleClosedError(Conflict):
    code = "sample_closed"
    text = Text(
        "本次点评已结束，结果不再更改。", "This review is closed; nothing of it changes any more."
    )


class AlreadyToldError(Conflict):
    code = "sample_announced"
    text = Text(
        "点评结果已公布，只有医生申诉后才能复核。",
        "The findings were told to the doctors; one is judged again only where its doctor objects.",
    )


class JudgedMeanwhileError(Conflict):
    code = "judged_meanwhile"
    text = Text(
        "这张处方刚被点评过，请刷新后查看。",
        "It was judged meanwhile; please look at it again.",
    )


class NotOpenToObjectionError(Conflict):
    code = "not_open_to_objection"
    text = Text(
        "这项结果现在不能申诉：未公布、已结束、判为合理，或已申诉过一次。",
        "There is nothing to object to now: it is not told yet, closed, rational, or was objected to before.",
    )


@outbox.in_one_transaction()
def judge(
    viewer: Viewer, sample_id: UUID, sampled_id: UUID, finding: Finding, *, at: datetime
) -> int:
    """What a reviewer finds; the number of the judgement. After the findings were told it answers an objection.

    Raises:
        NotFound: it is not of a sample of the viewer's house.
        Invalid: problems of no rule, none for what is not rational, or a comment missing.
        OwnWorkError, OwnAnswerError, SampleClosedError, AlreadyToldError, JudgedMeanwhileError.
    Locks: the sample.
    """
    sample = locked(viewer, sample_id)
    row = _sampled(sample, sampled_id)
    codes, comment = _checked(finding)
    marks = lawful.marks_of(viewer.user_id)
    _check_other(viewer, row, marks)
    before = list(row.judgements.order_by("number"))
    objection = _open_objection(sample, row, before, viewer, marks)
    if finding.after != (before[-1].number if before else 0):
        raise JudgedMeanwhileError
    if objection is None and before and before[-1].judged_by != viewer.user_id:
        raise JudgedMeanwhileError
    number = finding.after + 1
    SampleJudgement.objects.create(
        sampled=row,
        number=number,
        problems=codes,
        classes=list(problems.classes_of(codes)),
        comment=comment,
        answers=objection,
        judged_by=viewer.user_id,
        judge_marks=sorted(marks),
        at=at,
    )
    _audit(viewer, row, "prescribing.judge_sample")
    return number


@outbox.in_one_transaction()
def object_to(viewer: Viewer, sampled_id: UUID, words: str, *, at: datetime) -> None:
    """The doctor's answer to a finding, once.

    Raises:
        NotFound: it is not the viewer's own prescription, or its findings are not told.
        Invalid: the words are too few or too many.
        NotOpenToObjectionError.
    Locks: the sample.
    """
    found = SampledPrescription.objects.filter(pk=sampled_id, prescriber_id=viewer.user_id).first()
    if found is None:
        raise NotFound
    sample = PrescriptionSample.objects.select_for_update().defer("frame").get(pk=found.sample_id)
    if sample.state == "drawn":
        raise NotFound
    told = check_words(words, "words")
    last = found.judgements.order_by("-number").first()
    has_objected = SampleObjection.objects.filter(pk=found.pk).exists()
    if sample.state != "announced" or last is None or not last.classes or has_objected:
        raise NotOpenToObjectionError
    SampleObjection.objects.create(sampled=found, words=told, said_by=viewer.user_id, at=at)
    _audit(viewer, found, "prescribing.object_sample")


def _sampled(sample: PrescriptionSample, sampled_id: UUID) -> SampledPrescription:
    rows = SampledPrescription.objects.select_related(
        "version__review", "version__first_review", "prescription"
    )
    row = rows.filter(pk=sampled_id, sample=sample).first()
    if row is None:
        raise NotFound
    return row


def _check_other(viewer: Viewer, row: SampledPrescription, marks: frozenset[str]) -> None:
    """By account, and by person as far as it is known who they are."""
    known = {*row.version.signer_marks, *row.version.review.reviewer_marks}
    if first := first_of(row.version):
        known.update(first.reviewer_marks)
    if not judge_can(viewer, row) or marks & known:
        raise OwnWorkError


def _open_objection(
    sample: PrescriptionSample,
    row: SampledPrescription,
    before: Sequence[SampleJudgement],
    viewer: Viewer,
    marks: frozenset[str],
) -> SampleObjection | None:
    """The one that a judgement would answer now, as another person than whoever judged before; None
    before the findings were told.
    """
    if sample.state == "closed":
        raise SampleClosedError
    if sample.state == "drawn":
        return None
    objection = SampleObjection.objects.filter(pk=row.pk).first()
    if objection is None or any(each.answers_id for each in before):
        raise AlreadyToldError
    if any(each.judged_by == viewer.user_id or marks & set(each.judge_marks) for each in before):
        raise OwnAnswerError
    return objection


def _checked(finding: Finding) -> tuple[list[str], str]:
    """Codes in the order of the rule, and the comment."""
    codes = problems.in_order(finding.problems)
    if len(set(finding.problems)) != len(codes) or len(codes) > _LONGEST:
        raise Invalid(FieldError("problems", _UNKNOWN))
    if finding.is_rational and codes:
        raise Invalid(FieldError("problems", _RATIONAL))
    if not finding.is_rational and not codes:
        raise Invalid(FieldError("problems", _NONE))
    if not finding.is_rational or finding.comment.strip():
        return codes, check_words(finding.comment, "comment")
    return codes, ""


def _audit(viewer: Viewer, row: SampledPrescription, action: str) -> None:
    audit.record(
        viewer,
        action,
        subject=row.prescription.patient_id,
        thing="prescription",
        thing_id=row.prescription_id,
        purpose="quality",
        detail={"sample": str(row.sample_id)},
    )


_UNKNOWN = Text("请从列表中选择问题。", "Please choose the problems from the list.")
_RATIONAL = Text(
    "合理处方不能同时带有问题。请取消问题，或改为不合理。",
    "What is rational has no problems. Please take them away, or say that it is not rational.",
)
_NONE = Text(
    "请至少选择一项问题。", "Please choose at least one problem; without one it is rational."
)
