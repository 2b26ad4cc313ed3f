"""Draws prescriptions to be reviewed, tells the doctors what was found, and ends it (E14)."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from xinglin.care.people import queries as people
from xinglin.care.prescribing import drawing, events
from xinglin.care.prescribing.drawing import Criteria
from xinglin.care.prescribing.lifecycle import SAMPLE
from xinglin.care.prescribing.models import (
    Prescription,
    PrescriptionSample,
    SampledPrescription,
)
from xinglin.care.prescribing.permissions import works_at
from xinglin.care.prescribing.queries import frames, sampling, signed
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text
from xinglin.policy.rules import local_date

HEAD: Final = "pharmacy_head"
_SEED_BYTES: Final = 8
_MOST_PERCENT: Final = 100
_ALONE: Final = "select pg_advisory_xact_lock(hashtextextended(%s, 0))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`count` or `percent`, and not both. `seed`: empty for one that the house makes up."""

    criteria: Criteria
    count: int | None = None
    percent: int | None = None
    seed: str = ""


class DrawnBeforeError(Conflict):
    """The same of the same frame by the same seed: it would hold the same prescriptions."""

    code = "sample_drawn_before"

    def __init__(self, earlier: PrescriptionSample, day: date) -> None:
        super().__init__(text=_BEFORE.filled(day=day.isoformat()))
        self.extra = MappingProxyType({"sample_id": str(earlier.pk)})


def count_frame(viewer: Viewer, criteria: Criteria, *, at: datetime) -> int:
    """How many prescriptions there are to draw from now; audited.

    Raises:
        Invalid: the period is none, or a doctor or focus is not known.
    """
    house = frames.house_of(viewer)
    wrong = _of_frame(criteria, house, local_date(at, people.institution(house).place))
    if wrong:
        raise Invalid(*wrong)
    return frames.count(viewer, criteria)


@outbox.in_one_transaction()
def draw(viewer: Viewer, wish: Wish, *, at: datetime) -> UUID:
    """Freeze the frame, and draw from it.

    Raises:
        Invalid: what was asked for is no sample: an empty frame, or fewer in it than were asked for.
        DrawnBeforeError: this very sample is there already.
    Locks: the house's samples, so that of two who draw the same the second one hears of the first.
    """
    house = frames.house_of(viewer)
    today = local_date(at, people.institution(house).place)
    _check(wish, house, today)
    database.fetch(_ALONE, [f"samples of {house}"])
    frame = frames.ids(viewer, wish.criteria)
    size = drawing.size_of(len(frame), count=wish.count, percent=wish.percent)
    _check_frame(frame, size, wish)
    seed = wish.seed or secrets.token_hex(_SEED_BYTES)
    row = _row(viewer, wish, house, frame=frame, seed=seed, size=size, at=at)
    earlier = PrescriptionSample.objects.filter(fingerprint=row.fingerprint).defer("frame").first()
    if earlier is not None:
        raise DrawnBeforeError(earlier, local_date(earlier.drawn_at))
    row.save(force_insert=True)
    _keep(row, drawing.draw(frame, seed, size))
    detail = {**frames.told(wish.criteria), "frame": len(frame), "size": size, "seed": seed}
    audit.record(
        viewer,
        "prescribing.draw_sample",
        subject=None,
        thing="prescription_sample",
        thing_id=row.pk,
        purpose="quality",
        detail=detail,
    )
    return row.pk


@outbox.in_one_transaction()
def announce(viewer: Viewer, sample_id: UUID, *, at: datetime) -> None:
    """Tell the doctors what was found of theirs; from now on each may object once.

    Raises:
        NotFound, IllegalStep: it is not there, or was told before.
        Conflict: not all of it is judged.
    Locks: the sample. Emits: SampleAnnounced.
    """
    row = locked(viewer, sample_id)
    state = SAMPLE.take(row.state, "announce", HEAD)
    left = sampling.not_judged(row)
    if left:
        raise Conflict("sample_not_judged", _NOT_JUDGED.filled(n=left))
    row.state, row.announced_by, row.announced_at = state, viewer.user_id, at
    row.save(update_fields=["state", "announced_by", "announced_at"])
    _audit(viewer, row, "prescribing.announce_sample")
    doctors = SampledPrescription.objects.filter(sample=row).values_list("prescriber_id", flat=True)
    audience = tuple(f"user:{each}" for each in sorted(set(doctors), key=str))
    outbox.emit(events.SampleAnnounced(sample_id=row.pk, audience=audience))


