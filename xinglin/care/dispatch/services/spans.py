"""Duty as it was, written down when it begins and ends."""

from datetime import datetime
from uuid import UUID

from xinglin.foundation.database import services as database
from xinglin.kernel import ids

_ELSEWHERE = """
    update dispatch_duty_span s set ended = greatest(s.began, %(at)s) from dispatch_duty d
    where s.practitioner_id = %(doctor)s and s.ended is null
        and d.practitioner_id = s.practitioner_id and d.institution_id <> s.institution_id
"""
_BEGIN = """
    insert into dispatch_duty_span (id, practitioner_id, institution_id, began)
    select %(id)s, practitioner_id, institution_id, %(at)s from dispatch_duty
    where practitioner_id = %(doctor)s
    on conflict (practitioner_id) where ended is null do nothing
"""
_END = """
    update dispatch_duty_span set ended = greatest(began, %(at)s)
    where practitioner_id = %(doctor)s and ended is null
"""


def note_span(practitioner_id: UUID, *, is_on: bool, at: datetime) -> None:
    """Twice is as good as once."""
    values = {"id": ids.new(), "doctor": practitioner_id, "at": at}
    for sql in (_ELSEWHERE, _BEGIN) if is_on else (_END,):
        database.change(sql, values)
