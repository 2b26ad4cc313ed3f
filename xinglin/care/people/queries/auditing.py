"""People as those see them who look into the audit: masked, and found by what identifies them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings

from xinglin.care.people.models import Patient
from xinglin.care.people.queries.access import action_names, purpose_names, thing_names
from xinglin.care.people.queries.patients import ID_NUMBER, NAME
from xinglin.care.people.rules import masked_name
from xinglin.foundation.accounts.queries import user_by_phone
from xinglin.foundation.accounts.services import index_text, phone_in_full, unseal_text
from xinglin.kernel.errors import Invalid
from xinglin.kernel.identity import normalised

__all__ = [
    "MaskedPatient",
    "action_names",
    "find_patients",
    "masked_patients",
    "masked_selves",
    "purpose_names",
    "thing_names",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedPatient:
    """`name`: masked; empty once it is erased."""

    id: UUID
    holder_id: UUID
    institution_id: UUID
    name: str = field(repr=False)


def masked_patients(patient_ids: Iterable[UUID]) -> dict[UUID, MaskedPatient]:
    """In one query; those that do not exist are left out."""
    rows = Patient.objects.filter(pk__in=set(patient_ids))
    return {row.pk: _masked(row) for row in rows}


def masked_selves(holder_ids: Iterable[UUID]) -> dict[UUID, MaskedPatient]:
    """Account -> the holder's own registration, where there is one; in one query."""
    rows = Patient.objects.filter(holder_id__in=set(holder_ids), relation="self")
    return {row.holder_id: _masked(row) for row in rows}


def find_patients(key: str, institution_id: UUID | None, limit: int = 10) -> list[MaskedPatient]:
    """By the number of the registration, the whole phone number, or the whole identity number.

    Names are sealed and cannot be searched.
    """
    rows = Patient.objects.order_by("pk")
    if institution_id is not None:
        rows = rows.filter(institution_id=institution_id)
    as_id = _as_id(key)
    if as_id is not None:
        rows = rows.filter(pk=as_id)
    else:
        account = user_by_phone(_as_phone(key))
        number = index_text(normalised(key), ID_NUMBER)
        rows = rows.filter(holder_id=account.pk) if account else rows.filter(id_number_index=number)
    return [_masked(row) for row in rows[:limit]]


def _as_id(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


def _as_phone(key: str) -> str:
    try:
        return phone_in_full(key, settings.PHONE_REGION)
    except Invalid:
        return ""


def _masked(row: Patient) -> MaskedPatient:
    name = unseal_text(row.name_sealed, NAME) if row.name_sealed else ""
    return MaskedPatient(
        id=row.pk,
        holder_id=row.holder_id,
        institution_id=row.institution_id,
        name=masked_name(name) if name else "",
    )
