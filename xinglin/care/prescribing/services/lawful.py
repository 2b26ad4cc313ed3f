"""Asks policy whether this may be written, reviewed, handed out (`prescribe`, `review`, `dispense`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, cast
from uuid import UUID

from django.conf import settings

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation.types import HeldVisit
from xinglin.care.people import queries as people
from xinglin.care.people.types import PatientCard, PractitionerCard
from xinglin.care.prescribing import sheet
from xinglin.care.prescribing.models import Pharmacist, Prescription, PrescriptionVersion
from xinglin.care.prescribing.queries import verifying
from xinglin.care.prescribing.services import hands
from xinglin.care.prescribing.sheet import Sheet
from xinglin.care.prescribing.types import Medicine
from xinglin.foundation.accounts.queries import is_service
from xinglin.foundation.accounts.types import SYSTEM_ID, Viewer
from xinglin.policy import facts
from xinglin.policy import rules as law

_ASSISTANT_PHYSICIAN: Final = "235"
_CATEGORY: Final[dict[str, frozenset[facts.ProductClass]]] = {
    "rx": frozenset({"rx"}),
    "otc": frozenset({"otc"}),
    # Nobody has said whether a patent medicine is one of prescription: the stricter holds.
    "tcm_patent": frozenset({"tcm_patent", "rx"}),
    "tcm_slices": frozenset({"tcm_slices"}),
}
_CONTROL: Final[dict[str, facts.ProductClass]] = {
    "narcotic": "narcotic",
    "psychotropic_1": "psychotropic_1",
    "psychotropic_2": "psychotropic_2",
    "toxic": "toxic",
    "radioactive": "radioactive",
    "special_rule": "special_rule_high_risk",
}
# Which step of the clock a time-out is; none of them passes anything, whatever policy may say (V14).
_TIMED_OUT: Final = {"refuse": "run_out"}
_IN_MONTHS_BELOW: Final = 24  # months, as the age is worded; ours: the rule says infants (R36)
_SPECIAL_STORAGE: Final = frozenset({"refrigerated", "frozen"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One sheet as policy is asked of it. `author`: whose act this is. `patient_signed`: this revision."""

    visit: HeldVisit
    doctor: PractitionerCard
    patient: PatientCard
    author: facts.Hand
    written: Sheet
    medicines: dict[UUID, Medicine]
    sheet: str
    at: datetime
    patient_signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How often it may be fetched and was. `not_before`: of the next repeat, a local date."""

    allowed: int
    taken: int
    not_before: date | None


def author_of(viewer: Viewer, visit: HeldVisit) -> facts.Hand:
    """R24: nothing a program writes enters a prescription."""
    if is_program(viewer):
        return "service"
    return "doctor" if viewer.user_id == visit.doctor_user_id else "other_person"


def is_program(viewer: Viewer) -> bool:
    return viewer.user_id == SYSTEM_ID or is_service(viewer.user_id)


def may_prescribe(
    asked: Asked,
    act: Literal["search", "add", "sign"],
    *,
    safety: facts.SafetyCheck | None = None,
    signature_kind: str = "",
) -> law.Verdict:
    """What policy `prescribe` says; the caller demands."""
    known = _prescribe_facts(asked, act, safety, signature_kind)
    return _decide("prescribe", known, asked.doctor.place, asked.at)


def without_and_with_patient(
    asked: Asked, *, safety: facts.SafetyCheck | None, signature_kind: str
) -> tuple[law.Verdict, law.Verdict]:
    """What it says to signing as long as the patient has not signed, and once the patient has."""
    known = _prescribe_facts(asked, "sign", safety, signature_kind)
    without, then = (
        _decide("prescribe", replace(known, patient_signed=is_signed), asked.doctor.place, asked.at)
        for is_signed in (False, True)
    )
    return without, then


def _prescribe_facts(
    asked: Asked,
    act: Literal["search", "add", "sign"],
    safety: facts.SafetyCheck | None,
    signature_kind: str,
) -> facts.Prescribe:
    """What is known of the sheet.

    Not offered by the sheet, and so told as it stands in `facts.Prescribe`: that it is of an emergency
    (whose shorter supply is therefore not asked for), a refill of an earlier one, that the assessment
    was adequate, risk and safeguards written down, and whether the general practitioner may know.
    """
    visit, doctor, patient = asked.visit, asked.doctor, asked.patient
    basis = visits.follow_up_basis(visit.id)
    told = asked.written.told
    staff = people.staff_facts(doctor.id, asked.at, 0, institution_id=visit.institution_id)
    return facts.Prescribe(
        act=act,
        doctor=staff,
        right_to_prescribe=staff.institution_consented and staff.title != _ASSISTANT_PHYSICIAN,
        specialties=frozenset(_codes(doctor.departments)),
        author="service" if not staff.is_human else asked.author,
        institution=str(visit.institution_id),
        specialty=next(iter(_codes([visit.department])), ""),
        channel=cast("Literal['text', 'audio', 'video']", visit.channel),
        visit_kind=cast("Literal['advice', 'follow_up', 'first_visit', 'campaign']", visit.kind),
        may_prescribe=basis.may_prescribe,
        proven=basis.codes,
        diagnoses=asked.written.diagnoses,
        birth_date=patient.birth_date,
        patient_is=people.kinship(doctor.user_id, patient.id),
        items=tuple(_items(asked)),
        sheet="tcm_slices" if asked.sheet == sheet.SLICES else "western",
        age_written_in=age_unit(patient),
        weight_kg=float(asked.written.weight_kg) if asked.written.weight_kg else None,
        longer_for=cast("Literal['', 'chronic', 'old_age', 'special']", told.longer_for),
        longer_reason=told.longer_reason,
        long_term=told.long_term,
        stable=told.stable,
        # "In the record" is more than a tick: the words are there, and the patient reads them.
        evaluated=told.evaluated and len(told.evaluation.strip()) >= sheet.SHORTEST_REASON,
        patient_signed=asked.patient_signed,
        first_issued_offline=told.first_issued_offline,
        guardian_present=told.guardian_present,
        safety=safety,
        signature_kind=signature_kind,
        valid_days=asked.written.valid_days,
        repeats=told.repeats,
        repeat_after_days=told.repeat_after_days,
        now=asked.at,
    )


def age_unit(patient: PatientCard) -> Literal["years", "months", "days"]:
    """As `age_text` words the age: days in the first month of life, then months up to two years."""
    if patient.age_months < 1:
        return "days"
    return "months" if patient.age_months < _IN_MONTHS_BELOW else "years"


def may_review(
    row: Prescription,
    act: Literal["claim", "sign", "take_effect"],
    *,
    version: PrescriptionVersion,
    reviewer: Viewer,
    deadline: datetime,
    safety: facts.SafetyCheck | None,
    signatures: Sequence[facts.Signature],
    at: datetime,
) -> law.Verdict:
    """What policy `review` says of this reviewer and version, now; `queue`: there has to be another.

    Args:
        signatures: the doctor's, and then the reviewer's, once it is made.
    """
    doctors, reviewers, *_ = (*signatures, None, None)
    place = people.institution(row.institution_id).place
    first = verifying.first_of(version)
    known = facts.Review(
        act=act,
        reviewer=pharmacist_facts(reviewer, row.institution_id, at=at, place=place),
        classes=classes_in(version.content),
        house_wants_two_for=_house_wants_two_for(),
        two_asked=version.reviews_needed > 1,
        first_signature=hands.as_fact(first.algorithm, intact=verifying.first_holds(version, first))
        if first
        else None,
        same_as_first=is_same_person(reviewer.user_id, first.reviewed_by) if first else False,
        same_account=reviewer.user_id == row.prescriber_id,
        same_person=is_same_person(reviewer.user_id, row.prescriber_id),
        deadline=deadline,
        safety=safety,
        doctor_signature=doctors,
        reviewer_signature=reviewers,
        now=at,
    )
    return _decide("review", known, place, at)


def review_within(institution_id: UUID, at: datetime) -> timedelta:
    """How long a review may take there, if it begins now (`review_deadline_minutes`)."""
    return timedelta(minutes=_knob("review_deadline_minutes", institution_id, at))


def timed_out_by(institution_id: UUID, at: datetime) -> str:
    """The clock's step when nobody has reviewed in time (`review_timeout_action`)."""
    return _TIMED_OUT.get(_knob("review_timeout_action", institution_id, at), "escalate")


