"""Who gets whom: pure, incremental and deterministic; the same events give the same decisions."""

from xinglin.care.dispatch.engine.core import Engine
from xinglin.care.dispatch.engine.decisions import (
    Close,
    Decision,
    Estimate,
    Offer,
    OrderChanged,
    Overflow,
    Pause,
    Rejected,
)
from xinglin.care.dispatch.engine.interface import Policy
from xinglin.care.dispatch.engine.order import Place, place_of, strict_place_of
from xinglin.care.dispatch.engine.pace import units_for
from xinglin.care.dispatch.engine.shapes import (
    NEVER_AGAIN,
    Doctor,
    Id,
    OpenVisit,
    Request,
    Snapshot,
    Why,
)
from xinglin.care.dispatch.engine.weights import Weights, WeightsRefused, load

__all__ = [
    "NEVER_AGAIN",
    "Close",
    "Decision",
    "Doctor",
    "Engine",
    "Estimate",
    "Id",
    "Offer",
    "OpenVisit",
    "OrderChanged",
    "Overflow",
    "Pause",
    "Place",
    "Policy",
    "Rejected",
    "Request",
    "Snapshot",
    "Weights",
    "WeightsRefused",
    "Why",
    "load",
    "place_of",
    "strict_place_of",
    "units_for",
]
