"""Each wall of the house is shown to fall when it is broken."""

from copy import deepcopy
from pathlib import Path

import grimp
import pytest
from importlinter import configuration
from importlinter.application.use_cases import _register_contract_types, read_user_options
from importlinter.domain.contract import Contract, registry

configuration.configure()
ROOT = Path(__file__).parents[2]
OPTIONS = read_user_options(str(ROOT / "pyproject.toml"))
_register_contract_types(OPTIONS)

BREACHES = [
    ("Floors: call down, announce up", "xinglin.kernel.clock", "xinglin.care.people.queries"),
    ("Floors: call down, announce up", "xinglin.care.people.api", "xinglin.edge.api.problems"),
    (
        "The care order; siblings do not know each other",
        "xinglin.care.consultation.services",
        "xinglin.care.dispatch.services",
    ),
    (
        "The order inside a module",
        "xinglin.care.people.models",
        "xinglin.care.people.services",
    ),
    ("Front doors only", "xinglin.care.triage.services", "xinglin.care.people.models"),
    (
        "Kernel, policy and the dispatch engine know no framework",
        "xinglin.policy.rules",
        "django",
    ),
    (
        "Jurisdictions do not know each other",
        "xinglin.policy.jurisdictions.india",
        "xinglin.policy.jurisdictions.cn",
    ),
    ("No circles", "xinglin.kernel.text", "xinglin.kernel.errors"),
]


@pytest.fixture(scope="session")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("xinglin", include_external_packages=True, cache_dir=None)


def contract_named(name: str) -> Contract:
    options = next(o for o in OPTIONS.contracts_options if o["name"] == name)
    return registry.get_contract_class(options["type"])(
        name=name, session_options=OPTIONS.session_options, contract_options=options
    )


@pytest.mark.parametrize("name", sorted({o["name"] for o in OPTIONS.contracts_options}))
def test_the_house_keeps_its_contract(graph: grimp.ImportGraph, name: str) -> None:
    assert contract_named(name).check(deepcopy(graph), verbose=False).kept


@pytest.mark.parametrize(("name", "importer", "imported"), BREACHES)
def test_a_breach_is_seen(
    graph: grimp.ImportGraph, name: str, importer: str, imported: str
) -> None:
    broken = deepcopy(graph)
    assert importer in broken.modules
    broken.add_import(importer=importer, imported=imported, line_number=1, line_contents="a breach")
    assert not contract_named(name).check(broken, verbose=False).kept


@pytest.mark.parametrize(
    ("name", "newcomer"),
    [
        ("Floors: call down, announce up", "xinglin.attic"),
        ("The care order; siblings do not know each other", "xinglin.care.miracles"),
    ],
)
def test_a_folder_without_a_floor_is_seen(
    graph: grimp.ImportGraph, name: str, newcomer: str
) -> None:
    broken = deepcopy(graph)
    broken.add_module(newcomer)
    assert not contract_named(name).check(broken, verbose=False).kept


def test_every_contract_has_a_breach_that_proves_it() -> None:
    assert {name for name, _, _ in BREACHES} == {o["name"] for o in OPTIONS.contracts_options}