def reviews_needed(institution_id: UUID, content: Mapping[str, Any], at: datetime) -> int:
    """How many pharmacists pass what is signed now: two, where the place or the house names one of its
    classes (`second_review_classes`).
    """
    named = _knob("second_review_classes", institution_id, at) | _house_wants_two_for()
    return 2 if classes_in(content) & named else 1


def classes_in(content: Mapping[str, Any]) -> frozenset[facts.ProductClass]:
    """Of all medicines of what was signed, as the catalogue knew them then."""
    return frozenset[facts.ProductClass]().union(*(each["classes"] for each in content["items"]))


def _house_wants_two_for() -> frozenset[facts.ProductClass]:
    """The hospital's own option; the app does not start with a class that nobody knows."""
    return cast("frozenset[facts.ProductClass]", settings.SECOND_REVIEW_FOR)


def is_same_person(one: UUID, other: UUID) -> bool | None:
    """By the account, or by an identity that both accounts are known by; None: of one none is known."""
    if one == other:
        return True
    mine, theirs = marks_of(one), marks_of(other)
    return bool(mine & theirs) if mine and theirs else None


def marks_of(user_id: UUID) -> frozenset[str]:
    """By what the person of an account is known: as patient, as doctor, as pharmacist."""
    rows = Pharmacist.objects.filter(pk=user_id).values_list("id_number_index", flat=True)
    return people.identity_marks(user_id) | {bytes(mark).hex() for mark in rows if mark}


