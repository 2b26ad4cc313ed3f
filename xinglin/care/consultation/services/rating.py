"""The patient's rating of a visit."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.models import Rating
from xinglin.care.consultation.permissions import check_holder
from xinglin.care.consultation.services.locking import locked
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid
from xinglin.kernel.text import Text


@outbox.in_one_transaction()
def rate(
    viewer: Viewer,
    consultation_id: UUID,
    *,
    score: int,
    tags: Sequence[str],
    comment: str,
    at: datetime,
) -> None:
    """Once per visit, after its end. The doctor is not told.

    Raises:
        NotFound: the visit is not the viewer's.
        Invalid: score, tags or comment.
        IllegalStep: no doctor has seen the patient to the end of the visit.
        Conflict: it is rated already.
    Emits: ConsultationRated, to the holder and the board.
    """
    row = locked(consultation_id)
    check_holder(viewer, row)
    _check(score, tags, comment)
    if row.state != "ended":
        raise IllegalStep
    if Rating.objects.filter(pk=row.pk).exists():
        raise Conflict(
            "already_rated", Text("您已经评价过这次问诊。", "You have rated this visit already.")
        )
    Rating.objects.create(
        consultation=row,
        score=score,
        tags=list(dict.fromkeys(tags)),
        comment=comment.strip(),
        rated_at=at,
    )
    audit.record(
        viewer,
        "consultation.rate",
        subject=row.patient_id,
        thing="consultation",
        thing_id=row.pk,
        purpose="own",
    )
    outbox.emit(
        events.ConsultationRated(
            audience=(f"user:{row.holder_id}", "board"),
            consultation_id=row.pk,
            department=row.department,
        )
    )


def _check(score: int, tags: Sequence[str], comment: str) -> None:
    wrong = []
    if score not in rules.SCORES:
        wrong.append(FieldError("score", Text("请打1到5分。", "Please give 1 to 5.")))
    if unknown := [tag for tag in tags if tag not in rules.TAGS]:
        wrong.append(
            FieldError(
                "tags",
                Text(f"没有这个标签：{unknown[0]}", f"There is no such tag: {unknown[0]}"),
            )
        )
    if len(comment) > rules.LONGEST_COMMENT:
        wrong.append(
            FieldError(
                "comment",
                Text(
                    f"评价不能超过{rules.LONGEST_COMMENT}字。",
                    f"At most {rules.LONGEST_COMMENT} characters.",
                ),
            )
        )
    if wrong:
        raise Invalid(*wrong)
