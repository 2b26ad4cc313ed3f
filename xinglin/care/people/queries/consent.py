"""Where consent stands."""

from uuid import UUID

from xinglin.care.people.models import Consent, ConsentText
from xinglin.care.people.types import ConsentStatus
from xinglin.foundation.database import services as database
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound, Unavailable
from xinglin.kernel.text import Text

# Asked before each visit: the version that binds, and the last word of the holder.
_STATUS = """
    select required.version, last.version, last.withdrawn_at is not null
    from (
        select version from people_consenttext where kind = %(kind)s and in_force_from <= %(now)s
        order by in_force_from desc, version desc limit 1
    ) required
    left join lateral (
        select t.version, c.withdrawn_at
        from people_consent c join people_consenttext t on t.id = c.text_id
        where c.holder_id = %(holder)s and t.kind = %(kind)s
        order by c.given_at desc, c.id desc limit 1
    ) last on true
"""


def required_text(kind: str = "service") -> ConsentText:
    """The newest version in force.

    Raises:
        NotFound: there is no such kind.
        Unavailable: the service's own text has not been loaded.
    """
    found = (
        ConsentText.objects.filter(kind=kind, in_force_from__lte=clock.now())
        .order_by("-in_force_from", "-version")
        .first()
    )
    if found is None and kind == "service":
        raise Unavailable(
            "no_consent_text", Text("本院尚未完成设置。", "This hospital has not been set up yet.")
        )
    if found is None:
        raise NotFound
    return found


def consent_status(holder_id: UUID, kind: str = "service") -> ConsentStatus:
    row = database.fetch_one(_STATUS, {"kind": kind, "now": clock.now(), "holder": holder_id})
    if row is None:
        return status_under(required_text(kind), holder_id)
    required, given, withdrawn = row
    return ConsentStatus(
        required_version=required,
        given_version=None if withdrawn else given,
        withdrawn=withdrawn,
    )


def status_under(required: ConsentText, holder_id: UUID) -> ConsentStatus:
    """With the required text in hand: one query."""
    last = (
        Consent.objects.filter(holder_id=holder_id, text__kind=required.kind)
        .select_related("text")
        .order_by("-given_at", "-id")
        .first()
    )
    withdrawn = last is not None and last.withdrawn_at is not None
    return ConsentStatus(
        required_version=required.version,
        given_version=last.text.version if last and not withdrawn else None,
        withdrawn=withdrawn,
    )
