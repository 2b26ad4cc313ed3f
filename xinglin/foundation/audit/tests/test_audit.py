"""The audit is complete, append-only, and tells where it was tampered with."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections, transaction

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import queries, services
from xinglin.foundation.audit.queries.chains import OF_LINE, line_of
from xinglin.foundation.audit.rules import older_link_hash
from xinglin.kernel import ids


def viewer(**changes):
    known = {"user_id": ids.new(), "roles": frozenset({"doctor"}), "permissions": frozenset()}
    return Viewer(**(known | changes))


def write(who: Viewer, **changes) -> None:
    line = {"subject": None, "thing": "record", "thing_id": ids.new(), "purpose": "care"} | changes
    services.record(who, line.pop("action", "record.read"), **line)


def sealed_chain(length: int) -> tuple[int, list[UUID]]:
    """A doctor's lines, sealed; the chain they are on and their ids in its order."""
    doctor = viewer()
    for number in range(length):
        write(doctor, detail={"版本": number})
    while services.seal_pending():
        pass
    mine = [a.id for a in queries.lines(actor=doctor.user_id, limit=length)]
    return doctor.user_id.int % 16, mine[::-1]


def tamper(sql: str, values: list[object]) -> None:
    """As somebody who owns the database would."""
    with connection.cursor() as cursor:
        for table in ("audit_line", "audit_link"):
            cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute(sql, values)
        for table in ("audit_line", "audit_link"):
            cursor.execute(f"alter table {table} enable trigger user")


def position_of(line_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select position from audit_link where line_id = %s", [line_id])
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_line", "audit_link"])
@pytest.mark.parametrize(
    "act", ["update {} set chain = chain", "delete from {}", "truncate {}"], ids=str.split
)
def test_a_line_once_written_can_only_be_read(table, act):
    sealed_chain(1)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format(table))


@pytest.mark.django_db
def test_an_untouched_audit_holds():
    chain, mine = sealed_chain(5)
    report = services.verify()
    assert report.holds
    assert report.waiting == 0
    assert report.sealed >= 5
    assert (chain, position_of(mine[-1])) in [tip[:2] for tip in report.tips]


@pytest.mark.django_db
def test_lines_not_yet_sealed_are_counted_and_are_no_fault():
    write(viewer())
    report = services.verify()
    assert (report.waiting, report.holds) == (1, True)


@pytest.mark.django_db
def test_an_altered_line_is_found_at_its_place():
    chain, mine = sealed_chain(5)
    place = position_of(mine[2])
    tamper("update audit_line set purpose = 'none' where id = %s", [mine[2]])
    (fault,) = services.verify().faults
    assert (fault.kind, fault.chain, fault.position, fault.line_id) == (
        "altered",
        chain,
        place,
        mine[2],
    )


@pytest.mark.django_db
def test_a_deleted_line_is_found_at_its_place():
    chain, mine = sealed_chain(5)
    tamper("delete from audit_line where id = %s", [mine[1]])
    (fault,) = services.verify().faults
    assert (fault.kind, fault.chain, fault.line_id) == ("removed", chain, mine[1])


@pytest.mark.django_db
def test_a_line_deleted_with_its_link_leaves_a_gap_that_is_found():
    chain, mine = sealed_chain(5)
    place = position_of(mine[3])
    tamper(
        "with l as (delete from audit_link where line_id = %s)"
        " delete from audit_line where id = %s",
        [mine[3], mine[3]],
    )
    (fault,) = services.verify().faults
    assert (fault.kind, fault.chain, fault.position) == ("removed", chain, place)


@pytest.mark.django_db
def test_two_lines_that_changed_places_are_found():
    _, mine = sealed_chain(5)
    one, two = position_of(mine[1]), position_of(mine[2])
    tamper("update audit_link set position = -%s + 1000000 where line_id = %s", [one, mine[1]])
    tamper("update audit_link set position = %s where line_id = %s", [one, mine[2]])
    tamper("update audit_link set position = %s where line_id = %s", [two, mine[1]])
    faults = {(f.kind, f.position) for f in services.verify().faults}
    assert {("reordered", one), ("reordered", two)} <= faults


