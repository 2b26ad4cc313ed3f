"""Requests and doctors with the fewest words; a number is an identity."""

from dataclasses import replace
from typing import Any

from xinglin.care.dispatch.engine.core import Engine
from xinglin.care.dispatch.engine.decisions import Close, Decision, Offer, OrderChanged
from xinglin.care.dispatch.engine.shapes import Doctor, Request
from xinglin.care.dispatch.engine.weights import Weights, load

_NO_CHANGE_OF_ORDER = 10**6


def request(n: int, department: str = "gp", **changes: Any) -> Request:
    return Request(id=n, department=department, **{"urgency": 3, "arrived": float(n), **changes})


def doctor(n: int, *departments: str, **changes: Any) -> Doctor:
    """The first department is the doctor's own; one unit."""
    slugs = departments or ("gp",)
    return Doctor(
        id=n,
        departments={slug: 1 if i == 0 else 2 for i, slug in enumerate(slugs)},
        **{"units": 1, **changes},
    )


def weights(**changes: Any) -> Weights:
    return replace(load(), **changes)


def bare() -> Weights:
    """Neither holds nor drains nor strict order: what the reference knows."""
    return weights(hold_most=0, drain_share=0.0, strict_fewest=_NO_CHANGE_OF_ORDER)


def pairs(made: list[Decision]) -> list[tuple[Any, Any]]:
    """(request, doctor) of the offers."""
    return [(d.request, d.doctor) for d in made if isinstance(d, Offer)]


def closed(made: list[Decision]) -> list[Any]:
    return [d.request for d in made if isinstance(d, Close)]


def told(made: list[Decision]) -> list[tuple[Any, ...]]:
    """Decisions as the reference writes them."""
    lines: list[tuple[Any, ...]] = []
    for d in made:
        kind = type(d).__name__
        if isinstance(d, Offer):
            lines.append((kind, d.request, d.doctor))
        elif not isinstance(d, OrderChanged):
            lines.append((kind, d.request if isinstance(d, Close) else d.doctor))  # type: ignore[union-attr]
    return lines


def engine(**changes: Any) -> Engine:
    """Nothing closed, so that a request without a doctor waits for one."""
    return Engine(close=False, **changes)
