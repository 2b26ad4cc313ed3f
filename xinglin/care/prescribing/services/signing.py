"""The doctor's signature: over every word of the sheet, the safety report, and the doctor's reasons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.queries.diagnoses import chosen_diagnoses
from xinglin.care.consultation.types import HeldVisit
from xinglin.care.people.types import PatientCard
from xinglin.care.prescribing import statement
from xinglin.care.prescribing.models import (
    Prescription,
    PrescriptionConsent,
    PrescriptionItem,
    PrescriptionOverride,
)
from xinglin.care.prescribing.queries import allergies
from xinglin.care.prescribing.queries.drafts import written_on
from xinglin.care.prescribing.queries.prescribable import medicines
from xinglin.care.prescribing.services import checking, consents, lawful, sheet_words, steps
from xinglin.care.prescribing.services.allergies import known_allergies
from xinglin.care.prescribing.services.forms import check_form, check_words
from xinglin.care.prescribing.services.hands import signed_with
from xinglin.care.prescribing.services.lawful import Asked
from xinglin.care.prescribing.services.writing import (
    PrescriptionChangedError,
    asked,
    check_hand,
    check_writable,
)
from xinglin.care.prescribing.sheet import Sheet
from xinglin.care.prescribing.types import AllergyAnswer
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.foundation.signing import services as signing
from xinglin.kernel import ids
from xinglin.kernel.errors import FieldError, Invalid
from xinglin.kernel.text import Text
from xinglin.policy import facts
from xinglin.policy import rules as law

_KEEP = """
    insert into prescription_version
        (id, prescription_id, number, content, report, overrides, rule_ids, practitioner_id,
         signed_by, signer_marks, signed_at, algorithm, key_id, signature, sha256, certificates,
         reviews_needed)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A draft with everything that is known of it now, checked. `report` as `checking.told` has it.

    `words`: as `sheet_words` has them. `consent`: the patient's last, and what stands of it.
    """

    row: Prescription
    asked: Asked
    items: Sequence[PrescriptionItem]
    words: Mapping[str, Any]
    consent: PrescriptionConsent | None
    consent_state: str
    allergies: Sequence[AllergyAnswer]
    report: Report

    @property
    def written(self) -> Sheet:
        return self.asked.written


@outbox.in_one_transaction()
def check(viewer: Viewer, prescription_id: UUID, *, at: datetime) -> dict[str, Any]:
    """What the safety check says of the draft as it was saved, and what policy would say to signing.

    Answers `report`, `allergies` (what was checked, as `allergies.shown` has it), `refusals` (of
    policy `prescribe`, as if every hit that wants a reason had one), `to_answer`: the ids of those
    hits, and `consent`: what stands of the patient's.
    Raises:
        NotFound, IllegalStep: as `sign`.
        Invalid: there is nothing to check.
        CheckFailedError: the check did not run to its end.
    Locks: thread, visit and prescription.
    """
    row, visit = steps.locked(prescription_id)
    check_writable(viewer, row, visit)
    ready = made_ready(viewer, row, visit, at=at)
    safety = as_if_answered(ready)
    verdict = lawful.may_prescribe(
        ready.asked, "sign", safety=safety, signature_kind=signing.kind()
    )
    _audit(viewer, row, "prescription.check", ready.report)
    return {
        "report": ready.report,
        "allergies": allergies.shown(ready.allergies),
        "refusals": verdict.refusals,
        "notes": verdict.notes,
        "to_answer": [each["id"] for each in _asking(ready)],
        "consent": consents.told(ready.consent, ready.consent_state, ready.asked, safety),
    }


def as_if_answered(ready: Ready) -> facts.SafetyCheck | None:
    """The check, as if the doctor had a reason for every hit that wants one."""
    return checking.for_policy(ready.report, [{"hit": each["id"]} for each in _asking(ready)])


@outbox.in_one_transaction()
def sign(
    viewer: Viewer,
    prescription_id: UUID,
    *,
    revision: int,
    overrides: Mapping[str, str],
    at: datetime,
) -> int:
    """Sign what was saved: a version that a pharmacist may review, and nothing more. Answers its number.

    Args:
        revision: the one that the doctor saw, so that nothing unseen is signed.
        overrides: hit -> why the doctor goes on; every hit of a level that wants a reason needs one.
    Raises:
        NotFound: the viewer is not its doctor.
        IllegalStep: it is signed, or its visit is over.
        PrescriptionChangedError: the draft was saved meanwhile.
        Invalid: something is missing, copied and not confirmed, or a hit is not answered.
        RuleRefused: policy `prescribe` does not allow it now; carries every refusal.
        CheckFailedError, SigningFailedError: nothing was signed, and nothing is stored.
    Locks: thread, visit, prescription, and the patient's others. Emits: PrescriptionSigned.
    """
    row, visit = steps.locked(prescription_id)
    if lawful.is_program(viewer):
        check_hand(viewer, visit, at=at)
    check_writable(viewer, row, visit)
    if revision != row.revision:
        raise PrescriptionChangedError(row.revision)
    steps.alone_with_patient(row)
    ready = made_ready(viewer, row, visit, at=at)
    check_confirmed(ready.items)
    answered = _answered(ready, overrides)
    verdict = lawful.may_prescribe(
        ready.asked,
        "sign",
        safety=checking.for_policy(ready.report, answered),
        signature_kind=signing.kind(),
    ).demand()
    number = row.version + 1
    expires_at = _expires_at(ready, at)
    content = content_of(ready, number=number, expires_at=expires_at)
    version_id = _keep_version(viewer, ready, verdict, answered, content)
    _count(version_id, ready, answered, at)
    notes = tuple(dict.fromkeys(each.rule_id for each in verdict.notes))
    steps.take(
        row,
        "sign",
        who="doctor",
        actor=viewer,
        at=at,
        detail={"version": number, "overrides": len(answered), "notes": list(notes)},
        changes={
            "version": number,
            "expires_at": expires_at,
            "review_due_at": at + lawful.review_within(row.institution_id, at),
            "reviewer_id": None,
        },
        notes=notes,
    )
    messages.post_card(
        row.consultation_id, "prescription_signed", _SIGNED, prescription_id=str(row.pk)
    )
    return number


def content_of(ready: Ready, *, number: int, expires_at: datetime) -> dict[str, Any]:
    """Every word of the sheet, with the names that hold today; no number but whole ones."""
    patient = ready.asked.patient
    return {
        **ready.words,
        "number": number,
        "patient": _patient(patient),
        "allergies": ready.asked.visit.allergies,
        "consent": consents.as_content(ready.consent) if ready.asked.patient_signed else None,
        allergies.CHECKED: allergies.as_json(ready.allergies),
        "written_on": law.local_date(ready.asked.at, ready.asked.doctor.place).isoformat(),
        "expires_at": statement.moment(expires_at),
    }


def made_ready(viewer: Viewer, row: Prescription, visit: HeldVisit, *, at: datetime) -> Ready:
    """Raises Invalid: a value is wrong by now, or there is nothing on the sheet."""
    written, items = written_on(row)
    if not written.items:
        raise Invalid(FieldError("items", _NO_ITEMS))
    if not written.diagnoses:
        raise Invalid(FieldError("diagnoses", _NO_DIAGNOSES))
    known = medicines((each.product_id for each in items), institution_id=row.institution_id)
    check_form(written, known, kind=row.sheet)
    of_sheet = asked(viewer, visit, row, written, known, at=at)
    diagnoses = chosen_diagnoses(written.diagnoses, field="diagnoses")
    told = known_allergies(viewer, row, visit, place=of_sheet.patient.place)
    case = checking.case_of(
        written,
        known,
        of_sheet.patient,
        diagnoses=diagnoses,
        allergies=told,
        current=checking.taken_now(row.patient_id, but=row.pk, at=at),
    )
    words = sheet_words.words_of(row, items, known, diagnoses)
    consent = consents.latest(row.pk)
    stands = consents.standing(consent, row, visit, words, at=at)
    return Ready(
        row=row,
        asked=replace(of_sheet, patient_signed=stands == "signed"),
        items=items,
        words=words,
        consent=consent,
        consent_state=stands,
        allergies=told,
        report=checking.told(checking.checked(case), told),
    )


def check_confirmed(items: Iterable[PrescriptionItem]) -> None:
    """Raises Invalid naming each proposed field that the doctor has not entered anew (R24)."""
    left = [
        FieldError(f"items.{place}.{name}", _CONFIRM)
        for place, each in enumerate(items)
        for name in each.to_confirm
    ]
    if left:
        raise Invalid(*left, code="copied_not_confirmed", text=_CONFIRM)


def _answered(ready: Ready, overrides: Mapping[str, str]) -> list[dict[str, str]]:
    """Each hit that wants a reason, with the doctor's. Raises Invalid naming those without one.

    What policy refuses stays open: no reason of a doctor takes it away.
    """
    asking = _asking(ready)
    left = [each for each in asking if each["id"] not in overrides]
    if left:
        raise Invalid(
            *(FieldError(f"overrides.{each['id']}", Text(**each["text"])) for each in left),
            code="safety_hits_open",
            text=_HITS,
        )
    return [
        {
            "hit": each["id"],
            "reason": check_words(overrides[each["id"]], f"overrides.{each['id']}"),
        }
        for each in asking
    ]


def _asking(ready: Ready) -> list[Mapping[str, Any]]:
    """Hits of the levels that policy lets a doctor go on over, for a reason (`safety_actions`)."""
    place = ready.asked.doctor.place
    actions = law.knob("safety_actions", place=place, on=law.local_date(ready.asked.at, place))
    return [each for each in ready.report["hits"] if actions.get(each["level"]) == "reason"]


def _expires_at(ready: Ready, at: datetime) -> datetime:
    """R33: the day of writing is day 1; the first moment after the last day, with all its repeats."""
    place = ready.asked.doctor.place
    told = ready.written.told
    days = ready.row.valid_days + told.repeats * told.repeat_after_days
    day = law.local_date(at, place) + timedelta(days=days)
    return law.day_begins(day, place)


def _keep_version(
    viewer: Viewer,
    ready: Ready,
    verdict: law.Verdict,
    answered: Sequence[Mapping[str, str]],
    content: Mapping[str, Any],
) -> UUID:
    row, at, number = ready.row, ready.asked.at, int(content["number"])
    said = statement.doctors(
        prescription_id=row.pk,
        version=number,
        content=content,
        report=ready.report,
        overrides=answered,
        practitioner_id=row.practitioner_id,
        signed_by=viewer.user_id,
        signed_at=at,
    )
    made = signed_with(viewer.user_id, said, at)
    version_id = ids.new()
    values: list[Any] = [version_id, row.pk, number, Jsonb(content), Jsonb(ready.report)]
    values += [Jsonb(list(answered)), Jsonb(list(verdict.rule_ids)), row.practitioner_id]
    values += [viewer.user_id, sorted(lawful.marks_of(viewer.user_id)), at, made.algorithm]
    values += [made.key_id, made.value, made.sha256, list(made.certificates)]
    values.append(lawful.reviews_needed(row.institution_id, content, at))
    database.later(_KEEP, values)
    return version_id


def _count(
    version_id: UUID, ready: Ready, answered: Iterable[Mapping[str, str]], at: datetime
) -> None:
    hits = {each["id"]: each for each in ready.report["hits"]}
    PrescriptionOverride.objects.bulk_create(
        PrescriptionOverride(
            version_id=version_id,
            practitioner_id=ready.row.practitioner_id,
            kind=hits[each["hit"]]["kind"],
            level=hits[each["hit"]]["level"],
            rule=hits[each["hit"]]["rule"][:80],
            reason=each["reason"],
            at=at,
        )
        for each in answered
    )


def _patient(card: PatientCard) -> dict[str, Any]:
    return {
        "id": str(card.id),
        "sex": card.sex,
        "birth_date": card.birth_date.isoformat(),
        "age_unit": lawful.age_unit(card),
        "age": card.age_text.as_dict(),
    }


def _audit(viewer: Viewer, row: Prescription, action: str, report: Report) -> None:
    audit.record(
        viewer,
        action,
        subject=row.patient_id,
        thing="prescription",
        thing_id=row.pk,
        purpose="care",
        detail={"hits": len(report["hits"]), "revision": row.revision},
    )


_SIGNED = Text(
    "医生已开具处方并签名，正在等待药师审核；审核通过前处方尚未生效。",
    "The doctor has written and signed a prescription. A pharmacist reviews it now; until then it is"
    " not effective.",
)
_NO_ITEMS = Text("请至少开具一种药品。", "Please write at least one medicine.")
_NO_DIAGNOSES = Text("请填写临床诊断。", "Please give the clinical diagnosis.")
_CONFIRM = Text(
    "此项由既往处方或常用药带入，请医生本人核对并确认后再签名。",
    "This was copied from an earlier prescription or a favourite; please look at it and confirm it"
    " before signing.",
)
_HITS = Text(
    "用药安全检查有需要处理的提示：请修改处方，或写明继续的理由。",
    "The safety check interrupts: please change the prescription, or give the reason for going on.",
)
