"""A site with an assistant at an enrolled device, by the fewest words."""

import itertools
import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime

from xinglin.care.people.queries import default_institution, required_text
from xinglin.care.people.tests.factories import WOMAN, id_number, staff_viewer
from xinglin.care.sites import services
from xinglin.care.sites.models import Device, Site, SiteStaff
from xinglin.care.sites.queries.devices import hash_of
from xinglin.care.sites.types import Form, Person, Told, WalkInCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock, ids

_numbers = itertools.count(1)
PIN = "135790"


@dataclass(frozen=True)
class Counter:
    """`assistant` stands at `device` of `site`."""

    site: Site
    device: Device
    cookie: str
    assistant: Viewer


def site(**changes) -> Site:
    nth = next(_numbers)
    known = {
        "institution_id": default_institution().id,
        "code": f"S{nth:03d}",
        "name_zh": f"青石药店{nth}",
        "name_en": f"Qingshi Drugstore {nth}",
        "kind": "drugstore",
        "hours": {day: [["08:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "created_at": clock.now(),
    }
    return Site.objects.create(**(known | changes))


def device(of: Site, label: str = "柜台1") -> tuple[Device, str]:
    cookie = secrets.token_urlsafe(8)
    made = Device.objects.create(
        site=of,
        label=label,
        cookie_hash=hash_of(cookie),
        enrolled_by=ids.new(),
        enrolled_at=clock.now(),
    )
    return made, cookie


def assistant(of: Site, at: Device, *, pin: str = "") -> Viewer:
    viewer = staff_viewer("site_assistant", institution_id=of.institution_id)
    SiteStaff.objects.create(
        site=of,
        user_id=viewer.user_id,
        pin=pin,
        added_by=ids.new(),
        added_at=clock.now(),
    )
    return replace(viewer, station=at.pk)


def counter(**changes) -> Counter:
    where = site(**changes)
    made, cookie = device(where)
    return Counter(where, made, cookie, assistant(where, made))


def form(*, name: str = "林小满", born: date = WOMAN, sex: str = "female", **changes) -> Form:
    number = changes.pop("number", None) or id_number(born, sex)
    known = {
        "person": Person(name=name, id_number=number),
        "locale": "zh",
        "complaint": "咳嗽三天",
        "consents": (("service", required_text().version),),
    }
    return Form(**(known | changes))


def walk_in(at: Counter, **changes) -> WalkInCard:
    return services.register(at.assistant, ids.new(), form(**changes), at=clock.now())


def cuff(at: Counter, serial: str = "BP-1") -> str:
    services.note_instrument(
        Viewer.system("tests"),
        at.site.pk,
        serial,
        kind="blood_pressure",
        model="欧姆龙 U30",
        at=clock.now(),
    )
    return serial


def pressure(at: datetime | None = None, **changes) -> Told:
    known = {
        "kind": "blood_pressure",
        "values": {"systolic": 128, "diastolic": 82},
        "unit": "mm[Hg]",
        "measured_at": at or clock.now(),
    }
    return Told(**(known | changes))
