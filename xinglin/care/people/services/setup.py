"""From an empty hospital to one that patients may come to."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from xinglin.care.people import rules
from xinglin.care.people.models import Department, Institution, SetupMark
from xinglin.care.people.queries import institution
from xinglin.care.people.queries.hospital import forget_departments
from xinglin.care.people.queries.setup import (
    UNNAMED,
    checklist,
    known_places,
    own_institution,
)
from xinglin.care.people.services.employ import Employment, employ_doctor
from xinglin.care.people.services.employing import unfit
from xinglin.foundation.accounts.types import SYSTEM_ID, Viewer
from xinglin.foundation.changes.services import note
from xinglin.foundation.outbox.services import in_one_transaction
from xinglin.foundation.staffing import services as staffing
from xinglin.foundation.staffing.types import Link
from xinglin.kernel import clock
from xinglin.kernel.errors import Conflict, FieldError, Invalid, RuleRefused
from xinglin.kernel.text import Text

__all__ = [
    "UNNAMED",
    "close_departments",
    "describe_hospital",
    "mark_step",
    "open_departments",
    "open_hospital",
    "take_on_doctor",
]

MARKS = ("consent", "first_visit", "staff")
# A child is led there, and whoever is unsure (triage/rules/department.py).
FALLBACKS = ("general_practice", "paediatrics")
_EMPTY = Text("此项必填。", "This is required.")
_NO_PLACE = Text("请选择列表中的所在地。", "Please choose a place of the list.")
_NO_GRADE = Text("没有这个医院等级。", "There is no such grade of hospitals.")
_OVER = Text("许可证已过期，或日期不合理。", "This licence is over, or the date makes no sense.")


@in_one_transaction()
def close_departments(institution_id: UUID) -> None:
    """As an empty hospital begins: nothing is open, and the first administrator is walked through."""
    now = clock.now()
    Department.objects.filter(closed_at=None).update(closed_at=now)
    SetupMark.objects.create(institution_id=institution_id, step="begun", by=SYSTEM_ID, at=now)
    forget_departments()


@in_one_transaction()
def describe_hospital(
    viewer: Viewer,
    *,
    name: tuple[str, str],
    licence_number: str,
    licence_until: datetime | None,
    grade: str,
    place: str,
) -> None:
    """Name and licence of the viewer's own institution.

    Raises:
        NotFound, Invalid.
    """
    house = own_institution(viewer)
    told = {
        "name_zh": _clean(name[0]),
        "name_en": _clean(name[1]),
        "licence_number": _clean(licence_number),
        "licence_until": licence_until,
        "grade": grade,
        "jurisdiction": place,
    }
    errors = [FieldError(field, _EMPTY) for field in _NEEDED if not told[field]]
    if place not in known_places():
        errors.append(FieldError("place", _NO_PLACE))
    if grade and grade not in rules.GRADES:
        errors.append(FieldError("grade", _NO_GRADE))
    if licence_until is not None and not clock.now() < licence_until < rules.END_OF_DAYS:
        errors.append(FieldError("licence_until", _OVER))
    if errors:
        raise Invalid(*errors)
    before = {field: getattr(house, field) for field in told}
    Institution.objects.filter(pk=house.pk).update(**told)
    note(
        viewer,
        "people.describe_hospital",
        thing="institution",
        thing_id=house.pk,
        before=before,
        after=told,
    )


_NEEDED = ("name_zh", "name_en", "licence_number")


def _clean(raw: str) -> str:
    return " ".join(raw.replace("\x00", "").split())


@in_one_transaction()
def open_departments(viewer: Viewer, slugs: Collection[str]) -> None:
    """These are open and no others; visits that wait in another are still taken.

    Raises:
        Invalid: none is left open, or one is not of the catalogue.
    """
    wanted = set(slugs)
    rows = {row.slug: row for row in Department.objects.select_for_update().order_by("slug")}
    if not wanted or wanted - rows.keys():
        raise Invalid(
            FieldError(
                "departments",
                Text("请至少开设一个科室。", "Please open at least one department."),
            )
        )
    if not wanted & set(FALLBACKS):
        raise Invalid(
            FieldError(
                "departments",
                Text(
                    "全科或儿科至少开设一个：说不清看哪科的患者会被引导到那里。",
                    "Open general practice or paediatrics: whoever is unsure is led there.",
                ),
            )
        )
    now = clock.now()
    for slug, row in rows.items():
        if (row.closed_at is None) == (slug in wanted):
            continue
        row.closed_at = None if slug in wanted else now
        row.save(update_fields=["closed_at"])
        note(
            viewer,
            "people.open_department" if slug in wanted else "people.close_department",
            thing="department",
            thing_id=slug,
            before={"open": slug not in wanted},
            after={"open": slug in wanted},
        )
    forget_departments()


@in_one_transaction()
def mark_step(viewer: Viewer, step: str, *, at: datetime) -> None:
    """A person has looked at it. Raises NotFound, Invalid."""
    house = own_institution(viewer)
    if step not in MARKS:
        raise Invalid(FieldError("step", Text("没有这一步。", "There is no such step.")))
    _, new = SetupMark.objects.get_or_create(
        institution=house, step=step, defaults={"by": viewer.user_id, "at": at}
    )
    if new:
        note(
            viewer,
            "people.mark_setup",
            thing="institution",
            thing_id=house.pk,
            after={step: at},
        )


@in_one_transaction()
def take_on_doctor(viewer: Viewer, *, username: str, employment: Employment, at: datetime) -> Link:
    """One doctor by hand: an account with its link, and the employment.

    Raises:
        NotFound, Invalid, Conflict: as `staffing.invite` and `employ_doctor`.
        RuleRefused: this doctor could see nobody (R14, R15, R17).
    """
    house = institution(own_institution(viewer).pk)
    link = staffing.invite(
        viewer,
        username=username,
        display_name=employment.name.zh,
        roles=["doctor"],
        locale=viewer.locale,
        at=at,
    )
    employ_doctor(viewer, user_id=link.account_id, institution_id=house.id, employment=employment)
    if refusals := unfit(employment, place=house.place, at=at):
        raise RuleRefused(refusals)
    return link


@in_one_transaction()
def open_hospital(viewer: Viewer, *, at: datetime) -> None:
    """Patients may come from now on. Opened again, it stays as it is.

    Raises:
        NotFound.
        Conflict: `setup_not_ready`, something that must be there is missing.
    """
    house = own_institution(viewer)
    if house.opened_at is not None:
        return
    if not checklist(viewer).ready:
        raise Conflict(
            "setup_not_ready",
            Text(
                "还有必须完成的步骤，请先完成标有“必须”的各项。",
                "Something that must be there is missing; please finish what is marked “must”.",
            ),
        )
    Institution.objects.filter(pk=house.pk).update(opened_at=at)
    note(
        viewer,
        "people.open_hospital",
        thing="institution",
        thing_id=house.pk,
        before={"opened_at": None},
        after={"opened_at": at},
    )
