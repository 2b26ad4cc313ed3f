"""Audit lines with the names of people: staff by name and role, patients masked."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from xinglin.care.people import queries as persons
from xinglin.care.quality.rules import REASONS
from xinglin.care.quality.types import Actor, Found, LineSeen, Subject
from xinglin.foundation.accounts import queries as accounts
from xinglin.foundation.accounts.types import SYSTEM_ID, Viewer
from xinglin.foundation.audit import queries as audit
from xinglin.foundation.audit.services import record
from xinglin.foundation.audit.types import Access, Wanted
from xinglin.kernel.text import Text

# Of these the thing is the visit itself.
_OF_VISITS = frozenset({"consultation", "record"})
_NOBODIES = frozenset({"patient", "guest", "relative"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One page: `before` is the last line already shown."""

    wanted: Wanted
    before: UUID | None
    limit: int


def seen(viewer: Viewer, asked: Asked) -> list[LineSeen]:
    """Newest first; the search is itself a line: who looked for what, and how much was shown.

    Raises:
        Conflict: `search_too_wide`.
    """
    found = audit.search(asked.wanted, limit=asked.limit, before=asked.before)
    wanted = asked.wanted
    record(
        viewer,
        "audit.read",
        subject=wanted.subject,
        thing="audit",
        thing_id=wanted.thing_ids[0] if wanted.thing_ids else None,
        purpose="supervision",
        detail={
            "actor": str(wanted.actor or ""),
            "action": wanted.action,
            "purpose": wanted.purpose,
            "since": wanted.since.isoformat() if wanted.since else "",
            "until": wanted.until.isoformat() if wanted.until else "",
            "before": str(asked.before or ""),
            "lines": len(found),
        },
    )
    return _with_faces(viewer, found)


def _with_faces(viewer: Viewer, found: list[Access]) -> list[LineSeen]:
    actors = faces_of(viewer, found)
    subjects = _subjects(viewer, {line.subject_id for line in found if line.subject_id})
    actions, purposes = persons.action_names(), persons.purpose_names()
    things = persons.thing_names()
    return [
        LineSeen(
            id=line.id,
            at=line.at,
            actor=actors[line.actor_id, line.actor_roles],
            subject=subjects.get(line.subject_id) if line.subject_id else None,
            action=line.action,
            action_name=actions.get(line.action) or _code(line.action),
            thing=line.thing,
            thing_name=things.get(line.thing) or _code(line.thing),
            thing_id=line.thing_id,
            visit_id=line.thing_id if line.thing in _OF_VISITS else None,
            purpose=line.purpose,
            purpose_name=purposes.get(line.purpose) or _code(line.purpose),
            address=line.address,
            device=line.device,
            detail=line.detail,
            sealed=line.sealed,
        )
        for line in found
    ]


def _code(code: str) -> Text:
    """What has no name any more is told by its code."""
    return Text(code or "-", code or "-")


def faces_of(viewer: Viewer, found: Iterable[Access]) -> dict[tuple[UUID, tuple[str, ...]], Actor]:
    """By who acted and as what: a doctor is masked in lines from before, as a patient alone."""
    who = {(line.actor_id, line.actor_roles) for line in found}
    masked = {each for each in who if _is_masked(each[1])}
    names = accounts.display_names({user for user, _ in who - masked} - {SYSTEM_ID})
    selves = persons.masked_selves({user for user, roles in masked if "patient" in roles})
    actors = {}
    for user, roles in who:
        own = selves.get(user) if (user, roles) in masked else None
        here = own is not None and _is_here(viewer, own.institution_id)
        plain = "" if (user, roles) in masked else names.get(user, "")
        actors[user, roles] = Actor(
            id=user,
            name=own.name if own and here else plain,
            roles=roles,
            masked=(user, roles) in masked,
            patient_id=own.id if own and here else None,
        )
    return actors


def _is_masked(roles: tuple[str, ...]) -> bool:
    """A line has every role of the account: a doctor who registered as a patient first has both."""
    return bool(_NOBODIES.intersection(roles)) and not settings.STAFF_ROLES.intersection(roles)


def _subjects(viewer: Viewer, patient_ids: set[UUID]) -> dict[UUID, Subject]:
    known = persons.masked_patients(patient_ids)
    told = {}
    for patient_id in patient_ids:
        row = known.get(patient_id)
        shown = row is not None and _is_here(viewer, row.institution_id)
        told[patient_id] = Subject(id=patient_id, name=row.name if row and shown else "")
    return told


def _is_here(viewer: Viewer, institution_id: UUID) -> bool:
    """Of the viewer's institution; who has none is of the whole house."""
    return viewer.institution_id in {None, institution_id}


def people(viewer: Viewer, words: str) -> list[Found]:
    """Staff by name; patients by their whole phone, identity or registration number, masked.

    What was typed is not written down, since it may be such a number; who was found is.
    """
    words = words.strip()
    patients = persons.find_patients(words, viewer.institution_id)
    staff = accounts.find_staff(words, viewer.institution_id)
    record(
        viewer,
        "audit.find_person",
        subject=patients[0].id if len(patients) == 1 else None,
        thing="audit",
        thing_id=None,
        purpose="supervision",
        detail={"staff": len(staff), "patients": [str(each.id) for each in patients]},
    )
    return [
        *(Found(kind="staff", id=s.id, name=s.display_name, roles=s.roles) for s in staff),
        *(
            Found(kind="patient", id=p.id, name=p.name, account_id=p.holder_id, roles=("patient",))
            for p in patients
        ),
    ]


def words() -> dict[str, list[dict[str, Any]]]:
    """What can be chosen in the filters, and the reasons that may be given."""
    return {
        "actions": _choices(persons.action_names()),
        "purposes": _choices(persons.purpose_names()),
        "reasons": _choices(REASONS),
    }


def _choices(names: dict[str, Text]) -> list[dict[str, Any]]:
    return [{"code": code, "name": name} for code, name in names.items()]
