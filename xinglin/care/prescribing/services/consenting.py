"""A patient's consent to a long supply: asked by the doctor, signed or declined by the patient (R41)."""

from datetime import datetime
from uuid import UUID

from xinglin.care.consultation.messages import services as messages
from xinglin.care.people import queries as people
from xinglin.care.prescribing import events, statement
from xinglin.care.prescribing.models import Prescription, PrescriptionConsent
from xinglin.care.prescribing.services import consents, sheet_words, signing, steps
from xinglin.care.prescribing.services.hands import recorded_with
from xinglin.care.prescribing.services.writing import PrescriptionChangedError, check_writable
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text


@outbox.in_one_transaction()
def ask(viewer: Viewer, prescription_id: UUID, *, revision: int, at: datetime) -> UUID:
    """Put this revision before the patient. Answers the question's id.

    Only what could be signed with the patient's signature, and not without, is asked.

    Args:
        revision: the one that the doctor saw.
    Raises:
        NotFound, IllegalStep, Invalid, CheckFailedError: as `signing.sign`.
        PrescriptionChangedError: the draft was saved meanwhile.
        RuleRefused: the patient's signature would not be enough.
        Conflict: it is not wanted, or the patient has it already.
    Locks: thread, visit and prescription. Emits: PatientConsentAsked.
    """
    row, visit = steps.locked(prescription_id)
    check_writable(viewer, row, visit)
    if revision != row.revision:
        raise PrescriptionChangedError(row.revision)
    ready = signing.made_ready(viewer, row, visit, at=at)
    signing.check_confirmed(ready.items)
    is_wanted, then = consents.wanted(ready.asked, signing.as_if_answered(ready))
    then.demand()
    if not is_wanted:
        raise Conflict("consent_not_needed", _NOT_NEEDED)
    if ready.consent_state in consents.HOLDING:
        raise Conflict(f"consent_{ready.consent_state}", _ASKED)
    asked = PrescriptionConsent.objects.create(
        id=ids.new(),
        prescription=row,
        revision=row.revision,
        words=ready.words,
        sheet_sha256=sheet_words.digest(row, ready.words),
        asked_by=viewer.user_id,
        asked_at=at,
        due_at=at + consents.ANSWER_WITHIN,
    )
    _audit(viewer, row, "prescription.ask_consent", "care", asked)
    _announce(row, events.PatientConsentAsked)
    _card(row, "prescription_consent_asked", _PLEASE_SIGN)
    return asked.pk


@outbox.in_one_transaction()
def answer(
    viewer: Viewer, prescription_id: UUID, *, answer: str, sheet_sha256: str, at: datetime
) -> None:
    """The patient, or whoever holds the account for the patient, signs, declines, or takes it back.

    Args:
        answer: signed, declined, or withdrawn (of what was signed, until the doctor has signed too).
        sheet_sha256: of the words that were read, so that nothing unseen is signed.
    Raises:
        NotFound: it is not of the viewer's account, or nothing was asked.
        Invalid: it is no answer.
        Conflict: it was answered, has run out, or is over; the sheet has changed; the relative's own
            word is missing. Says which.
        SigningFailedError: nothing was signed, and nothing is stored.
    Locks: thread, visit and prescription. Emits: PatientConsentAnswered.
    """
    if answer not in _FROM:
        raise Invalid(FieldError("answer", _ANSWER))
    row, visit = steps.locked(prescription_id)
    asked = consents.latest(row.pk)
    if row.holder_id != viewer.user_id or asked is None:
        raise NotFound
    now = consents.standing(asked, row, visit, consents.words_now(row, visit), at=at)
    if sheet_sha256 != asked.sheet_sha256:
        now = "changed"
    if now != _FROM[answer]:
        raise Conflict(f"consent_{now}", _NOT_NOW[now])
    _ANSWERS[answer](viewer, row, asked, at)
    asked.save()
    _audit(viewer, row, f"prescription.consent_{answer}", "own", asked)
    _announce(row, events.PatientConsentAnswered, answer=answer)
    _card(row, f"prescription_consent_{answer}", _SAID[answer])


def _sign(viewer: Viewer, row: Prescription, asked: PrescriptionConsent, at: datetime) -> None:
    asking = people.asking_for(people.patient_card(row.patient_id))
    if asking.role == "proxy" and asking.consent_id is None:
        raise Conflict("consent_of_relative_missing", _RELATIVE)
    _note(viewer, asked, "signed", asking.role, at)
    said = statement.patients(
        consent_id=asked.pk,
        prescription_id=row.pk,
        patient_id=row.patient_id,
        revision=asked.revision,
        sheet_sha256=asked.sheet_sha256,
        role=asking.role,
        signed_by=viewer.user_id,
        signed_at=at,
    )
    made = recorded_with(viewer.user_id, said, at)
    asked.algorithm, asked.key_id = made.algorithm, made.key_id
    asked.signature, asked.sha256 = made.value, made.sha256
    asked.certificates = list(made.certificates)


