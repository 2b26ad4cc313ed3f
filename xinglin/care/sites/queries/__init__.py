"""What can be asked of sites."""

from xinglin.care.sites.queries.administration import (
    house_of,
    instrument_lines,
    site_lines,
    site_page,
)
from xinglin.care.sites.queries.board import (
    SiteBoard,
    SiteOnBoard,
    SiteTotals,
    site_board,
    site_walk_ins,
)
from xinglin.care.sites.queries.counties import county
from xinglin.care.sites.queries.devices import (
    device_state,
    passes_gone,
    screen,
    screen_of,
    staff_site,
    standing,
    station_of,
)
from xinglin.care.sites.queries.readings import measured, observed, reading, readings
from xinglin.care.sites.queries.sites import (
    linked_doctors,
    place_of,
    site_card,
    site_refs,
)
from xinglin.care.sites.queries.telling import site_told
from xinglin.care.sites.queries.walk_ins import (
    ahead,
    bound_walk_in,
    consultations_of,
    own_walk_in,
    today,
    walk_in,
)

__all__ = [
    "SiteBoard",
    "SiteOnBoard",
    "SiteTotals",
    "ahead",
    "bound_walk_in",
    "consultations_of",
    "county",
    "device_state",
    "house_of",
    "instrument_lines",
    "linked_doctors",
    "measured",
    "observed",
    "own_walk_in",
    "passes_gone",
    "place_of",
    "reading",
    "readings",
    "screen",
    "screen_of",
    "site_board",
    "site_card",
    "site_lines",
    "site_page",
    "site_refs",
    "site_told",
    "site_walk_ins",
    "staff_site",
    "standing",
    "station_of",
    "today",
    "walk_in",
]