@outbox.in_one_transaction()
def close(viewer: Viewer, sample_id: UUID, *, at: datetime) -> None:
    """End it: nothing of it changes any more.

    Raises:
        NotFound, IllegalStep: it is not there, was not told yet, or is closed.
        Conflict: an objection is not answered.
    Locks: the sample.
    """
    row = locked(viewer, sample_id)
    state = SAMPLE.take(row.state, "close", HEAD)
    left = sampling.not_answered(row)
    if left:
        raise Conflict("objection_not_answered", _NOT_ANSWERED.filled(n=left))
    row.state, row.closed_by, row.closed_at = state, viewer.user_id, at
    row.save(update_fields=["state", "closed_by", "closed_at"])
    _audit(viewer, row, "prescribing.close_sample")


def note_export(viewer: Viewer, sample_id: UUID) -> None:
    """That somebody took its findings out of the house; not before they are written."""
    _audit(viewer, sampling.sample_of(viewer, sample_id), "prescribing.export_sample")


def locked(viewer: Viewer, sample_id: UUID) -> PrescriptionSample:
    """One of the viewer's house, held until the transaction ends. Raises NotFound."""
    rows = PrescriptionSample.objects.select_for_update().defer("frame")
    row = rows.filter(pk=sample_id).first()
    if row is None or not works_at(viewer, row.institution_id):
        raise NotFound
    return row


def _row(
    viewer: Viewer,
    wish: Wish,
    house: UUID,
    *,
    frame: list[UUID],
    seed: str,
    size: int,
    at: datetime,
) -> PrescriptionSample:
    digest, asked = drawing.frame_sha256(frame), wish.criteria
    return PrescriptionSample(
        institution_id=house,
        since=asked.since,
        until=asked.until,
        department=asked.department,
        practitioner_id=asked.practitioner,
        focus=asked.focus,
        percent=wish.percent,
        seed=seed,
        algorithm=drawing.ALGORITHM,
        frame=frame,
        frame_size=len(frame),
        frame_sha256=digest,
        size=size,
        fingerprint=drawing.fingerprint(house, asked, frame=digest, seed=seed, size=size),
        drawn_by=viewer.user_id,
        drawn_at=at,
        state=SAMPLE.initial,
    )


def _keep(row: PrescriptionSample, drawn: list[UUID]) -> None:
    found = {each.pk: each for each in Prescription.objects.filter(pk__in=drawn)}
    versions = signed.last_of(found.values())
    SampledPrescription.objects.bulk_create(
        SampledPrescription(
            sample=row,
            position=place,
            prescription=found[each],
            version=versions[each],
            practitioner_id=found[each].practitioner_id,
            prescriber_id=found[each].prescriber_id,
            reviewer_id=versions[each].review.reviewed_by,
            department=found[each].department,
        )
        for place, each in enumerate(drawn, start=1)
    )


def _of_frame(asked: Criteria, house: UUID, today: date) -> list[FieldError]:
    wrong = list[FieldError]()
    if asked.until < asked.since:
        wrong.append(FieldError("until", _BACKWARDS))
    elif asked.until > today:
        wrong.append(FieldError("until", _FUTURE))
    if asked.department:
        people.department(asked.department)
    if asked.practitioner:
        doctor = people.practitioners([asked.practitioner]).get(asked.practitioner)
        if doctor is None or doctor.institution_id != house:
            wrong.append(FieldError("practitioner_id", _NO_DOCTOR))
    if asked.focus and asked.focus not in drawing.FOCUSES:
        wrong.append(FieldError("focus", _NO_FOCUS))
    return wrong


def _check(wish: Wish, house: UUID, today: date) -> None:
    wrong = _of_frame(wish.criteria, house, today)
    if (wish.count is None) == (wish.percent is None):
        wrong.append(FieldError("count", _ONE_OF_TWO))
    if wish.count is not None and not 1 <= wish.count <= drawing.MOST_DRAWN:
        wrong.append(FieldError("count", _COUNT.filled(most=drawing.MOST_DRAWN)))
    if wish.percent is not None and not 1 <= wish.percent <= _MOST_PERCENT:
        wrong.append(FieldError("percent", _PERCENT))
    if wish.seed and not drawing.is_seed(wish.seed):
        wrong.append(FieldError("seed", _SEED))
    if wrong:
        raise Invalid(*wrong)


