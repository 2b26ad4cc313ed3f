"""The operator's board: chief physicians are spared and not, and strict order is told."""

import psycopg
import pytest
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast
from journeys.hospital import Hospital
from xinglin.host.places import socket_folder
from xinglin.host.postgres import ROLE

pytestmark = pytest.mark.slow
# As the leader writes it: a real overload would need twenty patients and two minutes.
STRICT = """
    insert into dispatch_strict_order (name, epoch, since) select name, epoch, now()
    from dispatch_dispatcherlease
    on conflict (name) do update set epoch = excluded.epoch, since = excluded.since
"""
USUAL = "update dispatch_strict_order set since = null"
DEPARTMENT = {"zh": "dermatology", "en": "ent"}


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_switch_is_explained_turned_and_turned_back(cast: Cast, locale: str) -> None:
    slug = DEPARTMENT[locale]
    operator = cast.member(locale, "operator", path="/staff/board")
    operator.press(f"spare-{slug}")
    operator.sees("spare-submit")
    operator.look("operator-spare")
    operator.press("spare-submit")
    operator.sees(f"spared-{slug}")
    expect(operator.get("spare-submit")).to_be_hidden(timeout=PATIENCE_MS)
    operator.look("operator-board-spared")
    operator.press(f"spare-{slug}")
    name = str(cast.hospital.person(operator.username)["name"]["zh"])
    expect(operator.get("spared-by")).to_contain_text(name, timeout=PATIENCE_MS)
    operator.look("operator-spare-off")
    operator.press("spare-submit")
    operator.sees(f"spared-{slug}", 0)


def write(hospital: Hospital, sql: str) -> None:
    folder = socket_folder((hospital.data / "postgres").resolve() / "socket")
    with psycopg.connect(host=str(folder), user=ROLE, dbname=ROLE, autocommit=True) as database:
        assert database.execute(sql).rowcount == 1


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_strict_order_is_on_the_board_and_on_the_wall_until_it_ends(
    cast: Cast, locale: str
) -> None:
    operator = cast.member(locale, "operator", path="/staff/board")
    operator.sees("totals")
    operator.sees("strict-order", 0)
    write(cast.hospital, STRICT)
    try:
        operator.sees("strict-order")
        operator.look("operator-strict")
        operator.press("wall")
        operator.sees("wall-board")
        operator.look("operator-wall-strict")
    finally:
        write(cast.hospital, USUAL)
    operator.sees("strict-order", 0)
