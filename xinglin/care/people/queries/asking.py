"""Who asks for a patient: oneself, the guardian of a minor, or a relative with consent."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.people.models import ProxyConsent
from xinglin.care.people.rules import ADULT_YEARS
from xinglin.care.people.types import Asking, PatientCard, ProxyStatus
from xinglin.foundation.accounts.services import phone_masked, unseal_text
from xinglin.foundation.database import services as database

PROXY_PHONE = "people_proxyconsent|phone"  # what the sealed number and its index are bound to

# The account's own registration, whether it is the guardian on record, and the consent that holds.
_ASKING = """
    select s.id, p.guardian_id, c.id
    from people_patient p
    left join people_patient s
        on s.holder_id = p.holder_id and s.relation = 'self' and s.closed_at is null
    left join people_proxyconsent c on c.patient_id = p.id and c.holder_id = p.holder_id
        and c.given_at is not null and c.withdrawn_at is null
    where p.id = %s
"""
_NEWEST = """
    select distinct on (patient_id) patient_id, phone_sealed, asked_at, expires_at, given_at,
        refused_at, withdrawn_at
    from people_proxyconsent where patient_id = any(%s) and holder_id = %s
    order by patient_id, asked_at desc
"""


def asking_for(patient: PatientCard) -> Asking:
    """Who asks, now: one statement, and none for oneself."""
    if patient.relation == "self":
        return Asking(role="self", relation="self", asker_id=patient.id)
    ((asker_id, guardian_id, consent_id),) = database.fetch(_ASKING, [patient.id])
    named = guardian_id is not None and guardian_id == asker_id
    return Asking(
        role="guardian" if patient.is_minor and named else "proxy",
        relation=patient.relation,
        asker_id=asker_id,
        guardian_named=named,
        consent_id=consent_id,
    )


def asking_facts(asking: Asking) -> dict[str, Any]:
    """As `policy.facts.OpenKind` names them."""
    return {
        "relation": asking.relation,
        "asker_known": asking.asker_id is not None,
        "guardian_named": asking.guardian_named,
        "patient_agreed": asking.consent_id is not None,
    }


def proxy_statuses(
    holder_id: UUID, patient_ids: Iterable[UUID], at: datetime
) -> dict[UUID, ProxyStatus]:
    """The last question to each of the relatives, in one query; those never asked are left out."""
    rows = database.fetch(_NEWEST, [list(patient_ids), holder_id])
    return {row[0]: _status(row[1:], at) for row in rows}


def proxy_status(consent: ProxyConsent, at: datetime) -> ProxyStatus:
    return _status(
        (
            consent.phone_sealed,
            consent.asked_at,
            consent.expires_at,
            consent.given_at,
            consent.refused_at,
            consent.withdrawn_at,
        ),
        at,
    )


def needs_consent(patient: PatientCard) -> bool:
    """Of whom the account may ask for only with their own word."""
    return patient.relation != "self" and patient.age_years >= ADULT_YEARS


def _status(row: tuple[Any, ...], at: datetime) -> ProxyStatus:
    sealed, asked_at, expires_at, given_at, refused_at, withdrawn_at = row
    state, since = "waiting", None
    if withdrawn_at:
        state, since = "withdrawn", withdrawn_at
    elif given_at:
        state, since = "given", given_at
    elif refused_at:
        state, since = "refused", refused_at
    elif expires_at <= at:
        state, since = "expired", expires_at
    return ProxyStatus(
        state=state,
        phone_masked=phone_masked(unseal_text(sealed, PROXY_PHONE)) if sealed else "",
        asked_at=asked_at,
        expires_at=expires_at,
        since=since,
    )