def _check_frame(frame: list[UUID], size: int, wish: Wish) -> None:
    if not frame:
        raise Invalid(FieldError("since", _EMPTY), code="frame_empty", text=_EMPTY)
    if len(frame) > drawing.MOST_IN_FRAME:
        text = _TOO_GREAT.filled(most=drawing.MOST_IN_FRAME)
        raise Invalid(FieldError("since", text), code="frame_too_great", text=text)
    if size > len(frame):
        text = _TOO_FEW.filled(found=len(frame), asked=size)
        raise Invalid(FieldError("count", text), code="frame_too_small", text=text)
    if size > drawing.MOST_DRAWN:
        text = _TOO_MANY.filled(percent=wish.percent or 0, size=size, most=drawing.MOST_DRAWN)
        raise Invalid(FieldError("percent", text), code="sample_too_great", text=text)


def _audit(viewer: Viewer, row: PrescriptionSample, action: str) -> None:
    audit.record(
        viewer,
        action,
        subject=None,
        thing="prescription_sample",
        thing_id=row.pk,
        purpose="quality",
    )


_BACKWARDS = Text(
    "结束日期不能早于开始日期。", "The period cannot end before it begins; please change a date."
)
_FUTURE = Text(
    "统计期不能晚于今天：还没有开具的处方无法抽取。",
    "The period cannot end after today: what is not written yet cannot be drawn.",
)
_NO_DOCTOR = Text(
    "本院没有这位医生，请从列表中选择。",
    "There is no such doctor at this hospital; please choose from the list.",
)
_NO_FOCUS = Text("请从给出的选项中选择。", "Please choose one of the values that are offered.")
_ONE_OF_TWO = Text(
    "请填写抽取数量或抽取比例，二者选一。",
    "Please give either how many to draw, or which share in percent.",
)
_COUNT = Text("抽取数量为1至{most}张。", "Please draw 1 to {most} prescriptions.")
_PERCENT = Text("抽取比例为1%至100%的整数。", "Please give a whole share of 1 to 100 percent.")
_SEED = Text(
    "种子只能用1至64个英文字母、数字或半角符号，不含空格；留空则由系统生成。",
    "A seed is 1 to 64 Latin letters, digits or signs without blanks; leave it empty and one is made up.",
)
_EMPTY = Text(
    "该范围内没有已生效的处方，无法抽取。请扩大日期范围或放宽条件。",
    "No prescription took effect there, so nothing can be drawn. Please widen the period or the criteria.",
)
_TOO_GREAT = Text(
    "范围内处方超过{most}张，请缩短日期范围或增加条件。",
    "More than {most} prescriptions are in this frame; please shorten the period or narrow it.",
)
_TOO_FEW = Text(
    "该范围内只有{found}张处方，少于要抽取的{asked}张。请减少数量、扩大范围，或按100%抽取。",
    "Only {found} prescriptions are in this frame, and {asked} were asked for. Please ask for fewer,"
    " widen the frame, or draw 100 percent.",
)
_TOO_MANY = Text(
    "{percent}%是{size}张，一次最多抽取{most}张。请降低比例或缩小范围。",
    "{percent} percent are {size} prescriptions, and at most {most} are drawn at once. Please lower the"
    " share or narrow the frame.",
)
_BEFORE = Text(
    "同样的范围、种子和数量已于{day}抽取过，结果会完全相同。请打开已有的抽样，或更换种子。",
    "The same frame, seed and number were drawn on {day} and would give the same prescriptions. Please"
    " open that sample, or take another seed.",
)
_NOT_JUDGED = Text(
    "还有{n}张处方未点评，全部点评后才能公布。",
    "{n} of the prescriptions are not judged yet; all of them are before the findings are told.",
)
_NOT_ANSWERED = Text(
    "还有{n}条医生申诉未答复，请先由另一位点评人复核。",
    "{n} objections of doctors are not answered; please have another reviewer look at them first.",
)
