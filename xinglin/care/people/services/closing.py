"""Closing one's account: what the law keeps stays with the records, everything else goes (R22, R52)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from xinglin.care.people import events
from xinglin.care.people.models import Consent, MergeProposal, Patient, ProxyConsent
from xinglin.care.people.queries.hospital import default_institution
from xinglin.care.people.services.applying import forget_applications
from xinglin.care.people.services.attempts import count_attempt
from xinglin.care.people.services.exporting import drop_exports
from xinglin.care.people.services.objections import objections
from xinglin.foundation.accounts import services as accounts
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, Invalid, Refusal
from xinglin.kernel.text import Text
from xinglin.policy import facts
from xinglin.policy.rules import decide, local_date

PURPOSE = "close_account"
THINGS = ("record", "chat", "audit")
_CODES, _CODES_WITHIN = 3, timedelta(minutes=10)
_TRIES, _TRIES_WITHIN = 5, timedelta(minutes=15)
_ERASED_BORN = "1900-01-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """`until`: of what ended today. `rules`: what policy says to deleting it on request."""

    thing: str
    until: datetime | None
    rules: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingTerms:
    phone_masked: str
    objections: tuple[Text, ...]
    kept: tuple[Kept, ...]


def closing_terms(viewer: Viewer, at: datetime) -> ClosingTerms:
    """What stands against it now, and what is kept how long by which rule."""
    phone = accounts.own_phone(viewer.user_id)
    return ClosingTerms(
        phone_masked=accounts.phone_masked(phone) if phone else "",
        objections=tuple(objections(viewer.user_id)),
        kept=tuple(_kept(thing, at) for thing in THINGS),
    )


def _kept(thing: str, at: datetime) -> Kept:
    place = default_institution().place
    verdict = decide(
        "retain",
        facts.Retain(thing=thing, made_at=at, wants_delete=True, now=at),
        place=place,
        on=local_date(at, place),
    )
    return Kept(thing=thing, until=verdict.retain_until, rules=verdict.refusals)


@outbox.in_one_transaction()
def send_closing_code(viewer: Viewer, at: datetime) -> str:
    """To the account's own phone; answers the number, masked.

    Raises:
        Conflict: `visits_open`.
        TooMany: three codes in ten minutes.
    """
    _check_nothing_open(viewer)
    count_attempt(viewer.user_id, "closing_code", limit=_CODES, within=_CODES_WITHIN, at=at)
    return accounts.send_confirmation(viewer, PURPOSE, template="close_code", at=at)


@outbox.in_one_transaction()
def close_own_account(viewer: Viewer, *, code: str, at: datetime) -> None:
    """At once and for good; the same phone and identity can register anew.

    Raises:
        Conflict: `visits_open`.
        Invalid: `wrong_code`.
        TooMany: five tries in a quarter of an hour.
    Locks: the account. Emits: AccountClosed, on which those above erase what no law keeps.
    """
    accounts.lock_account(viewer.user_id)
    _check_nothing_open(viewer)
    count_attempt(viewer.user_id, PURPOSE, limit=_TRIES, within=_TRIES_WITHIN, at=at)
    if not accounts.check_confirmation(viewer, PURPOSE, "".join(code.split()), at):
        raise Invalid(FieldError("code", _WRONG), code="wrong_code", text=_WRONG)
    patients = list(Patient.objects.filter(holder_id=viewer.user_id, closed_at__isnull=True))
    _end_agreements(viewer, patients, at)
    drop_exports(viewer.user_id)
    forget_applications(viewer.user_id, at)
    notices.forget(viewer.user_id)
    for patient in patients:
        record(
            viewer,
            "people.close_account",
            subject=patient.pk,
            thing="patient",
            thing_id=patient.pk,
            purpose="own",
        )
    accounts.close_account(viewer.user_id, at)
    outbox.emit(events.AccountClosed(audience=(), user_id=viewer.user_id))


def _check_nothing_open(viewer: Viewer) -> None:
    found = objections(viewer.user_id)
    if found:
        raise Conflict("visits_open", found[0])


def _end_agreements(viewer: Viewer, patients: list[Patient], at: datetime) -> None:
    holder = viewer.user_id
    Consent.objects.filter(holder_id=holder, withdrawn_at__isnull=True).update(withdrawn_at=at)
    asked = ProxyConsent.objects.filter(holder_id=holder)
    asked.filter(given_at__isnull=False, withdrawn_at__isnull=True).update(withdrawn_at=at)
    asked.update(phone_sealed=b"")
    MergeProposal.objects.filter(answer="").filter(
        patient_id__in=[patient.pk for patient in patients]
    ).update(answer="refused", reason="account closed", answered_by=holder, answered_at=at)
    proposed = MergeProposal.objects.filter(asked_by=holder)
    proposed.filter(answer="").update(
        answer="refused", reason="account closed", answered_by=holder, answered_at=at
    )
    proposed.update(name_sealed=b"")
    Patient.objects.filter(pk__in=[patient.pk for patient in patients]).update(closed_at=at)


def erase_patients(holder_id: UUID, keep: set[UUID]) -> int:
    """Of a closed account: who has no record that the law keeps loses name, number, birth date.

    The row stays as a number that audit lines point at. Done again it does no harm.
    """
    rows = Patient.objects.filter(holder_id=holder_id, closed_at__isnull=False)
    gone = rows.exclude(pk__in=keep | set(_guardians_of(keep)))
    MergeProposal.objects.filter(patient__in=gone).update(name_sealed=b"")
    return gone.update(
        name_sealed=b"",
        id_number_sealed=b"",
        id_number_index=b"",
        birth_date=_ERASED_BORN,
        sex="0",
    )


def _guardians_of(patient_ids: set[UUID]) -> list[UUID]:
    """A record names the guardian who asked."""
    found = Patient.objects.filter(pk__in=patient_ids, guardian__isnull=False)
    return [guardian for guardian in found.values_list("guardian_id", flat=True) if guardian]


_WRONG = Text(
    "验证码不正确或已过期，请核对或重新获取。",
    "That code is not right or has expired; check it or ask for a new one.",
)
