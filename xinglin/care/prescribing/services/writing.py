"""Writing a prescription: only its doctor, only in the visit, and every field by the doctor's own hand."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.types import HeldVisit
from xinglin.care.people import queries as people
from xinglin.care.prescribing import events, sheet
from xinglin.care.prescribing.lifecycle import EDITABLE, PRESCRIPTION
from xinglin.care.prescribing.models import (
    Prescription,
    PrescriptionItem,
    PrescriptionVersion,
)
from xinglin.care.prescribing.permissions import check_prescriber
from xinglin.care.prescribing.queries.prescribable import medicines
from xinglin.care.prescribing.services import lawful, steps
from xinglin.care.prescribing.services.forms import check_form
from xinglin.care.prescribing.services.lawful import Asked
from xinglin.care.prescribing.sheet import Sheet, Told, Written
from xinglin.care.prescribing.types import Medicine
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid, NotFound, Refusal
from xinglin.kernel.text import Text

MOST_DRAFTS: Final = 10
_EMPTY: Final = Sheet(items=(), diagnoses=(), patient_facts={}, told=Told())
_ENDED_ORDERLY: Final = frozenset({"closed", "time_over"})
_SAVE = """
    update prescription set diagnoses = %s, patient_facts = %s, told = %s, valid_days = %s,
        revision = revision + 1
    where id = %s
