"""A doctor's team: who assists, and whether the doctor has the team on. Everything is audited."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from xinglin.care.people import events, queries
from xinglin.care.people.models import Practitioner, Team, TeamMember
from xinglin.care.people.queries.teams import MOST_ASSISTANTS
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, NotFound
from xinglin.kernel.text import Text

_TAKEN = Text(
    "这位助理已在一位医生的团队里，请先由那位医生移出。",
    "This assistant is in a doctor's team already; that doctor has to remove the assistant first.",
)
_FULL = Text(
    "一个团队最多 {n} 位助理，请先移出一位。",
    "A team has at most {n} assistants; please remove one first.",
).filled(n=MOST_ASSISTANTS)


@outbox.in_one_transaction()
def switch_team(viewer: Viewer, *, is_on: bool, at: datetime) -> None:
    """On, the assistants see and answer in the doctor's open visits; off, at once no more.

    Raises:
        NotFound: the account is no doctor's.
    Emits: TeamChanged.
    """
    lead = _lead(viewer)
    team = _locked(lead, at)
    if team.is_on == is_on:
        return
    Team.objects.filter(pk=lead.pk).update(is_on=is_on, changed_at=at)
    _note(viewer, "people.switch_team", lead, {"is_on": is_on})
    _announce(viewer, lead, _assistants(lead))


@outbox.in_one_transaction()
def add_assistant(viewer: Viewer, account_id: UUID, *, at: datetime) -> None:
    """An account with the role `assistant`, of the doctor's own house. Twice is as good as once.

    Raises:
        NotFound: the account is no doctor's, or there is no such assistant here.
        Conflict: `assistant_taken`, `team_full`.
    Locks: the team. Emits: TeamChanged.
    """
    lead = _lead(viewer)
    _locked(lead, at)
    if not queries.is_assistant(account_id, lead.institution_id):
        raise NotFound
    mine = _assistants(lead)
    if account_id in mine:
        return
    if len(mine) >= MOST_ASSISTANTS:
        raise Conflict("team_full", _FULL)
    try:
        with transaction.atomic():
            TeamMember.objects.create(
                lead=lead, assistant_id=account_id, added_by=viewer.user_id, added_at=at
            )
    except IntegrityError:
        raise Conflict("assistant_taken", _TAKEN) from None
    _note(viewer, "people.add_assistant", lead, {"assistant_id": str(account_id)})
    _announce(viewer, lead, [account_id])


@outbox.in_one_transaction()
def remove_assistant(viewer: Viewer, account_id: UUID, *, at: datetime) -> None:
    """Holds from the next request on, and closes the assistant's line.

    Raises:
        NotFound: no such assistant is in the doctor's team.
    Locks: the team. Emits: TeamChanged.
    """
    lead = _lead(viewer)
    _locked(lead, at)
    left = TeamMember.objects.filter(
        lead=lead, assistant_id=account_id, removed_at__isnull=True
    ).update(removed_by=viewer.user_id, removed_at=at)
    if not left:
        raise NotFound
    _note(viewer, "people.remove_assistant", lead, {"assistant_id": str(account_id)})
    _announce(viewer, lead, [account_id])


def _lead(viewer: Viewer) -> Practitioner:
    found = Practitioner.objects.filter(user_id=viewer.user_id).first()
    if found is None:
        raise NotFound
    return found


def _locked(lead: Practitioner, at: datetime) -> Team:
    Team.objects.get_or_create(lead=lead, defaults={"changed_at": at})
    return Team.objects.select_for_update().get(pk=lead.pk)


def _assistants(lead: Practitioner) -> list[UUID]:
    return list(
        TeamMember.objects.filter(lead=lead, removed_at__isnull=True).values_list(
            "assistant_id", flat=True
        )
    )


def _note(viewer: Viewer, action: str, lead: Practitioner, detail: dict[str, Any]) -> None:
    record(
        viewer,
        action,
        subject=None,
        thing="practitioner",
        thing_id=lead.pk,
        purpose="care",
        detail=detail,
    )


def _announce(viewer: Viewer, lead: Practitioner, assistants: list[UUID]) -> None:
    audience = (f"user:{viewer.user_id}", *(f"user:{each}" for each in assistants))
    outbox.emit(events.TeamChanged(audience=audience, practitioner_id=lead.pk))
