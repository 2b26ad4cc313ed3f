"""What changes in a walk-in before the doctor comes, and that somebody has gone."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from xinglin.care.sites import events
from xinglin.care.sites.models import WalkIn
from xinglin.care.sites.queries.walk_ins import bound_row, card_of, own_row
from xinglin.care.sites.rules import check_complaint
from xinglin.care.sites.services.steps import take
from xinglin.care.sites.types import OPEN, WalkInCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.database import services as database
from xinglin.foundation.media.services import give_over
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid
from xinglin.kernel.text import Text

MOST_PICTURES = 9
_AN_OPENING = timedelta(minutes=15)
_OPEN = """
    insert into sites_opening as o (walk_in_id, user_id, at) values (%(walk_in)s, %(user)s, %(at)s)
    on conflict (walk_in_id, user_id) do update set at = excluded.at where o.at <= %(before)s
"""


@outbox.in_one_transaction()
def open_walk_in(viewer: Viewer, walk_in_id: UUID, *, at: datetime) -> WalkInCard:
    """To be read by the assistant; the patient sees who did, once for looks that follow each other.

    Raises NotFound.
    """
    row = own_row(viewer, walk_in_id, at=at)
    values = {"user": viewer.user_id, "walk_in": row.pk, "at": at, "before": at - _AN_OPENING}
    if database.change(_OPEN, values):
        _audit(viewer, "sites.read_walk_in", row)
    return card_of(row)


@outbox.in_one_transaction()
def change_complaint(
    viewer: Viewer, walk_in_id: UUID, complaint: str, *, at: datetime
) -> WalkInCard:
    """By the assistant, until triage asks.

    Raises NotFound; Invalid, nothing is told; Conflict `asked_already`, `interview_begun`.
    """
    return _with_complaint(viewer, own_row(viewer, walk_in_id, at=at, lock=True), complaint)


@outbox.in_one_transaction()
def tell_complaint(viewer: Viewer, complaint: str) -> WalkInCard:
    """By the patient, who holds the screen. Raises as `change_complaint`."""
    return _with_complaint(viewer, bound_row(viewer, lock=True), complaint)


def _with_complaint(viewer: Viewer, row: WalkIn, complaint: str) -> WalkInCard:
    if row.state != "registered":
        raise Conflict(
            "asked_already",
            Text(
                "已请求就诊，主诉不能再改；请直接对医生说明。",
                "The doctor was asked for already; please tell the doctor what else there is.",
            ),
        )
    _check_unasked(row)
    check_complaint(complaint)
    if row.complaint != complaint:
        row.complaint = complaint
        row.save(update_fields=["complaint"])
        _audit(viewer, "sites.change_complaint", row)
    return card_of(row)


@outbox.in_one_transaction()
def set_pictures(
    viewer: Viewer, walk_in_id: UUID, picture_ids: Sequence[UUID], *, at: datetime
) -> WalkInCard:
    """Those of before may stay or go until triage asks; new ones become the patient's.

    Once there is a visit, new ones go into its conversation.

    Raises:
        NotFound.
        Conflict: `interview_begun` and no visit yet; `pictures_told`, one that the doctor has is gone.
        Invalid: more than nine, or one that this assistant has not uploaded.
        IllegalStep: the walk-in is over.
    Emits: PicturesAdded, of a visit.
    """
    row = own_row(viewer, walk_in_id, at=at, lock=True)
    if row.state not in OPEN:
        raise IllegalStep
    asked = list(dict.fromkeys(picture_ids))
    had = {UUID(each) for each in row.picture_ids}
    new = [each for each in asked if each not in had]
    _check_pictures(row, new=new, gone=had - set(asked))
    if len(asked) > MOST_PICTURES or give_over(viewer, new, to=row.holder_id) != new:
        raise Invalid(FieldError("picture_ids", _PICTURES))
    row.picture_ids = [str(each) for each in asked]
    row.save(update_fields=["picture_ids"])
    _audit(viewer, "sites.set_pictures", row, pictures=len(asked))
    if new and row.consultation_id is not None:
        outbox.emit(
            events.PicturesAdded(
                audience=(),
                walk_in_id=row.pk,
                consultation_id=row.consultation_id,
                picture_ids=tuple(new),
            )
        )
    return card_of(row)


@outbox.in_one_transaction()
def leave(viewer: Viewer, walk_in_id: UUID, *, reason: str, at: datetime) -> WalkInCard:
    """The patient has gone before a doctor came. Twice is once.

    Raises:
        NotFound.
        IllegalStep: a doctor has the visit, or it is over.
    Emits: WalkInMoved, on which a visit that was asked for is cancelled.
    """
    row = own_row(viewer, walk_in_id, at=at, lock=True)
    if row.state != "left":
        take(row, "leave", who="assistant", by=viewer.user_id, at=at, ending=reason)
        _audit(viewer, "sites.leave", row)
    return card_of(row)


def _check_unasked(row: WalkIn) -> None:
    """What triage has read stays as it was read."""
    if row.intake_id is not None:
        raise Conflict("interview_begun", _BEGUN)


def _check_pictures(row: WalkIn, *, new: Collection[UUID], gone: Collection[UUID]) -> None:
    if row.intake_id is None:
        return
    if gone:
        raise Conflict("pictures_told", _TOLD)
    if new and row.consultation_id is None:
        raise Conflict("interview_begun", _NOT_NOW)


_PICTURES = Text(
    "最多9张图片，且须由您本人刚刚上传。",
    "Nine pictures at most, and each of them uploaded by you just now.",
)
_BEGUN = Text(
    "问诊前的问答已经开始，主诉不能再改；请患者在屏幕上回答时说明，或直接告诉医生。",
    "The questions before the visit have begun, so the complaint stands. Please ask the patient to tell"
    " it in the answers on the screen, or to the doctor.",
)
_NOT_NOW = Text(
    "问诊前的问答已经开始，现在不能加图片；请患者请求医生后再加，图片会直接发到对话里。",
    "The questions before the visit have begun. Please add the picture once the doctor is asked for: it"
    " then goes straight into the conversation.",
)
_TOLD = Text(
    "问诊前的问答已经开始，已附的图片不能再拿掉；如有误，请告诉医生。",
    "The questions before the visit have begun, and the pictures that are there stay. If one is wrong,"
    " please tell the doctor.",
)


def _audit(viewer: Viewer, action: str, row: WalkIn, **detail: int) -> None:
    record(
        viewer,
        action,
        subject=row.patient_id,
        thing="walk_in",
        thing_id=row.pk,
        purpose="care",
        detail=detail,
    )
