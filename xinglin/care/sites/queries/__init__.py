"""What can be asked of sites."""

from xinglin.care.sites.queries.devices import (
    passes_gone,
    screen_of,
    staff_site,
    station_of,
)
from xinglin.care.sites.queries.readings import measured, observed, readings
from xinglin.care.sites.queries.sites import linked_doctors, site_card, site_cards
from xinglin.care.sites.queries.telling import site_told
from xinglin.care.sites.queries.walk_ins import (
    bound_walk_in,
    consultations_of,
    own_walk_in,
    own_walk_ins,
    walk_in,
)

__all__ = [
    "bound_walk_in",
    "consultations_of",
    "linked_doctors",
    "measured",
    "observed",
    "own_walk_in",
    "own_walk_ins",
    "passes_gone",
    "readings",
    "screen_of",
    "site_card",
    "site_cards",
    "site_told",
    "staff_site",
    "station_of",
    "walk_in",
]
