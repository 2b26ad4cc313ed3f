"""The tables of names: every name is somebody, and every event that is reacted to exists."""

import inspect
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest
from django.utils.module_loading import import_string

import xinglin
from xinglin.care.people.api.sheets import SheetKind
from xinglin.config import api, wiring
from xinglin.edge.live.house import CALL_EVENTS
from xinglin.foundation.outbox.types import Event

_ROOT = Path(xinglin.__file__).parent
_EVENTS = sorted(
    ".".join(("xinglin", *file.relative_to(_ROOT).with_suffix("").parts))
    for file in _ROOT.glob("*/*/events.py")
)


def events() -> dict[str, type[Event]]:
    return {
        name: found
        for module in _EVENTS
        for name, found in vars(import_module(module)).items()
        if inspect.isclass(found) and issubclass(found, Event) and found.__module__ == module
    }


@pytest.mark.parametrize("name", [each for row in wiring.REACTIONS.values() for each in row])
def test_a_reaction_can_be_imported_and_takes_an_event(name):
    reaction = import_string(name)
    assert name.rpartition(".")[0].endswith(".reactions")
    assert list(inspect.signature(reaction).parameters) == ["event_id", "payload", "at"]


@pytest.mark.parametrize("kind", [*wiring.REACTIONS, *wiring.WAKES, *CALL_EVENTS])
def test_what_is_reacted_to_or_wakes_somebody_is_an_event(kind):
    assert kind in events()


@pytest.mark.parametrize(("name", "pause"), [(row[1], row[2]) for row in wiring.WORKER_LOOPS])
def test_a_loop_of_the_worker_can_be_imported_and_called_without_arguments(name, pause):
    loop = import_string(name)
    assert not [
        p
        for p in inspect.signature(loop).parameters.values()
        if p.default is inspect.Parameter.empty and p.kind is not p.VAR_POSITIONAL
    ]
    assert pause > 0


def test_a_kind_of_sheet_is_one_by_its_columns_and_the_door_knows_its_name():
    assert set(get_args(SheetKind)) == set(wiring.SHEET_KINDS)
    for name in wiring.SHEET_KINDS.values():
        kind = import_string(name)()
        assert kind.key in {column.key for column in kind.columns if column.required}


def test_a_loop_has_a_name_of_its_own():
    names = [row[0] for row in wiring.WORKER_LOOPS]
    assert len(names) == len(set(names))


def test_every_module_with_an_api_is_in_the_table_of_routers():
    found = {
        ".".join(("xinglin", *path.relative_to(_ROOT).parts[:2], "api"))
        for floor in ("foundation", "care")
        for path in (_ROOT / floor).glob("*/api*")
        if path.name in {"api", "api.py"}
    }
    assert set(api.ROUTERS) == found


def test_an_event_is_named_by_nobody_else():
    kinds = [
        name
        for module in _EVENTS
        for name, found in vars(import_module(module)).items()
        if inspect.isclass(found) and issubclass(found, Event) and found.__module__ == module
    ]
    assert len(kinds) == len(set(kinds))
