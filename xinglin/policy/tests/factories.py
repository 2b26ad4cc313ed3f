"""Valid facts with the fewest words; each test changes what it is about."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from xinglin.kernel.identity import check_character
from xinglin.policy.facts import (
    AcceptConsultation,
    Dispense,
    FollowUpProof,
    OpenKind,
    Prescribe,
    PrescribedItem,
    RegisterPatient,
    Retain,
    Review,
    SafetyCheck,
    Signature,
    StaffEligibility,
)

IN_2025 = date(2025, 6, 10)
NOW = datetime(2025, 6, 10, 4, 0, tzinfo=UTC)  # noon in China


def resident_id(born: date, *, region: str = "110101", sequence: str = "123") -> str:
    first = f"{region}{born:%Y%m%d}{sequence}"
    return first + check_character(first)


def patient(**changes: Any) -> RegisterPatient:
    born = changes.get("birth_date", date(1985, 4, 5))
    adult = RegisterPatient(
        real_name="林小杏",
        id_type="01",
        id_number=resident_id(born),
        birth_date=born,
        relation="self",
        guardian_registers=False,
        phone_verified=True,
        sensitive_data_consent=True,
    )
    return replace(adult, **changes)


def doctor(**changes: Any) -> StaffEligibility:
    able = StaffEligibility(
        role="doctor",
        is_human=True,
        licence_number="110000000000001",
        licence_from=date(2015, 1, 1),
        licence_until=None,
        independent_since=date(2015, 6, 1),
        institution_consented=True,
        registered_here=True,
        multi_site_filed=False,
        title="233",
        open_visits=0,
        now=NOW,
    )
    return replace(able, **changes)


def accepting(**changes: Any) -> AcceptConsultation:
    ready = AcceptConsultation(
        doctor=doctor(), identity_checked_at=NOW - timedelta(hours=1), now=NOW
    )
    return replace(ready, **changes)


def visit(**changes: Any) -> OpenKind:
    advice = OpenKind(
        wanted="advice",
        age_years=40,
        specialty="03.04",
        institution="xinglin",
        institution_licensed=True,
        identity_verified=True,
        consent_required_version="2025-01",
        consent_given_version="2025-01",
    )
    return replace(advice, **changes)


def summary(**changes: Any) -> FollowUpProof:
    paper = FollowUpProof(
        kind="discharge_summary", diagnosis_code="I10.x00", issued_on=date(2025, 3, 1)
    )
    return replace(paper, **changes)


def without_proof(**changes: Any) -> OpenKind:
    """V01."""
    return visit(**{"wanted": "follow_up", "wants_prescription": True, **changes})


def with_proof(**changes: Any) -> OpenKind:
    """V02."""
    return without_proof(**{"proof": summary(), "same_diagnosis": True, **changes})


def pilot_visit(**changes: Any) -> OpenKind:
    """V04."""
    child = {
        "wanted": "first_visit",
        "age_years": 8,
        "specialty": "09.01",
        "institution": "beijing_childrens_hospital",
        "guardian_present": True,
        "doctor_whitelisted": True,
        "doctor_title": "233",
        "doctor_online_years": 1.0,
    }
    return visit(**{**child, **changes})


def thing(name: str, **changes: Any) -> Retain:
    kept = Retain(thing=name, made_at=NOW, wants_delete=False, now=NOW)
    return replace(kept, **changes)


RX = frozenset({"rx"})
SIGNED = Signature(kind="certificate", intact=True, by_person=True)


def item(*classes: str, **changes: Any) -> PrescribedItem:
    """A prescription medicine for a week; further classes beside `rx`."""
    tablet = PrescribedItem(
        classes=RX | set(classes),
        entered_by="doctor",
        days=7,
        generic_name=True,
        dose_in_units=True,
    )
    return replace(tablet, **changes)


def sheet(*items: PrescribedItem, **changes: Any) -> Prescribe:
    """An adult's follow-up for hypertension, complete and about to be signed."""
    ready = Prescribe(
        act="sign",
        doctor=doctor(),
        right_to_prescribe=True,
        specialties=frozenset({"03"}),
        author="doctor",
        institution="xinglin",
        specialty="03.04",
        channel="text",
        visit_kind="follow_up",
        may_prescribe=True,
        proven=frozenset({"I10.x00"}),
        diagnoses=("I10.x00",),
        birth_date=date(1985, 4, 5),
        patient_is="other",
        items=items or (item(),),
        safety=SafetyCheck(complete=True),
        signature_kind="certificate",
        now=NOW,
    )
    return replace(ready, **changes)


def child_sheet(**changes: Any) -> Prescribe:
    """V09: five years old, with guardian and paediatrician."""
    young = {
        "birth_date": date(2020, 1, 1),
        "guardian_present": True,
        "specialties": frozenset({"07"}),
    }
    return sheet(**{**young, **changes})


def long_sheet(days: int, *classes: str, **changes: Any) -> Prescribe:
    """V17a: stable, evaluated, signed by the patient, and not the first."""
    complete = {
        "long_term": True,
        "stable": True,
        "evaluated": True,
        "patient_signed": True,
        "first_issued_offline": True,
    }
    return sheet(item(*classes, days=days), **{**complete, **changes})


def pharmacist(**changes: Any) -> StaffEligibility:
    return doctor(**{"role": "pharmacist", "licence_number": "P1", "title": "243", **changes})


def reviewing(**changes: Any) -> Review:
    """All is signed, and the pharmacist is in time."""
    passed = Review(
        act="take_effect",
        reviewer=pharmacist(),
        deadline=NOW + timedelta(minutes=10),
        safety=SafetyCheck(complete=True),
        doctor_signature=SIGNED,
        reviewer_signature=SIGNED,
        now=NOW,
    )
    return replace(passed, **changes)


def dispensing(**changes: Any) -> Dispense:
    """An order on a prescription that took effect today."""
    order = Dispense(
        act="order",
        items=(RX,),
        effective=True,
        same_patient=True,
        written_on=IN_2025,
        chosen_by_patient=True,
    )
    return replace(order, **changes)
