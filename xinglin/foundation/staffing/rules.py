"""How long a link holds, what a user name is, and when a reset may be carried out; pure."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from xinglin.kernel.text import Text

LINK_HOLDS: Final = timedelta(hours=72)
ALONE_AFTER: Final = timedelta(hours=24)
"""A house with one administrator has nobody to confirm: the person is told, and a day passes.
Ours; that a lost factor is replaced with as much proof as it was given is ASVS 5.0, 6.4.4."""

_USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,38}[a-z0-9])")
BAD_USERNAME: Final = Text(
    "用户名由3至40个小写字母、数字、点、横线或下划线组成，首尾须为字母或数字。",
    "A user name has 3 to 40 small letters, digits, dots, dashes or underscores, and begins and ends"
    " with a letter or digit.",
)


def clean_username(raw: str) -> str | None:
    """In small letters; None for what is none."""
    name = raw.strip().lower()
    return name if _USERNAME.fullmatch(name) else None


def may_end_reset(asked_by: UUID, asked_at: datetime, *, by: UUID, at: datetime) -> bool:
    """Another person at once; the same one only when a day has passed."""
    return by != asked_by or at - asked_at >= ALONE_AFTER


def unknown_roles(roles: Collection[str], known: Collection[str]) -> list[str]:
    return sorted(set(roles) - set(known))
