"""How long patients waited for the first reply of the doctor who has, or had, their visit."""

from datetime import datetime
from typing import Final
from uuid import UUID

from xinglin.foundation.database import services as database

_REPLIES: Final = """
    select practitioner_id, first_reply_at, extract(epoch from first_reply_at - accepted_at)::float8
    from consultation_consultation
    where first_reply_at > %s and first_reply_at >= accepted_at and practitioner_id is not null
"""


def first_replies(*, since: datetime) -> list[tuple[UUID, datetime, float]]:
    """Doctor, when, and seconds after the acceptance. By the index `consultation_first_reply`."""
    return [(doctor, at, took) for doctor, at, took in database.fetch(_REPLIES, [since])]
