"""What stands of a patient's consent to a long supply: nothing is kept of it but question and answer.

So no change of the sheet, and no end of the visit, has anything to undo (ADR 0055).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.queries.faces import doctor_json
from xinglin.care.consultation.types import HeldVisit
from xinglin.care.people import queries as people
from xinglin.care.prescribing.lifecycle import EDITABLE
from xinglin.care.prescribing.models import Prescription, PrescriptionConsent
from xinglin.care.prescribing.queries import signed, verifying
from xinglin.care.prescribing.services import lawful, sheet_words
from xinglin.care.prescribing.services.lawful import Asked
from xinglin.care.prescribing.services.writing import is_writable
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.outbox import services as outbox
from xinglin.foundation.signing import services as signing
from xinglin.kernel.errors import Invalid, NotFound
from xinglin.kernel.text import Text
from xinglin.policy import facts
from xinglin.policy import rules as law

ANSWER_WITHIN: Final = timedelta(hours=2)
"""Ours: no source gives a number. The doctor may ask again."""
STATES: Final = {
    "none": Text("尚未请患者签名", "The patient has not been asked"),
    "asked": Text("等待患者签名", "Waits for the patient's signature"),
    "signed": Text("患者已签名同意", "The patient has signed"),
    "declined": Text("患者不同意", "The patient has declined"),
    "withdrawn": Text("患者已撤回签名", "The patient has withdrawn the signature"),
    "changed": Text(
        "处方有改动，原签名或询问已失效", "The sheet has changed; it holds for nothing now"
    ),
    "lapsed": Text(
        "签名不再有效：代签人的授权已变，或签名核验不通过，请重新请患者签名",
        "It holds no longer: who signed may not sign for the patient now, or the signature does not hold;"
        " please ask again",
    ),
    "expired": Text("超过时限未答复", "Not answered in time"),
    "used": Text("医生已据此签署处方", "The doctor has signed with it"),
    "closed": Text("已结束，不再需要签名", "Over; no signature is wanted any more"),
}

HOLDING: Final = frozenset({"asked", "signed"})
"""Nothing is asked again while these hold."""


def latest(prescription_id: UUID) -> PrescriptionConsent | None:
    """The last question; with an answer or without."""
    found = PrescriptionConsent.objects.filter(prescription_id=prescription_id)
    return found.order_by("-pk").first()


def standing(
    asked: PrescriptionConsent | None,
    row: Prescription,
    visit: HeldVisit,
    words: Mapping[str, Any] | None,
    *,
    at: datetime,
) -> str:
    """Of `STATES`. `words`: of the sheet as it is now; None: no such sheet could be written now."""
    if asked is None:
        return "none"
    if asked.withdrawn_at is not None or asked.answer == "declined":
        return "declined" if asked.withdrawn_at is None else "withdrawn"
    is_signed = asked.answer == "signed"
    if not is_writable(row, visit):
        is_used = is_signed and row.version and row.state not in {*EDITABLE, "discarded"}
        return "used" if is_used and asked.revision == row.revision else "closed"
    if words is None or sheet_words.digest(row, words) != asked.sheet_sha256:
        return "changed"
    if is_signed:
        return "signed" if _still_holds(asked, row) else "lapsed"
    return "expired" if at >= asked.due_at else "asked"


def _still_holds(asked: PrescriptionConsent, row: Prescription) -> bool:
    """The signature is of this question, and whoever gave it may still give it for the patient."""
    asking = people.asking_for(people.patient_card(row.patient_id))
    return (
        asking.role == asked.role
        and (asking.role != "proxy" or asking.consent_id is not None)
        and asked.answered_by == row.holder_id
        and verifying.consent_holds(asked)
    )


def words_now(row: Prescription, visit: HeldVisit) -> Mapping[str, Any] | None:
    """For `standing`; a diagnosis or a medicine may have left its list since it was asked."""
    if not is_writable(row, visit):
        return None
    try:
        return sheet_words.words_now(row)
    except Invalid:
        return None


def told(
    asked: PrescriptionConsent | None, state: str, of: Asked, safety: facts.SafetyCheck | None
) -> dict[str, Any]:
    """As the doctor sees it beside the draft."""
    is_needed, then = wanted(of, safety)
    return {
        "is_needed": is_needed,
        "may_ask": is_needed and not then.refusals and state not in HOLDING,
        "state": state,
        "state_text": STATES[state],
        "asked_at": asked and asked.asked_at,
        "due_at": asked and asked.due_at,
        "answered_at": asked and (asked.withdrawn_at or asked.answered_at),
        "role": asked.role if asked else "",
    }


def wanted(of: Asked, safety: facts.SafetyCheck | None) -> tuple[bool, law.Verdict]:
    """Whether the law wants the patient's signature on this sheet, and what it says once it is there."""
    without, then = lawful.without_and_with_patient(
        of, safety=safety, signature_kind=signing.kind()
    )
    return len(then.refusals) < len(without.refusals), then


def as_content(asked: PrescriptionConsent | None) -> dict[str, Any]:
    """The signed statement's fields and its signature, for the doctor to sign over."""
    assert asked is not None  # only what is signed comes here
    assert asked.answered_at is not None
    return {
        "id": str(asked.pk),
        "revision": asked.revision,
        "sheet_sha256": asked.sheet_sha256,
        "role": asked.role,
        "signed_by": str(asked.answered_by),
        "signed_at": asked.answered_at.isoformat(),
        "signature": signed.signature_json(asked),
    }


@outbox.in_one_transaction()
def read(viewer: Viewer, prescription_id: UUID, *, at: datetime) -> dict[str, Any]:
    """What the patient is asked to agree to, as it was asked; audited.

    Raises:
        NotFound: it is not the viewer's, or nothing was ever asked.
    """
    row, asked = own(viewer, prescription_id)
    visit = consultation.seen(row.consultation_id)
    state = standing(asked, row, visit, words_now(row, visit), at=at)
    audit.record(
        viewer,
        "prescription.read_consent",
        subject=row.patient_id,
        thing="prescription",
        thing_id=row.pk,
        purpose="own",
    )
    words = asked.words
    return {
        "prescription_id": row.pk,
        "consultation_id": row.consultation_id,
        "patient_id": row.patient_id,
        "doctor": doctor_json(people.practitioner(row.practitioner_id)),
        "state": state,
        "state_text": STATES[state],
        "asked_at": asked.asked_at,
        "due_at": asked.due_at,
        "answered_at": asked.withdrawn_at or asked.answered_at,
        "sheet_sha256": asked.sheet_sha256,
        "diagnoses": words["diagnoses"],
        "items": [signed.item_json(each) for each in words["items"]],
        "days": max(each["days"] for each in words["items"]),
        "longer_reason": words["told"]["longer_reason"],
        "evaluation": words["told"]["evaluation"],
    }


def own(viewer: Viewer, prescription_id: UUID) -> tuple[Prescription, PrescriptionConsent]:
    """Raises NotFound: it is not of the viewer's account, or nothing was ever asked."""
    row = Prescription.objects.filter(pk=prescription_id, holder_id=viewer.user_id).first()
    asked = latest(row.pk) if row else None
    if row is None or asked is None:
        raise NotFound
    return row, asked
