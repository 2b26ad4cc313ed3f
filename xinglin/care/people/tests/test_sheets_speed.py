"""5,000 doctors in under a minute, beside plain inserts of the same rows in the same run.

pytest -s -m slow xinglin/care/people/tests/test_sheets_speed.py
"""

import time

import pytest
from django.db import connection, transaction

from xinglin.care.people.models import Practitioner
from xinglin.care.people.tests.factories import doctor
from xinglin.care.people.tests.test_sheets import admin, applied, handed_in, house, people, sheet

__all__ = ["admin", "house"]

ROWS, BY_HAND, WRONG = 5_000, 100, 250
TABLES = {
    "accounts_user": ("id", "roles = '{doctor}'"),
    "people_practitioner": ("id", "true"),
    "people_practitionerdepartment": ("id", "true"),
    "people_licence": ("id", "true"),
}


def seconds(act) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def plain_inserts() -> float:
    """The rows that an import has made, taken out and put back one by one by one prepared statement."""
    kept = {}
    with connection.cursor() as cursor:
        for table, (_, which) in TABLES.items():
            cursor.execute(f"select * from {table} where {which}")
            kept[table] = [c.name for c in cursor.description], cursor.fetchall()
        for table in reversed(TABLES):
            cursor.execute(f"delete from {table} where {TABLES[table][1]}")

        def put_back() -> None:
            for table, (columns, rows) in kept.items():
                places = ", ".join(["%s"] * len(columns))
                cursor.executemany(
                    f"insert into {table} ({', '.join(columns)}) values ({places})", rows
                )

        return seconds(put_back)


@pytest.mark.slow
def test_5000_doctors_come_in_within_a_minute(admin, capsys):
    wrong = [one | {"title": "?"} if n < WRONG else one for n, one in enumerate(people(ROWS))]
    found = handed_in(admin, sheet(*wrong))
    assert (found.errors, found.milliseconds < 60_000) == (WRONG, True)
    row = handed_in(admin, sheet(*people(ROWS)))
    checked = row.milliseconds
    applied(admin, row)
    assert (row.state, row.new) == ("applied", ROWS)
    assert Practitioner.objects.count() == ROWS
    again = handed_in(admin, sheet(*people(ROWS)))
    assert (again.same, again.errors) == (ROWS, 0)
    with transaction.atomic():
        inserts = 1000 * plain_inserts()
    by_hand = 1000 * seconds(lambda: [doctor() for _ in range(BY_HAND)]) * ROWS / BY_HAND
    total = checked + row.milliseconds
    told = (
        f"\n{ROWS} doctors: preview {checked / 1000:.1f} s ({WRONG} errors:"
        f" {found.milliseconds / 1000:.1f} s), apply {row.milliseconds / 1000:.1f} s (which looks"
        f" again), all the same {again.milliseconds / 1000:.1f} s; plain inserts of the same rows"
        f" {inserts / 1000:.1f} s, ratio {total / inserts:.1f}; by hand one by one"
        f" {by_hand / 1000:.0f} s ({by_hand / total:.0f}x)"
    )
    with capsys.disabled():
        print(told)  # noqa: T201  # what the run is for
    assert total < 60_000
