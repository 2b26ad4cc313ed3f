"""What is measured is put down once, in one unit, with the instrument that measured it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from xinglin.care.people.queries import institution
from xinglin.care.sites import events, rules
from xinglin.care.sites.measures import MEASURES
from xinglin.care.sites.models import Instrument, Observed, Reading, WalkIn
from xinglin.care.sites.permissions import check_own, site_at
from xinglin.care.sites.queries.readings import card_of
from xinglin.care.sites.queries.walk_ins import own_row, row_of
from xinglin.care.sites.types import OPEN, ReadingCard, Told
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

BEFORE = timedelta(minutes=5)  # While the patient sits down and the form is written.
MOST = 60


@outbox.in_one_transaction()
def take_reading(  # keyword-only facts
    viewer: Viewer,
    walk_in_id: UUID,
    reading_id: UUID,
    told: Told,
    *,
    confirmed: bool = False,
    at: datetime,
) -> ReadingCard:
    """By hand. The same id with the same contents is the same reading.

    Raises:
        NotFound: no walk-in of this assistant; `instrument_unknown`.
        Invalid: `unknown_measure`, `wrong_unit`, `wrong_values`, `wrong_context`,
            `impossible_value`, `wrong_time`.
        Conflict: `measured_before` or `unlikely_value` until confirmed, `reading_differs`,
            `walk_in_over`, `too_many`.
    Emits: ReadingTaken.
    """
    row, known = _row_for(viewer, walk_in_id, reading_id, at)
    if known is not None:
        return card_of(_same(known, row, told))
    values = rules.canonical(told.kind, told.values, told.unit)
    rules.check_context(told.kind, told.context)
    check_time(told.measured_at, at)
    model = instrument_model(row.site_id, told) if told.instrument_serial else ""
    if not confirmed:
        _check_taken(row, told, values)
    _check_room(row)
    return card_of(_keep(viewer, row, reading_id, told, values, model, by="hand", at=at))


@outbox.in_one_transaction()
def take_observed(
    viewer: Viewer,
    walk_in_id: UUID,
    reading_id: UUID,
    *,
    context: str = "",
    confirmed: bool = False,
    at: datetime,
) -> ReadingCard:
    """What a gateway has sent is of this patient. Twice is once.

    Args:
        context: of a measure that has one (glucose), which no instrument knows.

    Raises:
        NotFound: no walk-in of this assistant, or nothing of this id came to the site.
        Invalid: `context_needed`, `wrong_context`.
        Conflict: `observation_taken` for another walk-in, `measured_before` or `unlikely_value`
            until confirmed, `walk_in_over`.
    Emits: ReadingTaken.
    """
    row = own_row(viewer, walk_in_id, at=at, lock=True)
    found = Observed.objects.select_for_update().filter(pk=reading_id, site_id=row.site_id).first()
    if found is None:
        raise NotFound
    if found.walk_in_id is not None:
        if found.walk_in_id != row.pk:
            raise Conflict("observation_taken", _TAKEN)
        return card_of(Reading.objects.get(pk=reading_id))
    _check_observed_context(found, context)
    told = _told_by(found, context)
    if not confirmed:
        _check_taken(row, told, found.values)
    _check_room(row)
    model = found.instrument_model
    kept = _keep(viewer, row, reading_id, told, found.values, model, by="gateway", at=at)
    found.walk_in = row
    found.save(update_fields=["walk_in"])
    return card_of(kept)


@outbox.in_one_transaction()
def withdraw_reading(viewer: Viewer, walk_in_id: UUID, reading_id: UUID, *, at: datetime) -> None:
    """It was wrong, or another patient's; the row stays. Twice is once.

    Raises:
        NotFound.
        Conflict: `walk_in_over`.
    Emits: ReadingTaken.
    """
    row = own_row(viewer, walk_in_id, at=at, lock=True)
    reading = Reading.objects.filter(pk=reading_id, walk_in=row).first()
    if reading is None:
        raise NotFound
    if reading.withdrawn_at is not None:
        return
    _check_open(row)
    reading.withdrawn_at, reading.withdrawn_by = at, viewer.user_id
    reading.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _audit(viewer, "sites.withdraw_reading", row, reading)


def _row_for(
    viewer: Viewer, walk_in_id: UUID, reading_id: UUID, at: datetime
) -> tuple[WalkIn, Reading | None]:
    """Who has kept the reading is answered again whatever the day."""
    row = row_of(walk_in_id, lock=True)
    known = Reading.objects.filter(pk=reading_id).first()
    sent_again = known is not None and (known.walk_in_id, known.taken_by) == (
        row.pk,
        viewer.user_id,
    )
    if not sent_again or row.site_id != site_at(viewer):
        check_own(viewer, row, place=institution(row.institution_id).place, at=at)
    return row, known


def check_time(measured_at: datetime, at: datetime) -> None:
    if not rules.is_recent(measured_at, at):
        raise Invalid(FieldError("measured_at", _TIME), code="wrong_time", text=_TIME)


def _check_taken(row: WalkIn, told: Told, values: Mapping[str, float]) -> None:
    """What was measured before the patient came is perhaps of whoever sat there before; what is
    unlikely is perhaps a slip.
    """
    came = row.captured_at or row.registered_at
    if told.measured_at < came - BEFORE:
        minutes = round((came - told.measured_at).total_seconds() / 60)
        raise Conflict("measured_before", _BEFORE.filled(minutes=minutes))
    rules.check_likely(told.kind, values, told.values, told.unit)


def _check_observed_context(found: Observed, context: str) -> None:
    if MEASURES[found.kind].contexts and not context:
        raise Invalid(FieldError("context", _CONTEXT), code="context_needed", text=_CONTEXT)
    rules.check_context(found.kind, context)


def _told_by(found: Observed, context: str) -> Told:
    return Told(
        kind=found.kind,
        values=found.told_values,
        unit=found.told_unit,
        context=context,
        instrument_serial=found.instrument_serial,
        measured_at=found.measured_at,
    )


def instrument_model(site_id: UUID, told: Told) -> str:
    """Raises NotFound `instrument_unknown`: not of this site, or not for this measure."""
    found = Instrument.objects.filter(
        site_id=site_id, serial=told.instrument_serial, kind=told.kind, removed_at__isnull=True
    ).first()
    if found is None:
        raise NotFound("instrument_unknown", _INSTRUMENT)
    return found.model


def _same(known: Reading, row: WalkIn, told: Told) -> Reading:
    same = (
        known.walk_in_id == row.pk
        and known.kind == told.kind
        and known.told_values == dict(told.values)
        and known.told_unit == told.unit
        and known.context == told.context
        and known.instrument_serial == told.instrument_serial
        and known.measured_at == told.measured_at
    )
    if not same:
        raise Conflict("reading_differs", _DIFFERS)
    return known


def _check_open(row: WalkIn) -> None:
    if row.state not in OPEN:
        raise Conflict("walk_in_over", _OVER)


def _check_room(row: WalkIn) -> None:
    _check_open(row)
    if Reading.objects.filter(walk_in=row).count() >= MOST:
        raise Conflict("too_many_readings", _FULL.filled(most=MOST))


def _keep(  # the facts of one row
    viewer: Viewer,
    row: WalkIn,
    reading_id: UUID,
    told: Told,
    values: Mapping[str, float],
    model: str,
    *,
    by: str,
    at: datetime,
) -> Reading:
    kept = Reading.objects.create(
        id=reading_id,
        walk_in=row,
        kind=told.kind,
        values=dict(values),
        unit=MEASURES[told.kind].unit,
        told_values=dict(told.values),
        told_unit=told.unit,
        context=told.context,
        instrument_serial=told.instrument_serial,
        instrument_model=model,
        by=by,
        confirmed=bool(rules.unlikely(MEASURES[told.kind], values)),
        taken_by=viewer.user_id,
        measured_at=told.measured_at,
        kept_at=at,
    )
    _audit(viewer, "sites.take_reading", row, kept)
    return kept


def _audit(viewer: Viewer, action: str, row: WalkIn, reading: Reading) -> None:
    record(
        viewer,
        action,
        subject=row.patient_id,
        thing="reading",
        thing_id=reading.pk,
        purpose="care",
        detail={"kind": reading.kind, "by": reading.by},
    )
    outbox.emit(
        events.ReadingTaken(
            audience=(f"site:{row.site_id}",),
            walk_in_id=row.pk,
            site_id=row.site_id,
            reading_id=reading.pk,
            withdrawn=reading.withdrawn_at is not None,
            consultation_id=row.consultation_id,
        )
    )


_TIME = Text(
    "测量时间须在最近三天内，且不能在将来；请检查仪器和本机的时钟。",
    "It was measured more than three days ago, or in the future: please check the clocks of the"
    " instrument and of this device.",
)
_BEFORE = Text(
    "这条测量早于本次登记{minutes}分钟，可能是前一位患者的。请重新测量；确是本人的，请确认后再保存。",
    "This was measured {minutes} minutes before the patient was registered, and may be of whoever was"
    " there before. Please measure again; if it is this patient's, confirm it.",
)
_INSTRUMENT = Text(
    "本站点没有登记这台仪器（或它不测这一项）。请核对序列号；新仪器请管理员先登记，也可不填序列号手工录入。",
    "This instrument is not registered at this site, or not for this measure. Check the serial; a new"
    " one is registered by the administrator; by hand it can be put down without a serial.",
)
_DIFFERS = Text(
    "这条测量已保存过，内容不同；请撤回原来的，再重新录入。",
    "This measurement was kept already, with other contents: take the old one back and put it down"
    " anew.",
)
_CONTEXT = Text(
    "请选择这次血糖是空腹、餐后还是随机测的。",
    "Please choose when this glucose was measured: fasting, after a meal or at random.",
)
_TAKEN = Text(
    "这条测量已归入另一位患者；若弄错了，请先在那位患者处撤回，再请患者重新测量。",
    "This measurement was taken for another patient; if that was wrong, take it back there and"
    " measure once more.",
)
_OVER = Text(
    "本次到店已结束，测量不能再改；需要时请重新登记。",
    "This walk-in is over, and nothing measured in it can be changed; register once more if need be.",
)
_FULL = Text(
    "一次到店最多记录{most}条测量。", "At most {most} measurements are kept of one walk-in."
)
