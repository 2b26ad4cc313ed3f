"""How far the setting-up of a hospital has come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from xinglin.care.people import queries
from xinglin.care.people.models import Department, Institution, SetupMark
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text
from xinglin.policy import places

UNNAMED = Text("本互联网医院（待命名）", "This internet hospital (to be named)")
# Who could see a patient: the account is active, the licence holds, nobody has suspended the doctor.
_DOCTORS = """
    select count(*) from people_practitioner p join accounts_user u on u.id = p.user_id
    where p.institution_id = %(institution)s and u.is_active and p.suspended_at is null
        and exists (
            select from people_licence l
            where l.practitioner_id = p.id and l.institution_id = p.institution_id
                and l.valid_from <= %(at)s::date
                and (l.valid_until is null or l.valid_until > %(at)s)
        )
"""
_ADMINISTRATORS = """
    select count(*) from accounts_user u
    where u.institution_id = %s and u.is_active and u.roles @> array['administrator']::varchar[]
        and exists (
            select from mfa_authenticator m
            where m.user_id = u.id and m.type in ('totp', 'webauthn')
        )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`must`: the hospital does not open without it. `count`: of what there is, where it counts."""

    name: str
    done: bool
    must: bool
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """`complete`: the page is no longer needed."""

    steps: tuple[Step, ...]
    opened_at: datetime | None
    complete: bool

    @property
    def ready(self) -> bool:
        return all(step.done for step in self.steps if step.must)


def own_institution(viewer: Viewer) -> Institution:
    """Raises NotFound for who belongs to none."""
    own = viewer.institution_id
    found = Institution.objects.filter(pk=own).first() if own else None
    if found is None:
        raise NotFound
    return found


def checklist(viewer: Viewer) -> Checklist:
    """Raises NotFound."""
    house = own_institution(viewer)
    marks = set(SetupMark.objects.filter(institution=house).values_list("step", flat=True))
    named = (house.name_zh, house.name_en) != (UNNAMED.zh, UNNAMED.en)
    licensed = queries.institution(house.pk).licensed
    opened = len(queries.departments())
    doctors = _count(_DOCTORS, {"institution": house.pk, "at": clock.now()})
    administrators = _count(_ADMINISTRATORS, [house.pk])
    steps = (
        Step(name="hospital", done=named and licensed, must=True),
        Step(name="departments", done=opened > 0, must=True, count=opened),
        Step(name="doctors", done=doctors > 0, must=True, count=doctors),
        Step(name="consent", done="consent" in marks, must=True),
        Step(name="sms", done=settings.NOTICE_GATEWAYS["sms"] != "null", must=True),
        Step(
            name="staff",
            done=administrators > 1 or "staff" in marks,
            must=False,
            count=administrators,
        ),
        Step(name="first_visit", done="first_visit" in marks or _any_visit(), must=False),
    )
    done = house.opened_at is not None and all(step.done for step in steps)
    return Checklist(steps=steps, opened_at=house.opened_at, complete=done or "begun" not in marks)


def _any_visit() -> bool:
    """Asked of the room above, by name."""
    return bool(import_string(settings.FIRST_VISIT)())


def _count(sql: str, values: Any) -> int:
    row = database.fetch_one(sql, values)
    return int(row[0]) if row else 0


def all_departments() -> list[Department]:
    """Closed ones too, in their order."""
    return list(Department.objects.order_by("position", "slug"))


def known_places() -> dict[str, Text]:
    """Codes that a hospital may be under, each by the name of its law."""
    found: dict[str, Text] = {}
    for code, jurisdiction in places.load().items():
        found[code] = jurisdiction.name
        found |= jurisdiction.places
    return found
