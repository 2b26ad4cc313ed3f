"""The safety check run again on what was signed: facts, and what else the patient takes, may be new."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from xinglin.care.consultation import queries as consultation
from xinglin.care.people import queries as people
from xinglin.care.prescribing import sheet
from xinglin.care.prescribing.lifecycle import IN_REVIEW
from xinglin.care.prescribing.models import Prescription, PrescriptionVersion
from xinglin.care.prescribing.queries import allergies
from xinglin.care.prescribing.queries.catalogue import refusals
from xinglin.care.prescribing.queries.prescribable import medicines
from xinglin.care.prescribing.services import checking
from xinglin.care.prescribing.sheet import Sheet, Told, Written
from xinglin.care.prescribing.types import AllergyAnswer, Medicine
from xinglin.kernel.errors import Refusal, RuleRefused
from xinglin.kernel.text import Text
from xinglin.policy import facts
from xinglin.policy import rules as law

_NOT_AGAIN = Refusal(
    "XL14",
    "本平台默认规则 (house default)",
    Text(
        "开具之后，用药安全审查发现了新的问题，这次不能再取药。",
        "Since the prescription was written the safety check has found something new, so this repeat is not"
        " handed out.",
    ),
    Text(
        "请联系开方医师复诊；仍需用药时由医师重新开具。",
        "Please see the doctor who wrote it; if the medicine is still needed, the doctor writes a new"
        " prescription.",
    ),
)


def answered(version: PrescriptionVersion) -> facts.SafetyCheck:
    """As it was signed, with the doctor's answers."""
    return checking.for_policy(version.report, version.overrides)


def report_again(
    row: Prescription, version: PrescriptionVersion, *, at: datetime
) -> dict[str, Any]:
    """Of now, as `checking.told` has it.

    Raises:
        CheckFailedError: the check did not run to its end.
        RuleRefused: by now the catalogue lets nobody prescribe one of the medicines.
    """
    known = _medicines_of(row, version)
    against = [each for medicine in known.values() for each in refusals(medicine)]
    if against:
        raise RuleRefused(against)
    return _report_of(row, version, known, at)


def new_hits(version: PrescriptionVersion, report: Mapping[str, Any]) -> list[str]:
    """Ids of hits that its doctor has not seen, or not at this level."""
    before = {each["id"]: each["level"] for each in version.report["hits"]}
    return [each["id"] for each in report["hits"] if before.get(each["id"]) != each["level"]]


def demand_sound(row: Prescription, version: PrescriptionVersion, *, at: datetime) -> None:
    """Before a repeat is handed out: nothing that the signature would be refused for now (XL14).

    Raises:
        CheckFailedError: the check did not run to its end.
        RuleRefused: it did not pass.
    """
    found = checking.for_policy(report_again(row, version, at=at), version.overrides)
    place = people.institution(row.institution_id).place
    actions = law.knob("safety_actions", place=place, on=law.local_date(at, place))
    # A level that nobody knows counts as the strictest.
    asked = {actions.get(level, "refuse") for level in found.open_levels}
    asked |= {actions.get(level, "refuse") for level in found.overridden_levels} - {"reason"}
    if asked & {"refuse", "reason"}:
        raise RuleRefused([_NOT_AGAIN])


def seen_again(prescription_id: UUID, *, at: datetime) -> dict[str, Any]:
    """What the check says now to what waits for a review, for those who have checked who asks.

    Answers `recheck` (same, changed, failed, or empty when nothing waits), `report_now` (where it has
    changed), `new_hits`: ids of hits that the doctor has not seen, and `allergies_later`: what the
    visit has come to name since it was signed, as `allergies.shown` has it.
    """
    row = Prescription.objects.get(pk=prescription_id)
    nothing: dict[str, Any] = {"report_now": None, "new_hits": [], "allergies_later": []}
    if row.state not in IN_REVIEW:
        return {"recheck": "", **nothing}
    version = PrescriptionVersion.objects.get(prescription=row, number=row.version)
    nothing["allergies_later"] = allergies.shown(_told_later(row, version))
    try:
        report = _report_of(row, version, _medicines_of(row, version), at)
    except checking.CheckFailedError:
        return {"recheck": "failed", **nothing}
    before = {each["id"]: each["level"] for each in version.report["hits"]}
    now = {each["id"]: each["level"] for each in report["hits"]}
    if now == before:
        return {"recheck": "same", **nothing}
    new = new_hits(version, report)
    return {"recheck": "changed", **nothing, "report_now": report, "new_hits": new}


def _medicines_of(row: Prescription, version: PrescriptionVersion) -> dict[UUID, Medicine]:
    signed = (UUID(each["product_id"]) for each in version.content["items"])
    return medicines(signed, institution_id=row.institution_id)


def _report_of(
    row: Prescription, version: PrescriptionVersion, known: Mapping[UUID, Medicine], at: datetime
) -> dict[str, Any]:
    told = (*allergies.answers_signed(version.content), *_told_later(row, version))
    current = checking.taken_now(row.patient_id, but=row.pk, at=at, signed_until=version.signed_at)
    case = checking.case_of(
        _as_signed(version),
        known,
        people.patient_card(row.patient_id),
        diagnoses=version.content["diagnoses"],
        allergies=told,
        current=current,
    )
    return checking.told(checking.checked(case), told)


def _told_later(row: Prescription, version: PrescriptionVersion) -> tuple[AllergyAnswer, ...]:
    """The record is often written after the prescription. Earlier visits are not opened again."""
    return allergies.answers_later(
        allergies.answers_signed(version.content),
        consultation.allergies_of_visit(row.consultation_id),
        place=people.patient_card(row.patient_id).place,
    )


def _as_signed(version: PrescriptionVersion) -> Sheet:
    content = version.content
    known = dict(content["patient_facts"])
    weight = str(known.pop(sheet.WEIGHT, ""))
    return Sheet(
        items=tuple(
            Written(
                product_id=UUID(each["product_id"]),
                dose=str(Decimal(each["dose"])),
                dose_unit=each["dose_unit"],
                route=each["route"],
                frequency=each["frequency"],
                days=each["days"],
                doses=each["doses"],
            )
            for each in content["items"]
        ),
        diagnoses=tuple(each["code"] for each in content["diagnoses"]),
        valid_days=content["valid_days"],
        patient_facts=known,
        weight_kg=weight,
        told=Told(**content["told"]),
    )