def _decline(viewer: Viewer, row: Prescription, asked: PrescriptionConsent, at: datetime) -> None:
    asking = people.asking_for(people.patient_card(row.patient_id))
    _note(viewer, asked, "declined", asking.role, at)


def _withdraw(
    _viewer: Viewer, _row: Prescription, asked: PrescriptionConsent, at: datetime
) -> None:
    asked.withdrawn_at = at


def _note(viewer: Viewer, asked: PrescriptionConsent, said: str, role: str, at: datetime) -> None:
    asked.answer, asked.role = said, role
    asked.answered_by, asked.answered_at = viewer.user_id, at


def _announce(row: Prescription, event: type[events.PrescriptionEvent], **told: object) -> None:
    outbox.emit(
        event(
            audience=(f"user:{row.prescriber_id}", f"user:{row.holder_id}"),
            prescription_id=row.pk,
            consultation_id=row.consultation_id,
            state=row.state,
            **told,
        )
    )


def _card(row: Prescription, card: str, text: Text) -> None:
    messages.post_card(row.consultation_id, card, text, prescription_id=str(row.pk))


def _audit(
    viewer: Viewer, row: Prescription, action: str, purpose: str, asked: PrescriptionConsent
) -> None:
    audit.record(
        viewer,
        action,
        subject=row.patient_id,
        thing="prescription",
        thing_id=row.pk,
        purpose=purpose,
        detail={"consent_id": str(asked.pk), "revision": asked.revision},
    )


# An answer -> of which standing it is one, and how it is noted.
_FROM = {"signed": "asked", "declined": "asked", "withdrawn": "signed"}
_ANSWERS = {"signed": _sign, "declined": _decline, "withdrawn": _withdraw}
_ANSWER = Text("请选择同意或不同意。", "Please choose whether to sign or to decline.")
_NOT_NEEDED = Text(
    "这张处方不需要患者签名（法规不要求），可以直接签署。",
    "The rules want no signature of the patient on this sheet; it can be signed as it is.",
)
_ASKED = Text(
    "已请患者签名；患者答复、超过时限或处方有改动之后，才能再次请签。",
    "The patient has been asked already. Ask again once it is answered, has run out, or the sheet has"
    " changed.",
)
_PLEASE_SIGN = Text(
    "医生想为您开具超过四周的长期处方，需要您看过后签名同意。不同意也可以，请直接告诉医生。",
    "The doctor would like to write a prescription for more than four weeks, which needs your signature."
    " Please read it first; you may decline, and talk to the doctor.",
)
_SAID = {
    "signed": Text(
        "患者一方已签名同意长期处方，等待医生签署。",
        "The long supply was signed for on the patient's side; the doctor signs next.",
    ),
    "declined": Text(
        "患者一方没有同意这张长期处方。请与医生商量，例如缩短用药天数。",
        "The long supply was declined on the patient's side. Please talk it over with the doctor: a"
        " shorter one, for instance.",
    ),
    "withdrawn": Text(
        "患者一方撤回了对长期处方的签名。",
        "The signature for the long supply was taken back on the patient's side.",
    ),
}
_RELATIVE = Text(
    "您为家人代签，需要对方本人的同意，而目前没有有效的同意。请先在“家人”中请对方确认，或由对方用自己的账号就诊。",
    "You would sign for a relative, which needs that person's own consent, and none holds now. Please ask"
    " for it under Family, or let the person ask from an account of their own.",
)
_ANSWERED = Text(
    "已经答复过了，不能再次答复。", "It was answered already and cannot be answered again."
)
_NOT_NOW = {
    "asked": Text(
        "还没有签名，无需撤回。", "It is not signed yet, so nothing is to be taken back."
    ),
    "signed": _ANSWERED,
    "declined": _ANSWERED,
    "withdrawn": _ANSWERED,
    "changed": Text(
        "医生已修改处方，之前的内容不再有效。请等医生再次发来。",
        "The doctor has changed the prescription; what you read holds no more. Please wait to be asked"
        " again.",
    ),
    "lapsed": Text(
        "原签名已不再有效。请等医生再次发来。",
        "The signature holds no longer. Please wait to be asked again.",
    ),
    "expired": Text(
        "已超过答复时限。请告诉医生，由医生再次发来。",
        "The time to answer has passed. Please tell the doctor, who can ask again.",
    ),
    "used": Text(
        "医生已据此签署处方，不能再撤回。如果改变主意，请告诉医生作废处方，也可以不去取药。",
        "The doctor has signed with it, so it cannot be taken back. If you have changed your mind, ask the"
        " doctor to void the prescription, or do not collect it.",
    ),
    "closed": Text(
        "这次就诊或处方已经结束，不再需要签名。",
        "The visit or the prescription is over; no signature is wanted any more.",
    ),
}
