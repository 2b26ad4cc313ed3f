"""An adult relative says, on the own phone, whether the account may ask for them."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from xinglin.care.people import events, queries, rules
from xinglin.care.people.models import Patient, ProxyConsent
from xinglin.care.people.queries.asking import PROXY_PHONE, needs_consent, proxy_status
from xinglin.care.people.queries.patients import ID_NUMBER, NAME
from xinglin.care.people.services.attempts import count_attempt
from xinglin.care.people.types import PatientCard, ProxyStatus
from xinglin.foundation.accounts import services as accounts
from xinglin.foundation.accounts.services import index_text, seal_text, unseal_text
from xinglin.foundation.accounts.types import SYSTEM_ID, Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound, TooMany
from xinglin.kernel.text import Text

KIND = "proxy"
LINK_DAYS = 7
_TOKEN = "people_proxyconsent|token"  # noqa: S105  # the name of a column
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_ASKED_A_DAY, _ASKED_OF_ONE_PHONE = 10, 3
_TAILS_AN_HOUR, _TAILS_BEFORE_CONSENT = 5, 15
_TAIL = 4

Answer = Literal["agree", "refuse", "withdraw"]
_OVER = Text(
    "链接已失效。如仍需要，请让家人重新发送。",
    "This link is no longer good. If it is still needed, ask your relative to send a new one.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyQuestion:
    """What the relative reads. Names are masked: a message may reach the wrong phone.

    `asker_is`: to the relative.
    """

    asker: str
    asker_is: Text
    patient: str
    version: str
    text: Text
    status: ProxyStatus


@outbox.in_one_transaction()
def ask_relative(viewer: Viewer, patient_id: UUID, *, phone: str, at: datetime) -> ProxyStatus:
    """Send the relative a link; an older one that waits is no longer good.

    Raises:
        NotFound: not of this account.
        Conflict: `no_consent_needed`, `register_yourself_first`, `already_agreed`.
        Invalid: no phone number, or the account's own.
        TooMany: ten questions of the account or three to the phone in a day.
    Locks: the account.
    """
    patient = queries.patient_of(viewer, patient_id)
    accounts.lock_account(viewer.user_id)
    asker = _check_askable(viewer, patient)
    full = _others_phone(viewer, phone)
    count_attempt(viewer.user_id, "ask_relative", limit=_ASKED_A_DAY, within=_DAY, at=at)
    index = index_text(full, PROXY_PHONE)
    if ProxyConsent.objects.filter(phone_index=index, asked_at__gt=at - _DAY).count() >= (
        _ASKED_OF_ONE_PHONE
    ):
        raise TooMany(round(_DAY.total_seconds()), "phone_asked_too_often", _ASKED_TOO_OFTEN)
    _of(viewer, patient).filter(given_at=None, refused_at=None, expires_at__gt=at).update(
        expires_at=at
    )
    token = secrets.token_urlsafe(24)
    asked = ProxyConsent.objects.create(
        patient_id=patient.id,
        holder_id=viewer.user_id,
        text=queries.required_text(KIND),
        phone_sealed=seal_text(full, PROXY_PHONE),
        phone_index=index,
        token_index=index_text(token, _TOKEN),
        asked_at=at,
        expires_at=at + timedelta(days=LINK_DAYS),
    )
    _audit(viewer, "people.ask_relative", asked)
    notices.send(
        channel="sms",
        to=full,
        template="proxy_consent",
        values={
            "asker": rules.masked_name(asker),
            "link": f"{settings.ORIGIN}/agree#{token}",
            "days": str(LINK_DAYS),
        },
        locale=viewer.locale,
    )
    return proxy_status(asked, at)


@outbox.in_one_transaction()
def note_agreement(viewer: Viewer, patient_id: UUID, *, at: datetime) -> None:
    """Given outside of the app (the demo hospital's relatives); no link withdraws it.

    Raises:
        NotFound: not of this account.
    """
    patient = queries.patient_of(viewer, patient_id)
    noted = ProxyConsent.objects.create(
        patient_id=patient.id,
        holder_id=viewer.user_id,
        text=queries.required_text(KIND),
        phone_sealed=b"",
        phone_index=b"",
        token_index=index_text(secrets.token_urlsafe(24), _TOKEN),
        asked_at=at,
        expires_at=at,
        given_at=at,
    )
    _audit(viewer, "people.note_agreement", noted)


def look_at_question(token: str, at: datetime) -> ProxyQuestion:
    """For whoever has the link.

    Raises:
        NotFound: no such link, or the account is closed.
    """
    return _question(_found(token), at)


@outbox.in_one_transaction()
def answer_question(token: str, answer: Answer, *, id_tail: str, at: datetime) -> ProxyQuestion:
    """The relative's own word; the same answer twice is one.

    Args:
        id_tail: the last four characters of the relative's identity number, so that a stranger
            who got the message cannot agree.
    Raises:
        NotFound: no such link.
        Invalid: `wrong_tail`.
        Conflict: `link_over`, `not_given` (nothing to withdraw).
        TooMany: five tails in an hour, or fifteen before there is consent.
    Locks: the row. Emits: ProxyConsentWithdrawn.
    """
    asked = _found(token, lock=True)
    count_attempt(asked.pk, "proxy_answer", limit=_TAILS_AN_HOUR, within=_HOUR, at=at)
    if asked.given_at is None:
        life = timedelta(days=LINK_DAYS)
        count_attempt(asked.pk, "proxy_consent", limit=_TAILS_BEFORE_CONSENT, within=life, at=at)
    number = unseal_text(asked.patient.id_number_sealed, ID_NUMBER)
    if number[-_TAIL:] != id_tail.strip().upper():
        raise Invalid(FieldError("id_tail", _WRONG_TAIL), code="wrong_tail", text=_WRONG_TAIL)
    _take(asked, answer, at)
    return _question(asked, at)


def _take(asked: ProxyConsent, answer: Answer, at: datetime) -> None:
    state = proxy_status(asked, at).state
    if (answer, state) in {("agree", "given"), ("refuse", "refused"), ("withdraw", "withdrawn")}:
        return
    if answer == "withdraw":
        if state != "given":
            raise Conflict(
                "not_given", Text("目前没有可以撤回的同意。", "There is no consent to withdraw.")
            )
        _withdraw(asked, at)
        return
    if state != "waiting":
        raise Conflict("link_over", _OVER)
    column = "given_at" if answer == "agree" else "refused_at"
    setattr(asked, column, at)
    asked.save(update_fields=[column])
    _audit(_relative(), f"people.{answer}_proxy", asked)
    _tell(asked, answer, at)


def _withdraw(asked: ProxyConsent, at: datetime) -> None:
    asked.withdrawn_at = at
    asked.save(update_fields=["withdrawn_at"])
    _audit(_relative(), "people.withdraw_proxy", asked)
    outbox.emit(
        events.ProxyConsentWithdrawn(
            audience=(f"user:{asked.holder_id}",),
            holder_id=asked.holder_id,
            patient_id=asked.patient_id,
        )
    )
    _tell(asked, "withdraw", at)


def _tell(asked: ProxyConsent, answer: Answer, at: datetime) -> None:
    notices.tell(
        asked.holder_id,
        "proxy_answered",
        link="/family",
        dedup=f"proxy_{answer}:{asked.pk}",
        at=at,
    )


def _check_askable(viewer: Viewer, patient: PatientCard) -> str:
    """The name of who asks."""
    if not needs_consent(patient):
        raise Conflict(
            "no_consent_needed",
            Text(
                "为本人或未成年孩子提问，不需要这一步。",
                "For yourself or a child of yours this step is not needed.",
            ),
        )
    oneself = next((c for c, _ in queries.own_patients(viewer) if c.relation == "self"), None)
    if oneself is None:
        raise Conflict(
            "register_yourself_first",
            Text(
                "请先登记您本人，家人才能知道是谁在代问。",
                "Please register yourself first, so that your relative knows who asks.",
            ),
        )
    if _of(viewer, patient).filter(given_at__isnull=False, withdrawn_at=None).exists():
        raise Conflict(
            "already_agreed",
            Text("这位家人已经同意由您代问。", "This relative has agreed already."),
        )
    return oneself.name


def _others_phone(viewer: Viewer, phone: str) -> str:
    full = accounts.phone_in_full(phone, settings.PHONE_REGION)
    if full == accounts.own_phone(viewer.user_id):
        raise Invalid(FieldError("phone", _OWN_PHONE), code="own_phone", text=_OWN_PHONE)
    return full


def _of(viewer: Viewer, patient: PatientCard) -> QuerySet[ProxyConsent]:
    return ProxyConsent.objects.filter(patient_id=patient.id, holder_id=viewer.user_id)


def _found(token: str, *, lock: bool = False) -> ProxyConsent:
    rows = ProxyConsent.objects.select_related("text", "patient")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(
        token_index=index_text(token, _TOKEN), patient__closed_at__isnull=True
    ).first()
    if found is None:
        raise NotFound("no_such_link", _OVER)
    return found


def _question(asked: ProxyConsent, at: datetime) -> ProxyQuestion:
    asker = Patient.objects.filter(
        holder_id=asked.holder_id, relation="self", closed_at__isnull=True
    ).first()
    return ProxyQuestion(
        asker=rules.masked_name(unseal_text(asker.name_sealed, NAME)) if asker else "*",
        asker_is=rules.ASKERS[asked.patient.relation],
        patient=rules.masked_name(unseal_text(asked.patient.name_sealed, NAME)),
        version=asked.text.version,
        text=Text(asked.text.text_zh, asked.text.text_en),
        status=proxy_status(asked, at),
    )


def _relative() -> Viewer:
    """No account: the audit knows the relative by the row of the question."""
    return Viewer(
        user_id=SYSTEM_ID,
        roles=frozenset({"relative"}),
        permissions=frozenset(),
        device="link",
    )


def _audit(viewer: Viewer, action: str, asked: ProxyConsent) -> None:
    record(
        viewer,
        action,
        subject=asked.patient_id,
        thing="proxy_consent",
        thing_id=asked.pk,
        purpose="consent",
        detail={"version": asked.text.version},
    )


_ASKED_TOO_OFTEN = Text(
    "这个手机号今天收到的确认短信已达上限，请明天再试。",
    "This phone has received enough of these messages today; please try again tomorrow.",
)
_OWN_PHONE = Text(
    "这是您自己的手机号。请填写家人本人的手机号。",
    "This is your own number. Please give the relative's own number.",
)
_WRONG_TAIL = Text(
    "与登记的证件号码后四位不符，请核对。",
    "These are not the last four characters of the identity number on record; please check.",
)
