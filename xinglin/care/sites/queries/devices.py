"""Which browser this is, and who holds its screen. Asked at the door, before anything else."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from xinglin.care.sites.models import Device, SiteStaff
from xinglin.care.sites.models import ScreenPass as Row
from xinglin.care.sites.types import ScreenPass, Station
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound

# A patient may read on after the end; then the screen is the site's again.
AFTER_THE_END = timedelta(minutes=30)
# Who has left reads nothing any more; the screen says good-bye, and is given back.
AFTER_LEAVING = timedelta(minutes=5)
PIN_TRIES = 5

_STATION = """
    select d.id, d.site_id, d.label from sites_device d join sites_site s on s.id = d.site_id
    where d.cookie_hash = %s and d.revoked_at is null and s.closed_at is null
"""
_LIVE = """
    from sites_screenpass p
    join sites_device d on d.id = p.device_id and d.revoked_at is null
    join sites_site s on s.id = d.site_id and s.closed_at is null
    join sites_walkin w on w.id = p.walk_in_id
    join sites_sitestaff t on t.user_id = p.staff_id and t.site_id = w.site_id
        and t.removed_at is null
    join accounts_user u on u.id = p.staff_id and u.is_active and 'site_assistant' = any(u.roles)
    left join sites_pintry n on n.pass_id = p.id
    where p.ended_at is null and p.expires_at > %(at)s and coalesce(n.tries, 0) < %(tries)s
        and (w.ended_at is null
            or w.ended_at > case w.state when 'left' then %(left_ago)s else %(long_ago)s end)
"""
_SCREEN = f"""
    select p.id, w.id, w.holder_id, w.site_id, w.institution_id, d.id, d.label, p.staff_id, w.locale,
        p.expires_at
    {_LIVE} and p.cookie_hash = %(screen)s and d.cookie_hash = %(device)s
"""  # our own words
_HELD = f"select p.id {_LIVE} and w.site_id = %(site)s"  # the same
_STILL = f"select p.id {_LIVE} and p.id = any(%(passes)s)"  # the same

_STANDING = """
    select a.user_id, a.device_id, t.site_id
    from unnest(%s::uuid[], %s::uuid[]) as a (user_id, device_id)
    join sites_device d on d.id = a.device_id and d.revoked_at is null
    join sites_site s on s.id = d.site_id and s.closed_at is null
    join sites_sitestaff t on t.user_id = a.user_id and t.site_id = s.id and t.removed_at is null
"""


def hash_of(secret: str) -> bytes:
    """Of a secret with 256 random bits: nothing slower is needed."""
    return hashlib.sha256(secret.encode()).digest()


def station_of(device_cookie: str) -> Station | None:
    """None: not enrolled, revoked, or the site is closed."""
    row = database.fetch_one(_STATION, [hash_of(device_cookie)]) if device_cookie else None
    return Station(device_id=row[0], site_id=row[1], label=row[2]) if row else None


def device_state(device_cookie: str) -> str:
    """enrolled, revoked (or its site is closed) or unknown."""
    if not device_cookie:
        return "unknown"
    rows = Device.objects.filter(cookie_hash=hash_of(device_cookie))
    found = rows.values_list("revoked_at", "site__closed_at").first()
    if found is None:
        return "unknown"
    return "enrolled" if found == (None, None) else "revoked"


def screen_of(
    pass_cookie: str, device_cookie: str, *, at: datetime | None = None
) -> ScreenPass | None:
    """The live pass of this browser. None: there is none, it is over, or it is another device's."""
    if not pass_cookie or not device_cookie:
        return None
    now = at or clock.now()
    row = database.fetch_one(
        _SCREEN,
        live_at(now) | {"screen": hash_of(pass_cookie), "device": hash_of(device_cookie)},
    )
    if row is None:
        return None
    names = (
        "id walk_in_id holder_id site_id institution_id device_id device_label staff_id locale"
        " expires_at"
    )
    return ScreenPass(**dict(zip(names.split(), row, strict=True)))


def screen_of_row(row: Row) -> ScreenPass:
    """For what was given just now."""
    walk_in, device = row.walk_in, row.device
    return ScreenPass(
        id=row.pk,
        walk_in_id=walk_in.pk,
        holder_id=walk_in.holder_id,
        site_id=walk_in.site_id,
        institution_id=walk_in.institution_id,
        device_id=device.pk,
        device_label=device.label,
        staff_id=row.staff_id,
        locale=walk_in.locale,
        expires_at=row.expires_at,
    )


def screen(viewer: Viewer) -> ScreenPass:
    """The pass that the viewer holds. Raises NotFound."""
    return screen_of_row(pass_held(viewer))


def pass_held(viewer: Viewer) -> Row:
    """As `screen`, to be worked on."""
    row = (
        Row.objects.select_related("walk_in", "device")
        .filter(walk_in_id=viewer.bound_to, device_id=viewer.station, ended_at__isnull=True)
        .first()
        if viewer.bound_to and viewer.station
        else None
    )
    if row is None:
        raise NotFound
    return row


def passes_gone(pass_ids: Iterable[UUID], *, at: datetime | None = None) -> set[UUID]:
    """Those of them that are over by now, for whatever reason."""
    asked = list(pass_ids)
    live = database.fetch(_STILL, live_at(at or clock.now()) | {"passes": asked})
    return set(asked) - {pass_id for (pass_id,) in live}


def screens_held(site_id: UUID, at: datetime) -> int:
    """How many of the site's screens a patient holds now."""
    return len(database.fetch(_HELD, live_at(at) | {"site": site_id}))


def live_at(at: datetime) -> dict[str, object]:
    return {
        "at": at,
        "tries": PIN_TRIES,
        "long_ago": at - AFTER_THE_END,
        "left_ago": at - AFTER_LEAVING,
    }


def standing(pairs: Iterable[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], UUID]:
    """Of these pairs (assistant, device) those who stand at a device of their own site, and which."""
    asked = list(pairs)
    users, devices = [user for user, _ in asked], [device for _, device in asked]
    found = database.fetch(_STANDING, [users, devices]) if asked else []
    return {(user, device): site for user, device, site in found}


def staff_site(user_id: UUID) -> UUID | None:
    """Where the assistant works now."""
    rows = SiteStaff.objects.filter(user_id=user_id, removed_at__isnull=True)
    return rows.values_list("site_id", flat=True).first()
