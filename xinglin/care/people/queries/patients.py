"""Patients, for those who may know of them. Whoever shows what is answered here audits it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from xinglin.care.people.rules import (
    ADULT_YEARS,
    ASKERS,
    SEXES,
    age_months_on,
    age_text,
    masked_name,
)
from xinglin.care.people.types import PatientCard
from xinglin.foundation.accounts.services import index_text, unseal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel import clock
from xinglin.kernel.dates import age_on
from xinglin.kernel.errors import NotFound
from xinglin.kernel.identity import RESIDENT_ID, normalised
from xinglin.kernel.text import Text
from xinglin.policy.rules import local_date

NAME, ID_NUMBER = "people_patient|name", "people_patient|id_number"


# Asked in most requests, and so by prepared statements.
_CARD = """
    select p.id, p.holder_id, p.institution_id, p.name_sealed, p.sex, p.birth_date, p.relation,
        p.synthetic, i.jurisdiction, p.id_number_sealed
    from people_patient p join people_institution i on i.id = p.institution_id
"""
_ONE_OF = f"{_CARD} where p.id = %s and p.holder_id = %s and p.closed_at is null"
_ONE = f"{_CARD} where p.id = %s"  # planned once; for `any` the planner begins anew each time
_SEVERAL = f"{_CARD} where p.id = any(%s)"
_ALL_OF = (
    f"{_CARD} where p.holder_id = %s and p.closed_at is null order by p.relation <> 'self', p.id"
)
_KNOWN = f"""{_CARD} where p.institution_id = %s and p.id_type = %s and p.id_number_index = %s
    and p.closed_at is null"""
_NAMES = "select id, name_sealed from people_patient where id = any(%s)"
_IDS_OF = "select id from people_patient where holder_id = %s"

_GUARDIAN = """
    select g.name_sealed from people_patient p join people_patient g on g.id = p.guardian_id
    where p.id = %s
"""


def patient_of(viewer: Viewer, patient_id: UUID) -> PatientCard:
    """Raises NotFound for everybody but the holder."""
    for row in _rows(_ONE_OF, patient_id, viewer.user_id):
        return _card(row)
    raise NotFound


def patient_card(patient_id: UUID) -> PatientCard:
    """For callers that have checked already who asks."""
    found = patient_cards([patient_id])
    if patient_id not in found:
        raise NotFound
    return found[patient_id]


def patient_cards(patient_ids: Iterable[UUID]) -> dict[UUID, PatientCard]:
    """As `patient_card`, for a list, in one query; those that do not exist are left out."""
    asked = list(patient_ids)
    rows = _rows(_ONE, asked[0]) if len(asked) == 1 else _rows(_SEVERAL, asked)
    return {row[0]: _card(row) for row in rows}


def own_patients(viewer: Viewer) -> list[tuple[PatientCard, str]]:
    """The viewer's patients with their identity numbers in clear, oneself first."""
    return family_of(viewer.user_id)


def known_by_card(institution_id: UUID, id_number: str) -> PatientCard | None:
    """Who is registered under a resident identity number; for staff who have the card before them."""
    index = index_text(normalised(id_number), ID_NUMBER)
    return next((_card(row) for row in _rows(_KNOWN, institution_id, RESIDENT_ID, index)), None)


def family_of(holder_id: UUID) -> list[tuple[PatientCard, str]]:
    """Of an account, oneself first, with the identity numbers in clear; for callers that mask them."""
    return [(_card(row), unseal_text(row[9], ID_NUMBER)) for row in _rows(_ALL_OF, holder_id)]


def patient_ids(holder_id: UUID) -> list[UUID]:
    """Of the account, those of a closed one too."""
    return [patient_id for (patient_id,) in _rows(_IDS_OF, holder_id)]


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = database.fetch(sql, values)
    return found


def _card(row: tuple[Any, ...]) -> PatientCard:
    patient_id, holder, institution, name, sex, born, relation, synthetic, place, _ = row
    today = local_date(clock.now(), place)
    years = age_on(born, today)
    return PatientCard(
        id=patient_id,
        holder_id=holder,
        institution_id=institution,
        place=place,
        name=unseal_text(name, NAME),
        sex=SEXES.get(sex, "unknown"),
        birth_date=born,
        relation=relation,
        is_minor=years < ADULT_YEARS,
        age_years=years,
        age_months=age_months_on(born, today),
        age_text=age_text(born, today),
        synthetic=synthetic,
    )


def masked_names(patient_ids: Iterable[UUID]) -> dict[UUID, str]:
    """For those who run the hospital and have no part in the visit; in one query."""
    rows = _rows(_NAMES, list(patient_ids))
    return {patient_id: masked_name(unseal_text(sealed, NAME)) for patient_id, sealed in rows}


def askers() -> dict[str, Text]:
    """What the one who asks is to the patient, by what the patient is to that one."""
    return ASKERS


def guardian_name(patient_id: UUID) -> str | None:
    """Of a minor, as registered; None when nobody is named."""
    row = database.fetch_one(_GUARDIAN, [patient_id])
    return unseal_text(row[0], NAME) if row else None
