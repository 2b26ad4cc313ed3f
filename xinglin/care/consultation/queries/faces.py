"""Doctors and departments as a visit shows them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard


def doctor_json(doctor: PractitionerCard) -> dict[str, Any]:
    return {
        "id": doctor.id,
        "name": doctor.name,
        "title": doctor.title,
        "hospital": doctor.hospital,
        "synthetic": doctor.synthetic,
    }


def known_doctor_json(
    practitioner_id: UUID | None, doctors: Mapping[UUID, PractitionerCard]
) -> dict[str, Any] | None:
    found = doctors.get(practitioner_id) if practitioner_id else None
    return doctor_json(found) if found else None


def department_json(slug: str) -> dict[str, Any]:
    return {"slug": slug, "name": people.department(slug).name}
