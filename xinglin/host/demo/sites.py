"""The drugstores and the village clinic of the demo hospital."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xinglin.care.people import queries as people
from xinglin.care.sites import services as sites
from xinglin.care.sites.types import SiteForm
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.text import Text

# A demo is played again and again: its codes are not used up in an hour.
_USES, _GOOD_FOR = 1000, timedelta(days=3650)
_HOURS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@dataclass(frozen=True, kw_only=True)
class Door:
    """What an assistant needs besides a password. `site`: its name."""

    site: dict[str, str]
    enrolment: str
    pin: str


def found(
    told: Mapping[str, Any],
    *,
    admin: Viewer,
    institution_id: UUID,
    staff: Mapping[str, Viewer],
    at: datetime,
) -> dict[str, Door]:
    """Every site of the file; answers by user name how each assistant gets in."""
    doors: dict[str, Door] = {}
    for each in told["sites"]:
        form = SiteForm(
            code=each["code"],
            name=Text(**each["name"]),
            kind=each["kind"],
            address=Text(**each["address"]),
            telephone=each["telephone"],
            division=each["division"],
            longitude=each["longitude"],
            latitude=each["latitude"],
            terminals=each["terminals"],
            hours=_HOURS,
        )
        site = sites.found_site(admin, form, institution_id=institution_id, at=at)
        _furnish(admin, site.id, each, staff, at)
        for username in each["staff"]:
            viewer = staff[username]
            sites.add_staff(admin, site.id, viewer.user_id, at=at)
            sites.set_pin(viewer, told["pin"], at=at)
            code, _ = sites.make_enrolment(admin, site.id, at=at, uses=_USES, good_for=_GOOD_FOR)
            doors[username] = Door(site=each["name"], enrolment=code, pin=told["pin"])
    return doors


def _furnish(
    admin: Viewer,
    site_id: UUID,
    each: Mapping[str, Any],
    staff: Mapping[str, Viewer],
    at: datetime,
) -> None:
    for username in each["doctors"]:
        doctor = people.practitioner_by_user(staff[username].user_id)
        assert doctor is not None
        sites.link_doctor(admin, site_id, doctor.id, at=at)
    for one in each["instruments"]:
        sites.note_instrument(
            admin, site_id, one["serial"], kind=one["kind"], model=one["model"], at=at
        )
