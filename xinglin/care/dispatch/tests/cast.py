"""Doctors and waiting visits with the fewest words, on the real database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections

from xinglin.care.consultation.lifecycle import CONSULTATION
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.dispatch import services
from xinglin.care.dispatch.models import Duty, Offer
from xinglin.care.dispatch.queries.truth import Memory
from xinglin.care.dispatch.rules import MOST_URGENT, OVER
from xinglin.care.dispatch.services import lease as leases
from xinglin.care.dispatch.tasks.leading import new_engine, turn
from xinglin.care.people import queries as people
from xinglin.care.people import services as staffing
from xinglin.care.people.models import Licence, Patient, Practitioner
from xinglin.care.people.queries.hospital import forget_departments
from xinglin.care.people.services.employ import Employment, LicencePaper
from xinglin.foundation.accounts.models import User
from xinglin.foundation.accounts.services import seal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.live import services as live
from xinglin.kernel import clock, ids
from xinglin.kernel.text import Text

_number = count(1)
GP, SKIN = "general_practice", "dermatology"


class House:
    """One hospital. Everything happens at `self.at`, which only `later` moves."""

    def __init__(self, at: datetime | None = None) -> None:
        forget_departments()
        staffing.seed_departments()
        self.at = at or clock.now()
        self.engine, self.memory = new_engine(), Memory()
        self.institution = staffing.found_institution(
            code="xinglin", name=Text("杏林", "Xinglin"), licence_number="PDY0001"
        )
        self._patients: list[UUID] = []
        self._holder = ids.new()

    @contextmanager
    def later(self, **delta: float) -> Iterator[datetime]:
        self.at += timedelta(**delta)
        with clock.frozen(self.at):
            yield self.at

    def doctor(self, *departments: str, **changes: Any) -> UUID:
        """Employed, not on duty; the identity was checked just now."""
        n = next(_number)
        user = User.objects.create(
            username=f"dr{n}", roles=["doctor"], institution_id=self.institution.id, password="!"
        )
        licence_until = changes.pop("licence_until", None)
        values = {
            "name": Text(f"医生{n}", f"Doctor {n}"),
            "title_code": "233",
            "departments": departments or (GP,),
            "licence": LicencePaper(
                number=f"1100{n:011d}", valid_from=date(2015, 1, 1), valid_until=licence_until
            ),
            "independent_since": date(2015, 1, 1),
            **changes,
        }
        card = staffing.employ_doctor(
            Viewer.system("test"),
            user_id=user.pk,
            institution_id=self.institution.id,
            employment=Employment(**values),
        )
        Practitioner.objects.filter(pk=card.id).update(identity_checked_at=self.at)
        return card.id

    def on_duty(self, *departments: str, capacity: int = 1, **changes: Any) -> UUID:
        """Employed, on duty and with a live line."""
        doctor = self.doctor(*departments, **changes)
        self.start(doctor, capacity)
        return doctor

    def start(self, doctor: UUID, capacity: int | None = 1) -> None:
        self.touch(doctor)
        services.start_duty(self.viewer(doctor), capacity=capacity, at=self.at)

    def touch(self, *doctors: UUID) -> None:
        """Their lines are alive."""
        live.touch_presence([people.practitioner(d).user_id for d in doctors], self.at)

    def viewer(self, doctor: UUID) -> Viewer:
        return Viewer(
            user_id=people.practitioner(doctor).user_id,
            roles=frozenset({"doctor"}),
            permissions=settings.ROLE_PERMISSIONS["doctor"],
            institution_id=self.institution.id,
            strong=True,
        )

    def patient(self) -> UUID:
        n = next(_number)
        holder, _ = User.objects.get_or_create(
            pk=self._holder, defaults={"username": f"p{n}", "roles": ["patient"], "password": "!"}
        )
        found = Patient.objects.create(
            holder=holder,
            institution_id=self.institution.id,
            relation="child",
            name_sealed=seal_text("林小杏", "people_patient|name"),
            id_type="01",
            id_number_sealed=seal_text(str(n), "people_patient|id_number"),
            id_number_index=n.to_bytes(8, "big"),
            birth_date=date(1985, 4, 5),
            sex="2",
        )
        return found.pk

    def visit(self, department: str = GP, **changes: Any) -> UUID:
        """Waits for a doctor of the department."""
        due_at, due_step = CONSULTATION.due("waiting", self.at) or (None, "")
        values = {
            "institution_id": self.institution.id,
            "patient_id": self.patient(),
            "holder_id": self._holder,
            "intake_id": ids.new(),
            "department": department,
            "complaint": "咳嗽三天，夜里加重",
            "state": "waiting",
            "state_since": self.at,
            "due_at": due_at,
            "due_step": due_step,
            "requested_at": self.at,
            **changes,
        }
        row = Consultation.objects.create(**values)
        messages.open_thread(row.pk, row.holder_id)
        messages.post(row.pk, row.holder_id, "text", {"text": row.complaint})
        return row.pk

    @property
    def holder(self) -> Viewer:
        """The account that asks for every visit."""
        return Viewer(
            user_id=self._holder,
            roles=frozenset({"patient"}),
            permissions=settings.ROLE_PERMISSIONS["patient"],
        )

    def lease(self) -> leases.Lease:
        """Longer than any test; the database's clock runs on while others wait for the machine."""
        lease = leases.acquire("test", lasts=timedelta(hours=1))
        assert lease is not None
        return lease

    def dispatch(self) -> int:
        """One turn of a leading dispatcher; how many offers it made."""
        with clock.frozen(self.at):
            return turn(self.engine, self.lease(), self.memory)


def offer_of(visit: UUID) -> Offer | None:
    """The live one."""
    return Offer.objects.filter(consultation_id=visit, state__in=["offered", "accepted"]).first()


def asked(visit: UUID) -> UUID | None:
    """The doctor who is asked for the visit, or has it."""
    offer = offer_of(visit)
    return offer and offer.practitioner_id


def state_of(visit: UUID) -> str:
    return Consultation.objects.values_list("state", flat=True).get(pk=visit)


def reserved(doctor: UUID) -> int:
    return Duty.objects.values_list("reserved", flat=True).get(pk=doctor)


def check_books() -> None:
    """What the tables must say whatever happened: slots equal live offers, and nobody is over capacity
    but by one of the most urgent.
    """
    for duty in Duty.objects.all():
        held = Offer.objects.filter(practitioner_id=duty.pk, state__in=["offered", "accepted"])
        urgent = held.filter(consultation__urgency=MOST_URGENT).exists()
        assert duty.reserved == held.count() <= duty.capacity + (OVER if urgent else 0)
    for visit in Consultation.objects.filter(state="active"):
        assert asked(visit.pk) == visit.practitioner_id


def end_licence(doctor: UUID, at: datetime) -> None:
    Licence.objects.filter(practitioner_id=doctor).update(valid_until=at)


@contextmanager
def own_connection() -> Iterator[None]:
    """A real connection of this thread, outside of the pool of eight."""
    mine = connections["default"].copy()
    mine.settings_dict["OPTIONS"].pop("pool", None)
    connections["default"] = mine
    try:
        yield
    finally:
        mine.close()
        del connections["default"]


NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # in China