@pytest.mark.django_db
def test_a_line_slipped_in_beside_the_services_is_found():
    _, mine = sealed_chain(2)
    forged = ids.new()
    tamper(
        "insert into audit_line select %s, chain, at, actor_id, actor_roles, action, subject_id,"
        " thing, thing_id, purpose, address, device, detail from audit_line where id = %s",
        [forged, mine[0]],
    )
    (fault,) = services.verify().faults
    assert (fault.kind, fault.line_id) == ("inserted", forged)


def seal_as_before(line_id: UUID) -> None:
    """Give the newest link of a chain the form that links had before ADR 0034."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select k.chain, k.position, k.previous, {OF_LINE} from audit_link k"
            " join audit_line l on l.id = k.line_id where k.line_id = %s",
            [line_id],
        )
        chain, position, previous, *row = cursor.fetchone()
    value = older_link_hash(line_of(row), chain=chain, position=position, previous=bytes(previous))
    tamper("update audit_link set hash = %s where line_id = %s", [value, line_id])


@pytest.mark.django_db
def test_links_of_the_older_form_hold_as_they_were_sealed():
    doctor = viewer()
    write(doctor)
    services.seal()
    (older,) = queries.lines(actor=doctor.user_id)
    seal_as_before(older.id)
    write(doctor)
    services.seal()
    report = services.verify()
    assert (report.holds, report.older) == (True, 1)
    tamper("update audit_line set purpose = 'none' where id = %s", [older.id])
    assert [fault.kind for fault in services.verify().faults] == ["altered"]


@pytest.mark.django_db
def test_no_act_leaves_no_line():
    doctor = viewer()

    @transaction.atomic
    def act_and_fail() -> None:
        write(doctor)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act_and_fail()
    assert queries.lines(actor=doctor.user_id) == []


@pytest.mark.django_db
def test_a_patient_reads_who_read_newest_first_and_page_by_page():
    patient, doctor = ids.new(), viewer()
    for number in range(5):
        write(doctor, subject=patient, detail={"n": number})
    write(doctor, subject=ids.new())
    first = queries.accesses_of(patient, limit=3)
    rest = queries.accesses_of(patient, limit=3, before=first[-1].id)
    assert [a.detail["n"] for a in first + rest] == [4, 3, 2, 1, 0]


@contextmanager
def own_connection():
    """A real connection of this thread, outside of the pool of eight."""
    mine = connections["default"].copy()
    mine.settings_dict["OPTIONS"].pop("pool")
    connections["default"] = mine
    try:
        yield
    finally:
        mine.close()
        del connections["default"]


@pytest.mark.django_db(transaction=True)
def test_sixty_four_writers_and_two_sealers_make_chains_without_fork_or_loss():
    each = 5
    doctors = [viewer() for _ in range(64)]
    start, done = threading.Barrier(len(doctors)), threading.Event()

    def act(doctor: Viewer) -> None:
        with own_connection():
            connection.ensure_connection()
            start.wait(30)
            for _ in range(each):
                with transaction.atomic():
                    write(doctor)

    def seal() -> None:
        with own_connection():
            while not done.is_set():
                services.seal_pending()

    with ThreadPoolExecutor(len(doctors) + 2) as pool:
        sealers = [pool.submit(seal) for _ in range(2)]
        for job in [pool.submit(act, doctor) for doctor in doctors]:
            job.result()
        done.set()
        for job in sealers:
            job.result()
    while services.seal_pending():
        pass
    report = services.verify()
    assert (report.holds, report.waiting) == (True, 0)
    for doctor in doctors:
        assert [a.sealed for a in queries.lines(actor=doctor.user_id)] == [True] * each


@pytest.mark.django_db(transaction=True)
def test_a_late_committer_with_an_older_id_is_sealed_all_the_same():
    late, early = viewer(), viewer(user_id=ids.new())
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                write(late)
                written.set()
                may_commit.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(10)
    write(early)
    while services.seal_pending():
        pass
    assert [a.sealed for a in queries.lines(actor=early.user_id)] == [True]
    may_commit.set()
    thread.join()
    assert services.seal_pending() == 1
    assert [a.sealed for a in queries.lines(actor=late.user_id)] == [True]
    assert services.verify().holds
