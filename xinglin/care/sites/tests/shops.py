"""Sites, devices and walk-ins with the fewest words, as rows: for what is counted of them."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.conf import settings

from xinglin.care.people import services as people
from xinglin.care.people.models import Patient
from xinglin.care.sites.hours import WEEK
from xinglin.care.sites.models import Device, Site, WalkIn
from xinglin.care.sites.queries.devices import hash_of
from xinglin.care.sites.services import Beat, hear
from xinglin.foundation.accounts.models import User
from xinglin.foundation.accounts.services import seal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import ids
from xinglin.kernel.text import Text

_number = count(1)
DAY = {day: [["08:00", "20:00"]] for day in WEEK}
WELL = Beat(camera=True, microphone=True, printer=True, reader=True, pending=0, version="")


class Chain:
    """A house with sites. Everything happens at `self.at`."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        n = next(_number)
        self.institution = people.found_institution(
            code=f"chain{n}", name=Text("连锁", "Chain"), licence_number=f"PDY{n:04d}"
        )
        self._holder: User | None = None

    def site(self, *, hours: dict[str, Any] | None = None, **changes: Any) -> Site:
        n = next(_number)
        values = {
            "institution_id": self.institution.id,
            "code": f"S{n:04d}",
            "name_zh": f"第{n}站",
            "name_en": f"Site {n}",
            "kind": "drugstore",
            "hours": DAY if hours is None else hours,
            "created_at": self.at,
        }
        return Site.objects.create(**values | changes)

    def device(self, site: Site, *, enrolled_at: datetime | None = None) -> str:
        """Its cookie."""
        cookie = f"cookie-{next(_number)}"
        Device.objects.create(
            site=site,
            label="柜台",
            cookie_hash=hash_of(cookie),
            enrolled_by=ids.new(),
            enrolled_at=enrolled_at or self.at - timedelta(days=7),
        )
        return cookie

    def revoke(self, cookie: str) -> None:
        Device.objects.filter(cookie_hash=hash_of(cookie)).update(revoked_at=self.at)

    def hear(self, *cookies: str, beat: Beat = WELL) -> None:
        for cookie in cookies:
            hear(cookie, beat, at=self.at)

    def listen(self, cookie: str, *, minutes: int) -> None:
        """A heartbeat now and after each minute; it is then so much later."""
        for left in range(minutes, -1, -1):
            self.hear(cookie)
            self.at += timedelta(minutes=1) if left else timedelta()

    def walk_in(self, site: Site, **changes: Any) -> WalkIn:
        device = site.devices.first()
        n = next(_number)
        values = {
            "id": ids.new(),
            "site": site,
            "device": device,
            "patient_id": self._patient(n),
            "institution_id": self.institution.id,
            "holder_id": ids.new(),
            "assistant_id": ids.new(),
            "day": self.today,
            "number": n,
            "digest": b"",
            "registered_at": self.at,
        }
        return WalkIn.objects.create(**values | changes)

    @property
    def today(self) -> date:
        return (self.at + timedelta(hours=8)).date()  # China has one clock

    def _patient(self, n: int) -> UUID:
        if self._holder is None:
            self._holder = User.objects.create(
                username=f"holder{n}", roles=["patient"], password="!"
            )
        row = Patient.objects.create(
            holder=self._holder,
            institution_id=self.institution.id,
            relation="child",
            name_sealed=seal_text("林小杏", "people_patient|name"),
            id_type="01",
            id_number_sealed=seal_text(str(n), "people_patient|id_number"),
            id_number_index=n.to_bytes(8, "big"),
            birth_date=date(1985, 4, 5),
            sex="2",
        )
        return row.pk

    @property
    def operator(self) -> Viewer:
        return Viewer(
            user_id=ids.new(),
            roles=frozenset({"operator"}),
            permissions=settings.ROLE_PERMISSIONS["operator"],
            institution_id=self.institution.id,
            strong=True,
        )
