"""The history of the house: only what differs, never altered, and one line of the audit each."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.changes.models import Change
from xinglin.foundation.changes.queries import changes_of
from xinglin.foundation.changes.services import note
from xinglin.kernel import ids

pytestmark = pytest.mark.django_db
WHO = Viewer(user_id=ids.new(), roles=frozenset({"administrator"}), permissions=frozenset())


def changed(thing_id="a", **what) -> None:
    note(WHO, "tests.change", thing="thing", thing_id=thing_id, **what)


def test_only_what_differs_is_kept_from_what_to_what():
    changed(
        before={"name": "a", "since": date(2026, 1, 1)}, after={"name": "b", "since": "2026-01-01"}
    )
    (line,) = changes_of("thing", "a")
    assert (line.before, line.after, line.by) == ({"name": "a"}, {"name": "b"}, WHO.user_id)


def test_the_audit_names_the_fields_and_no_words():
    thing = ids.new()
    changed(thing, before={"name": "old"}, after={"name": "new"}, reason="because")
    (line,) = AuditLine.objects.filter(action="tests.change")
    assert (line.thing_id, line.detail["fields"], line.purpose) == (
        thing,
        ["name"],
        "administration",
    )
    told = str(line.detail)
    assert not {word for word in ("old", "new", "because") if word in told}


def test_newest_first_and_paged_by_key():
    for n in range(5):
        changed(after={"n": n})
    first = changes_of("thing", "a", limit=3)
    assert [line.after["n"] for line in first] == [4, 3, 2]
    assert [line.after["n"] for line in changes_of("thing", "a", before=first[-1].id)] == [1, 0]
    assert changes_of("thing", "b") == []


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_rewrite_history(act):
    changed(after={"n": 1})
    rows = Change.objects.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(reason="another") if act == "update" else rows.delete()