"""


class PrescriptionChangedError(Conflict):
    """Somebody (another tab) has saved meanwhile; `extra` names the newer revision."""

    def __init__(self, revision: int) -> None:
        super().__init__(
            "prescription_changed",
            Text(
                "处方已在别处更新，请核对后再继续。",
                "The prescription was saved elsewhere meanwhile; please compare before going on.",
            ),
        )
        self.extra = {"revision": revision}


@outbox.in_one_transaction()
def start(
    viewer: Viewer,
    consultation_id: UUID,
    *,
    kind: str,
    copy_from: UUID | None = None,
    at: datetime,
) -> UUID:
    """Begin a draft; what is copied into it is the doctor's only once each field is confirmed.

    Args:
        kind: of `sheet.SHEETS`.
        copy_from: a signed prescription of this patient at this institution, on the same kind of sheet.
    Raises:
        NotFound: the viewer is not the doctor of the visit, or there is nothing to copy.
        IllegalStep: the visit is not open.
        RuleRefused: policy `prescribe` does not allow it here.
        Conflict: there are too many drafts already.
    Locks: thread and visit. Emits: PrescriptionBegun.
    """
    visit = consultation.hold(consultation_id)
    check_hand(viewer, visit, at=at)
    if not visit.is_open:
        raise IllegalStep
    if kind not in sheet.SHEETS:
        raise Invalid(FieldError("sheet", _KIND))
    _check_room(visit)
    row = _new_row(visit, kind, at)
    lawful.may_prescribe(asked(viewer, visit, row, _EMPTY, {}, at=at), "search").demand()
    source = _source(row, copy_from) if copy_from else None
    row.copied_from = source
    row.save(force_insert=True)
    if source is not None:
        _copy(row, source)
    steps.note(row, "begin", "", who="doctor", actor=viewer, at=at)
    outbox.emit(
        events.PrescriptionBegun(
            audience=(f"user:{row.prescriber_id}",),
            prescription_id=row.pk,
            consultation_id=row.consultation_id,
            state=row.state,
        )
    )
    return row.pk


def against(viewer: Viewer, consultation_id: UUID, *, at: datetime) -> tuple[Refusal, ...]:
    """What policy would say to beginning a prescription in the visit now; nothing is held or written.

    Raises:
        NotFound: the viewer is not the doctor of the visit.
    """
    visit = consultation.seen(consultation_id)
    check_hand(viewer, visit, at=at)
    row = _new_row(visit, sheet.WESTERN, at)
    verdict = lawful.may_prescribe(asked(viewer, visit, row, _EMPTY, {}, at=at), "search")
    return tuple(verdict.refusals)


@outbox.in_one_transaction()
def save(
    viewer: Viewer, prescription_id: UUID, *, written: Sheet, revision: int, at: datetime
) -> int:
    """Keep what the doctor has entered, the whole form; answers the new revision.

    Args:
        revision: the one that the doctor saw.
    Raises:
        NotFound: the viewer is not its doctor.
        IllegalStep: it is signed, or its visit is over.
        PrescriptionChangedError: the revision is old.
        Invalid: a value is wrong; every one is named.
        RuleRefused: policy `prescribe` does not allow one of the medicines here.
    Locks: thread, visit and prescription.
    """
    row, visit = steps.locked(prescription_id)
    if lawful.is_program(viewer):
        check_hand(viewer, visit, at=at)
    check_writable(viewer, row, visit)
    if revision != row.revision:
        raise PrescriptionChangedError(row.revision)
    known = medicines(
        (each.product_id for each in written.items), institution_id=row.institution_id
    )
    check_form(written, known, kind=row.sheet)
    lawful.may_prescribe(asked(viewer, visit, row, written, known, at=at), "add").demand()
    _keep(row, written, known)
    _audit(viewer, row, "prescription.save", revision=revision + 1, items=len(written.items))
    return revision + 1


@outbox.in_one_transaction()
def discard(viewer: Viewer, prescription_id: UUID, *, at: datetime) -> None:
    """Throw a draft away.

    Raises:
        NotFound: the viewer is not its doctor.
        IllegalStep: it is signed; then it is voided.
    Locks: thread, visit and prescription. Emits: PrescriptionDiscarded.
    """
    row, _ = steps.locked(prescription_id)
    check_prescriber(viewer, row)
    steps.take(row, "discard", who="doctor", actor=viewer, at=at)


def check_writable(viewer: Viewer, row: Prescription, visit: HeldVisit) -> None:
    """A new one while its visit is open; one that came back also after the visit was closed.

    A visit that was stopped (R06) leaves nothing to be prescribed.
    """
    check_prescriber(viewer, row)
    if not is_writable(row, visit):
        raise IllegalStep


def is_writable(row: Prescription, visit: HeldVisit) -> bool:
    if row.state not in EDITABLE:
        return False
    has_it = visit.is_open and visit.doctor_user_id == row.prescriber_id
    return has_it or (row.state == "returned" and visit.ending in _ENDED_ORDERLY)


def asked(
    viewer: Viewer,
    visit: HeldVisit,
    row: Prescription,
    written: Sheet,
    known: Mapping[UUID, Medicine],
    *,
    at: datetime,
) -> Asked:
    """What policy is asked of this sheet, as it would be written now."""
    return Asked(
        visit=visit,
        doctor=people.practitioner(row.practitioner_id),
        patient=people.patient_card(row.patient_id),
        author=lawful.author_of(viewer, visit),
        written=written,
        medicines=dict(known),
        sheet=row.sheet,
        at=at,
    )


def check_hand(viewer: Viewer, visit: HeldVisit, *, at: datetime) -> None:
    """Raises RuleRefused for a program (R24), NotFound for everybody else but the doctor."""
    if lawful.is_program(viewer) and visit.practitioner_id is not None:
        row = _new_row(visit, sheet.WESTERN, at)
        lawful.may_prescribe(asked(viewer, visit, row, _EMPTY, {}, at=at), "add").demand()
    if viewer.user_id != visit.doctor_user_id:
        raise NotFound


def _new_row(visit: HeldVisit, kind: str, at: datetime) -> Prescription:
    due_at, due_step = PRESCRIPTION.due(PRESCRIPTION.initial, at) or (None, "")
    assert visit.practitioner_id is not None  # whoever asks is its doctor
    assert visit.doctor_user_id is not None
    return Prescription(
        id=ids.new(),
        institution_id=visit.institution_id,
        consultation_id=visit.id,
        patient_id=visit.patient_id,
        holder_id=visit.holder_id,
        practitioner_id=visit.practitioner_id,
        prescriber_id=visit.doctor_user_id,
        department=visit.department,
        sheet=kind,
        state=PRESCRIPTION.initial,
        state_since=at,
        due_at=due_at,
        due_step=due_step,
        begun_at=at,
    )


def _check_room(visit: HeldVisit) -> None:
    open_drafts = Prescription.objects.filter(consultation_id=visit.id, state__in=sorted(EDITABLE))
    if open_drafts.count() >= MOST_DRAFTS:
        raise Conflict(
            "too_many_drafts",
            Text(
                "本次就诊的处方草稿已经很多，请先签名或弃用其中一些。",
                "This visit has many drafts already; please sign or discard some of them first.",
            ),
        )


def _source(row: Prescription, copy_from: UUID) -> Prescription:
    """Raises NotFound: it is not of this patient and institution, not signed, or another sheet."""
    found = Prescription.objects.filter(
        pk=copy_from,
        patient_id=row.patient_id,
        institution_id=row.institution_id,
        sheet=row.sheet,
        version__gt=0,
    ).first()
    if found is None:
        raise NotFound
    return found


def _copy(row: Prescription, source: Prescription) -> None:
    """What was signed last, all of it; each field waits for the doctor's own word (R24).

    What the catalogue has changed since stands there too: saving names it, and nothing is left out in
    silence.
    """
    signed = PrescriptionVersion.objects.get(prescription=source, number=source.version)
    PrescriptionItem.objects.bulk_create(
        PrescriptionItem(
            prescription=row,
            position=place,
            sheet=row.sheet,
            product_id=UUID(each["product_id"]),
            dose=Decimal(each["dose"]),
            dose_unit=each["dose_unit"],
            route=each["route"],
            frequency=each["frequency"],
            days=each["days"],
            doses=each["doses"],
            quantity=each["quantity"],
            to_confirm=list(sheet.ENTERED),
        )
        for place, each in enumerate(signed.content["items"], 1)
    )


def _keep(row: Prescription, written: Sheet, known: Mapping[UUID, Medicine]) -> None:
    """Write over the draft; the marks of copied fields stay until each was entered or confirmed."""
    before = {each.product_id: each for each in PrescriptionItem.objects.filter(prescription=row)}
    PrescriptionItem.objects.filter(prescription=row).delete()
    PrescriptionItem.objects.bulk_create(
        PrescriptionItem(
            prescription=row,
            position=place,
            sheet=row.sheet,
            product_id=item.product_id,
            dose=Decimal(item.dose),
            dose_unit=item.dose_unit,
            route=item.route,
            frequency=item.frequency,
            days=item.days,
            doses=item.doses,
            quantity=sheet.quantity(known[item.product_id], item),
            to_confirm=_left_to_confirm(before.get(item.product_id), item),
        )
        for place, item in enumerate(written.items, 1)
    )
    facts: dict[str, Any] = dict(written.patient_facts)
    if written.weight_kg:
        facts[sheet.WEIGHT] = written.weight_kg
    values: list[Any] = [list(written.diagnoses), Jsonb(facts), Jsonb(asdict(written.told))]
    database.later(_SAVE, [*values, written.valid_days, row.pk])


def _left_to_confirm(before: PrescriptionItem | None, item: Written) -> list[str]:
    """What was marked stays so until it is confirmed or entered anew; a favourite's fields come to it."""
    entered: dict[str, object] = {
        "product_id": item.product_id,
        "dose": Decimal(item.dose),
        "dose_unit": item.dose_unit,
        "route": item.route,
        "frequency": item.frequency,
        "days": item.days,
        "doses": item.doses,
    }
    marked = set(item.to_confirm)
    if before is not None:
        marked |= {n for n in before.to_confirm if getattr(before, n) == entered[n]}
    return [name for name in sheet.ENTERED if name in marked and name not in item.confirmed]


def _audit(viewer: Viewer, row: Prescription, action: str, **detail: object) -> None:
    audit.record(
        viewer,
        action,
        subject=row.patient_id,
        thing="prescription",
        thing_id=row.pk,
        purpose="care",
        detail=detail,
    )


_KIND = Text("请选择处方类型。", "Please choose the kind of sheet.")
