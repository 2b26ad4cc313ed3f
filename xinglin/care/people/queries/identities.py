"""By what a person is known beyond the account: so that two accounts of one person are seen as one."""

from typing import Literal
from uuid import UUID

from xinglin.care.people.queries.credentials import ID_NUMBER as APPLIED_NUMBER
from xinglin.care.people.queries.patients import ID_NUMBER
from xinglin.foundation.accounts.services import index_text, unseal_text
from xinglin.foundation.database import services as database

# The account's own registration, and an application that was approved: both were checked.
_MARKS = """
    select encode(id_number_index, 'hex') from people_patient
    where holder_id = %(user)s and relation = 'self' and closed_at is null
        and length(id_number_index) > 0
    union
    select encode(id_number_index, 'hex') from people_application
    where user_id = %(user)s and state = 'approved' and length(id_number_index) > 0
"""
_APPLIED = """
    select id_number_sealed from people_application
    where user_id = %s and state = 'approved' and length(id_number_sealed) > 0
"""
_PATIENT = """
    select encode(id_number_index, 'hex') from people_patient
    where id = %s and length(id_number_index) > 0
"""


# Patients whom this person has registered as relatives, by whatever account of the person's.
_RELATIVE = """
    select exists (
        select 1 from people_patient declared
        join people_patient asked on asked.id = %(patient)s
            and asked.id_number_index = declared.id_number_index
        where declared.relation <> 'self' and declared.holder_id in (
            select %(user)s::uuid union
            select holder_id from people_patient own
            where own.relation = 'self' and encode(own.id_number_index, 'hex') = any(%(marks)s)
        )
    )
"""


def identity_marks(user_id: UUID) -> frozenset[str]:
    """Blind indexes of the identity numbers that this account is known by; none, where none is known.

    Those of an application are made anew as `mark_of` makes them: an index of its own column is equal
    to no patient's.
    """
    found = {mark for (mark,) in database.fetch(_MARKS, {"user": user_id})}
    applied = database.fetch(_APPLIED, [user_id])
    return frozenset(
        found | {mark_of(unseal_text(number, APPLIED_NUMBER)).hex() for (number,) in applied}
    )


def mark_of(id_number: str) -> bytes:
    """By what the person of an identity number is known wherever the number was told; never shown."""
    return index_text(id_number, ID_NUMBER)


def kinship(user_id: UUID, patient_id: UUID) -> Literal["self", "relative", "other"]:
    """What a patient is to the person of an account, by compared identities and declared relatives.

    `other` where no identity of the person is known: nothing can be compared then.
    """
    marks = identity_marks(user_id)
    if marks & _marks_of_patient(patient_id):
        return "self"
    values = {"user": user_id, "patient": patient_id, "marks": sorted(marks)}
    ((is_relative,),) = database.fetch(_RELATIVE, values)
    return "relative" if is_relative else "other"


def _marks_of_patient(patient_id: UUID) -> frozenset[str]:
    return frozenset(mark for (mark,) in database.fetch(_PATIENT, [patient_id]))
