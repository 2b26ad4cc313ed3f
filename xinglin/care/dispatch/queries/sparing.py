"""Departments whose experts are spared: minor return visits do not go back to them."""

from collections.abc import Callable
from uuid import UUID

from xinglin.care.dispatch.queries.shapes import queue_of
from xinglin.care.dispatch.types import Spared
from xinglin.foundation.accounts import queries as accounts
from xinglin.foundation.database import services as database
from xinglin.kernel.text import Text

_ALL = "select institution_id, department from dispatch_spared_department"
_OF = """
    select department, since, "by" from dispatch_spared_department where institution_id = %(house)s
"""


def spared_queues(covers: Callable[[str], bool]) -> frozenset[str]:
    """As the engine calls departments."""
    rows = database.fetch(_ALL)
    return frozenset(queue_of(house, slug) for house, slug in rows if covers(slug))


def spared_in(institution_id: UUID) -> dict[str, Spared]:
    """By department."""
    rows = database.fetch(_OF, {"house": institution_id})
    names = accounts.display_names(by for _, _, by in rows) if rows else {}
    return {
        slug: Spared(since=since, by=Text(names.get(by, ""), names.get(by, "")))
        for slug, since, by in rows
    }
