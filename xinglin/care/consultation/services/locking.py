"""A visit, held until the transaction ends; the thread's row always before the visit's."""

from uuid import UUID

from django.db import connection

from xinglin.care.consultation.models import Consultation
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import NotFound

_LOCK_THREAD = "select 1 from consultation_thread where consultation_id = %s for update"
# No step looks at `kind_rules`, which is long.
_FIELDS = [
    field.attname
    for field in Consultation._meta.concrete_fields  # noqa: SLF001  # Django's public name for it
    if field.attname != "kind_rules"
]
_LOCK = f"select {', '.join(_FIELDS)} from consultation_consultation where id = %s for update"  # noqa: S608  # our own columns


def locked(consultation_id: UUID) -> Consultation:
    """The visit, held until the transaction ends.

    Locks: the thread's row, then the visit's: the order in which `post_batch` takes them.
    Raises:
        NotFound: there is no such visit.
    """
    database.later(_LOCK_THREAD, [consultation_id])
    row = database.fetch_one(_LOCK, [consultation_id])
    if row is None:
        raise NotFound
    return Consultation.from_db(connection.alias, _FIELDS, row)


def locked_unless_busy(consultation_id: UUID) -> Consultation | None:
    """As `locked`; None when somebody else holds the visit or its thread."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_LOCK_THREAD} skip locked", [consultation_id])
        if cursor.fetchone() is None:
            return None
    rows = Consultation.objects.select_for_update(skip_locked=True)
    return rows.filter(pk=consultation_id).first()
