"""Who works here."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model

from xinglin.foundation.accounts.services import index_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.changes import queries as changes
from xinglin.foundation.changes.types import ChangeLine
from xinglin.foundation.database import services as database
from xinglin.foundation.staffing import rules
from xinglin.foundation.staffing.models import FactorReset, Invitation
from xinglin.foundation.staffing.types import ResetCard, StaffLine, Welcome
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text

THING = "staff_account"
TOKEN = "staffing_invitation|token"  # noqa: S105  # what the index is bound to
GONE = Text(
    "此链接已失效或已使用，请向管理员索取新的链接。",
    "This link is used or no longer valid. Please ask an administrator for a new one.",
)
# Patients have a number, staff have none; parts of the system are neither.
_STAFF = "u.phone_index is null and not u.is_service and u.closed_at is null"
_LINES = f"""
    select u.id, u.username, u.display_name, u.roles, u.is_active, u.synthetic,
        u.password not like '!%%', exists (
            select from mfa_authenticator m
            where m.user_id = u.id and m.type in ('totp', 'webauthn')
        ), u.last_login, i.expires_at, r.reason, r.asked_by, a.display_name, r.asked_at
    from accounts_user u
    left join staffing_invitation i on i.user_id = u.id and i.used_at is null
    left join staffing_factorreset r on r.user_id = u.id and r.outcome = ''
    left join accounts_user a on a.id = r.asked_by
    where {_STAFF} and u.institution_id is not distinct from %(institution)s::uuid
"""  # noqa: S608  # constants only
_PAGE = f"""{_LINES}
        and u.username > %(after)s
        and (%(words)s = '' or u.username like %(words)s || '%%'
            or u.display_name ilike '%%' || %(words)s || '%%')
        and (%(role)s = '' or u.roles @> array[%(role)s]::varchar[])
        and (not %(waiting)s or u.password like '!%%')
    order by u.username limit %(limit)s
"""
_ONE = f"{_LINES} and u.id = %(id)s"


def staff_page(  # keyword-only; each narrows the list
    viewer: Viewer,
    *,
    words: str = "",
    role: str = "",
    without_password: bool = False,
    after: str = "",
    limit: int = 50,
) -> tuple[list[StaffLine], str | None]:
    """By user name, of the viewer's own institution; `after`: the last one already shown."""
    plain = words.replace("\x00", "").replace("\\", "").replace("%", "").replace("_", "\\_")
    rows = database.fetch(
        _PAGE,
        {
            "institution": viewer.institution_id,
            "words": plain.strip().lower(),
            "role": role,
            "waiting": without_password,
            "after": after.replace("\x00", ""),
            "limit": limit + 1,
        },
    )
    lines = [_line(row) for row in rows[:limit]]
    return lines, lines[-1].username if len(rows) > limit else None


def staff_line(viewer: Viewer, account_id: UUID) -> StaffLine:
    """Raises NotFound: no staff of the viewer's institution."""
    row = database.fetch_one(_ONE, {"institution": viewer.institution_id, "id": account_id})
    if row is None:
        raise NotFound
    return _line(row)


def _line(row: database.Row) -> StaffLine:
    reason, asked_by, asked_by_name, asked_at = row[10:]
    return StaffLine(
        id=row[0],
        username=row[1],
        display_name=row[2],
        roles=tuple(row[3]),
        is_active=row[4],
        synthetic=row[5],
        has_password=row[6],
        has_factor=row[7],
        last_seen=row[8],
        invited_until=row[9],
        reset=ResetCard(
            reason=reason,
            asked_by=asked_by,
            asked_by_name=asked_by_name or "",
            asked_at=asked_at,
            alone_after=asked_at + rules.ALONE_AFTER,
        )
        if asked_at
        else None,
    )


def history(
    viewer: Viewer, account_id: UUID, *, before: UUID | None = None, limit: int = 50
) -> tuple[list[ChangeLine], UUID | None]:
    """Newest first, and the last one shown when there are more. Raises NotFound."""
    staff_line(viewer, account_id)
    found = changes.changes_of(THING, account_id, before=before, limit=limit + 1)
    lines = found[:limit]
    return lines, lines[-1].id if len(found) > limit else None


def invitation(token: str, at: datetime) -> Invitation:
    """Raises NotFound: such a link was never made, is used, over, or its account is disabled."""
    found = (
        Invitation.objects.select_related("user")
        .filter(token_index=index_text(token, TOKEN), used_at=None, expires_at__gt=at)
        .filter(user__is_active=True)
        .first()
    )
    if found is None:
        raise NotFound("link_not_valid", GONE)
    return found


def welcome(token: str, at: datetime) -> Welcome:
    """Raises NotFound."""
    found = invitation(token, at)
    return Welcome(
        username=found.user.username,
        display_name=found.user.display_name,
        expires_at=found.expires_at,
    )


def own_reset(viewer: Viewer) -> FactorReset | None:
    return FactorReset.objects.filter(user_id=viewer.user_id, outcome="").first()


def administrators(institution_id: UUID | None) -> int:
    """How many can sign in."""
    return (
        get_user_model()
        .objects.filter(
            institution_id=institution_id,
            is_active=True,
            closed_at=None,
            roles__contains=["administrator"],
        )
        .count()
    )
