"""Finds the jurisdictions: each folder is one, and each `<decision>` in it holds its `RULES`.

A decision is a file, or a folder of that name once it is long.
"""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from xinglin.policy import jurisdictions
from xinglin.policy.terms import Jurisdiction, Rule, as_decision

# A jurisdiction may keep its citations and knobs here, beside its decisions.
_LAW = "law"


class UnknownPlaceError(LookupError):
    """No folder and no list of places knows this code."""

    def __init__(self, place: str, known: Mapping[str, object]) -> None:
        super().__init__(f"no jurisdiction knows the place {place!r}; known: {', '.join(known)}")


@cache
def load(package: ModuleType = jurisdictions) -> Mapping[str, Jurisdiction]:
    """Every jurisdiction by its code.

    Raises:
        ValueError: a folder holds a module that is no decision, or names a parent that is not there
            or that has a parent itself.
    """
    names = sorted(found.name for found in pkgutil.iter_modules(package.__path__) if found.ispkg)
    loaded = {name: _jurisdiction(import_module(f"{package.__name__}.{name}")) for name in names}
    for code, jurisdiction in loaded.items():
        if jurisdiction.parent is None:
            continue
        parent = loaded.get(jurisdiction.parent)
        if parent is None or parent.parent is not None:
            raise ValueError(f"{code} names {jurisdiction.parent!r}, which is no nation here")
    return loaded


def layers(place: str, package: ModuleType = jurisdictions) -> tuple[Jurisdiction, ...]:
    """The nation, then the province when it has rules of its own.

    Raises:
        UnknownPlaceError: nobody knows the code.
    """
    loaded = load(package)
    own = loaded.get(place) or next((j for j in loaded.values() if place in j.places), None)
    if own is None:
        known = dict.fromkeys([*loaded, *(code for j in loaded.values() for code in j.places)])
        raise UnknownPlaceError(place, known)
    return (own,) if own.parent is None else (loaded[own.parent], own)


def neighbours(place: str, package: ModuleType = jurisdictions) -> tuple[Jurisdiction, ...]:
    """The other provinces with rules of their own, of the same nation."""
    here = layers(place, package)
    return tuple(j for j in load(package).values() if j.parent == here[0].code and j not in here)


def _jurisdiction(package: ModuleType) -> Jurisdiction:
    return Jurisdiction(
        code=package.__name__.rpartition(".")[2],
        name=package.NAME,
        zone=package.ZONE,
        parent=getattr(package, "PARENT", None),
        places=getattr(package, "PLACES", {}),
        knobs=getattr(package, "KNOBS", ()),
        rules=_rules(package),
    )


def _rules(package: ModuleType) -> dict[str, tuple[Rule[Any], ...]]:
    rules: dict[str, tuple[Rule[Any], ...]] = {}
    for found in pkgutil.iter_modules(package.__path__):
        if found.name == _LAW:
            continue
        if as_decision(found.name) is None:
            raise ValueError(f"{package.__name__}.{found.name} is no decision")
        rules[found.name] = import_module(f"{package.__name__}.{found.name}").RULES
    return rules
