"""`python -m bench.live_seed DOCTORS WAITING MORE`: a full house for `bench live`; prints its ids.

Every second account of the first ones is a doctor with a session (bench/messages/seed.py) and serves
the department that is measured; the others serve nine more, by the lease of a live process.
"""

import json
import sys
from datetime import date, timedelta
from typing import Any

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402  # Django must be set up first
from django.db import connection, transaction  # noqa: E402

from xinglin.care.consultation.models import Consultation  # noqa: E402
from xinglin.care.dispatch.models import Duty  # noqa: E402
from xinglin.care.people import services as people  # noqa: E402
from xinglin.care.people.models import Patient, Practitioner  # noqa: E402
from xinglin.foundation.accounts.services import seal_text  # noqa: E402
from xinglin.foundation.live.models import LiveHouse, LivePresence  # noqa: E402
from xinglin.kernel import clock, ids  # noqa: E402
from xinglin.kernel.text import Text  # noqa: E402

MEASURED, CROWDED, OTHERS = "measured", "crowded", 8


@transaction.atomic
def main(doctors: int, waiting: int, more: int) -> dict[str, Any]:
    now = clock.now()
    house = people.found_institution(
        code="bench", name=Text("试演", "Bench"), licence_number="PDY0001"
    )
    model = get_user_model()
    with_socket = list(model.objects.filter(roles=["doctor"]).values_list("pk", flat=True))
    others = model.objects.bulk_create(
        [
            model(username=f"far{n}", roles=["doctor"], password="!")
            for n in range(doctors - len(with_socket))
        ],
        batch_size=500,
    )
    users = [*with_socket, *(user.pk for user in others)]
    _doctors(users, len(with_socket), house.id, now)
    lease = ids.new()
    LiveHouse.objects.create(id=lease, beat_at=now)
    LivePresence.objects.bulk_create(
        [LivePresence(user_id=user.pk, house_id=lease) for user in others], batch_size=500
    )
    patients = _patients(house.id, waiting + more)
    Consultation.objects.bulk_create(
        [
            _visit(patient, CROWDED, now - timedelta(seconds=n))
            for n, patient in enumerate(patients[:waiting])
        ],
        batch_size=500,
    )
    return {
        "lease": str(lease),
        "patients": [str(patient.pk) for patient in patients[waiting:]],
        "template": _columns(_visit(patients[-1], MEASURED, now)),
    }


def _doctors(users: list[Any], with_socket: int, house: Any, now: Any) -> None:
    made = Practitioner.objects.bulk_create(
        [
            Practitioner(
                user_id=user, institution_id=house, name_zh="试", name_en="B", title_code="233"
            )
            for user in users
        ],
        batch_size=500,
    )
    Duty.objects.bulk_create(
        [
            Duty(
                practitioner_id=one.pk,
                user_id=one.user_id,
                institution_id=house,
                departments={_department(n, with_socket): 1},
                capacity=10 if n < with_socket else 5,
                reserved=5 if _department(n, with_socket) == CROWDED else 0,
                on_since=now,
                judged_at=now + timedelta(days=1),
                updated_at=now,
            )
            for n, one in enumerate(made)
        ],
        batch_size=500,
    )


def _department(n: int, with_socket: int) -> str:
    if n < with_socket:
        return MEASURED
    return CROWDED if n % (OTHERS + 1) == 0 else f"other{n % (OTHERS + 1)}"


def _patients(house: Any, count: int) -> list[Any]:
    """One has one open visit of a department at most."""
    holder = get_user_model().objects.filter(roles=["patient"]).first()
    name, number = (
        seal_text("试", "people_patient|name"),
        seal_text("1", "people_patient|id_number"),
    )
    return list(
        Patient.objects.bulk_create(
            [
                Patient(
                    holder=holder,
                    institution_id=house,
                    relation="other",
                    name_sealed=name,
                    id_type="01",
                    id_number_sealed=number,
                    id_number_index=n.to_bytes(8, "big"),
                    birth_date=date(1985, 4, 5),
                    sex="2",
                )
                for n in range(count)
            ],
            batch_size=500,
        )
    )


def _visit(patient: Any, department: str, since: Any) -> Any:
    return Consultation(
        institution_id=patient.institution_id,
        patient_id=patient.pk,
        holder_id=patient.holder_id,
        intake_id=ids.new(),
        department=department,
        complaint="咳嗽三天",
        state="waiting",
        state_since=since,
        requested_at=since,
        due_at=since + timedelta(hours=6),
        due_step="give_up",
    )


def _columns(visit: Any) -> str:
    """The row as JSON, for `jsonb_populate_record`."""
    visit.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "select to_jsonb(c) - 'id' - 'intake_id' - 'patient_id' from consultation_consultation c where id = %s",
            [visit.pk],
        )
        found: Any = cursor.fetchone()[0]
    visit.delete()
    return found if isinstance(found, str) else json.dumps(found)


if __name__ == "__main__":
    print(json.dumps(main(*(int(word) for word in sys.argv[1:]))))
