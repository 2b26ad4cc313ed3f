"""The phrases and templates that a demo hospital begins with; our own words, courtesy and questions only."""

from collections.abc import Iterable
from typing import Any

from xinglin.care.consultation import services
from xinglin.care.consultation.types import Wording
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock


def write_for_departments(admin: Viewer, told: dict[str, Any]) -> None:
    """As an administrator would, for every department that is open."""
    for department in people.departments():
        slug = department.slug
        said = [*told["every_department"], *told["departments"].get(slug, [])]
        _add(admin, "reply", slug, (_reply(each) for each in said))
        _add(admin, "template", slug, [Wording(**told["template"])])


def write_own(doctor: Viewer, said: Iterable[dict[str, str]]) -> None:
    _add(doctor, "reply", None, (_reply(each) for each in said))


def _reply(said: dict[str, str]) -> Wording:
    return Wording(zh={"text": said["zh"]}, en={"text": said["en"]})


def _add(viewer: Viewer, kind: str, department: str | None, said: Iterable[Wording]) -> None:
    where = services.shelf(viewer, kind, department)
    for wording in said:
        services.add_phrase(viewer, where, wording, at=clock.now())
