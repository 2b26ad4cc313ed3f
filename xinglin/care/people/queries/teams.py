"""Who assists whom: for the doctor, and for whoever lets an assistant in."""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from xinglin.care.people.queries.practitioners import practitioner, practitioner_by_user
from xinglin.care.people.types import Lead
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text

ASSISTANT: Final = "assistant"
# Ours: a team that a doctor can still answer for.
MOST_ASSISTANTS: Final = 5
MOST_FREE: Final = 50

_IS_ASSISTANT = """
    select exists (
        select from accounts_user
        where id = %s and institution_id = %s and is_active
            and 'assistant' = any(roles) and 'doctor' <> all(roles)
    )
"""
_TEAM = """
    select coalesce((select is_on from people_team where lead_id = %s), false)
"""
_MEMBERS = """
    select u.id, u.display_name, u.username, m.added_at, u.is_active
    from people_teammember m join accounts_user u on u.id = m.assistant_id
    where m.lead_id = %s and m.removed_at is null order by m.added_at, m.id
"""
# Who helps nobody yet; the first of them by name.
_FREE = f"""
    select u.id, u.display_name, u.username from accounts_user u
    where u.institution_id = %(institution)s and u.is_active
        and 'assistant' = any(u.roles) and 'doctor' <> all(u.roles)
        and (u.display_name ilike %(like)s or u.username ilike %(like)s)
        and not exists (
            select from people_teammember m where m.assistant_id = u.id and m.removed_at is null
        )
    order by u.display_name, u.id limit {MOST_FREE}
"""  # noqa: S608  # a number of our own
_LEAD = """
    select m.lead_id, t.is_on, u.display_name, u.username
    from people_teammember m
    join people_team t on t.lead_id = m.lead_id
    join accounts_user u on u.id = m.assistant_id
    where m.assistant_id = %s and m.removed_at is null and 'assistant' = any(u.roles)
"""
# For asyncpg: whether this assistant may be in this thread now.
ASSISTS: Final = """
    select exists (
        select from people_teammember m
        join people_team t on t.lead_id = m.lead_id and t.is_on
        join people_practitioner p on p.id = m.lead_id
        join consultation_thread h on h.doctor_user_id = p.user_id
        where m.assistant_id = $1 and m.removed_at is null and h.consultation_id = $2 and h.is_open
    )
"""
# For asyncpg: of these pairs (assistant, account of the lead) those that hold no more. Asked only
# while assistants are on line.
TEAMS_LEFT: Final = """
    select o.assistant from unnest($1::uuid[], $2::uuid[]) as o (assistant, lead)
    where not exists (
        select from people_teammember m
        join people_team t on t.lead_id = m.lead_id and t.is_on
        join people_practitioner p on p.id = m.lead_id
        join accounts_user u on u.id = m.assistant_id and 'assistant' = any(u.roles)
        where m.assistant_id = o.assistant and p.user_id = o.lead and m.removed_at is null
    )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistant:
    """`name`: as patients read it."""

    id: UUID
    name: str = field(repr=False)
    added_at: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamCard:
    """`free`: assistants of the house who help nobody yet, by name; fifty at most."""

    is_on: bool
    members: tuple[Assistant, ...]
    free: tuple[Assistant, ...]
    most: int = MOST_ASSISTANTS


def team(viewer: Viewer, query: str = "") -> TeamCard:
    """The viewer's own team, and whom it could have.

    Raises:
        NotFound: the account is no doctor's.
    """
    lead = practitioner_by_user(viewer.user_id)
    if lead is None:
        raise NotFound
    ((is_on,),) = database.fetch(_TEAM, [lead.id])
    like = query.strip().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    free = database.fetch(_FREE, {"institution": lead.institution_id, "like": f"%{like}%"})
    return TeamCard(
        is_on=is_on,
        members=tuple(
            Assistant(id=row[0], name=row[1] or row[2], added_at=row[3])
            for row in database.fetch(_MEMBERS, [lead.id])
        ),
        free=tuple(Assistant(id=row[0], name=row[1] or row[2]) for row in free),
    )


def is_assistant(account_id: UUID, institution_id: UUID) -> bool:
    ((found,),) = database.fetch(_IS_ASSISTANT, [account_id, institution_id])
    return bool(found)


def lead_of(assistant_id: UUID) -> Lead | None:
    """The doctor whom this account assists; None: nobody, or the team is off just now."""
    row = database.fetch_one(_LEAD, [assistant_id])
    if row is None or not row[1]:
        return None
    doctor = practitioner(row[0])
    return Lead(
        practitioner_id=doctor.id,
        user_id=doctor.user_id,
        name=doctor.name,
        title=doctor.title,
        assistant_id=assistant_id,
        assistant_name=row[2] or row[3],
    )


def lead_told(assistant_id: UUID) -> Text | None:
    """Whose team it is, on or off; None: in no team."""
    row = database.fetch_one(_LEAD, [assistant_id])
    return practitioner(row[0]).name if row else None