def pharmacist_facts(
    viewer: Viewer, institution_id: UUID, *, at: datetime, place: str
) -> facts.StaffEligibility:
    """Of the licence on file; without one policy finds that it is missing."""
    row = Pharmacist.objects.filter(pk=viewer.user_id, institution_id=institution_id).first()
    return facts.StaffEligibility(
        role="pharmacist",
        is_human=not is_program(viewer),
        licence_number=row.licence_number if row else "",
        licence_from=row.licence_from if row else law.local_date(at, place),
        licence_until=row.licence_until if row else None,
        registered_here=row is not None,
        institution_consented=row is not None,
        title=row.title_code if row else "",
        suspended=row is not None and row.suspended_at is not None,
        now=at,
    )


def may_dispense(
    row: Prescription,
    *,
    classes: Sequence[frozenset[facts.ProductClass]],
    written_on: date,
    times: Times,
    at: datetime,
) -> law.Verdict:
    """What policy `dispense` says of taking the ticket now; the patient has brought it there."""
    known = facts.Dispense(
        act="order",
        items=tuple(classes),
        effective=row.state == "effective",
        same_patient=True,
        voided=row.state == "voided",
        written_on=written_on,
        valid_days=row.valid_days,
        times_allowed=times.allowed,
        times_taken=times.taken,
        not_before=times.not_before,
        chosen_by_patient=True,
    )
    return _decide("dispense", known, people.institution(row.institution_id).place, at)


def classes_of(medicine: Medicine) -> frozenset[facts.ProductClass]:
    """All that the catalogue knows of the product."""
    found = set(_CATEGORY.get(medicine.category, frozenset[facts.ProductClass]()))
    if medicine.control in _CONTROL:
        found.add(_CONTROL[medicine.control])
    if medicine.injection:
        found.add("injection")
    if medicine.high_alert:
        found.add("high_alert")
    if medicine.antibiotic:
        found.add("antibacterial")
    if medicine.special_use_antibacterial:
        found.add("special_use_antibacterial")
    if medicine.storage in _SPECIAL_STORAGE:
        found.add("special_storage")
    return frozenset(found)


def _items(asked: Asked) -> Iterable[facts.PrescribedItem]:
    for item in asked.written.items:
        medicine = asked.medicines[item.product_id]
        yield facts.PrescribedItem(
            classes=classes_of(medicine),
            entered_by=asked.author,
            days=item.days,
            generic_name=True,
            dose_in_units=item.dose_unit in sheet.units_of(medicine),
        )


def _codes(slugs: Iterable[str]) -> Iterable[str]:
    for slug in slugs:
        yield from people.department(slug).codes


def _knob(name: str, institution_id: UUID, at: datetime) -> Any:
    place = people.institution(institution_id).place
    return law.knob(name, place=place, on=law.local_date(at, place))


def _decide(decision: str, known: object, place: str, at: datetime) -> law.Verdict:
    return law.decide(decision, known, place=place, on=law.local_date(at, place))
