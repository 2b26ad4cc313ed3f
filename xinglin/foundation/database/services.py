"""Statements of the hot paths: prepared once a connection, sent without a cursor, together where they can.

On the connection that Django holds and in Django's transaction; errors are Django's. When somebody
counts or logs statements, each goes through Django's own cursor and is seen there.
"""

import re
import select
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from psycopg import pq
from psycopg.adapt import AdaptersMap, PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.types.datetime import TimestamptzLoader

Values = Sequence[Any] | Mapping[str, Any]
Row = tuple[Any, ...]

MOST_PREPARED = 300
_PLACE = re.compile(r"%%|%s|%\((\w+)\)s")


def fetch(sql: str, values: Values = ()) -> list[Row]:
    """Every row that the statement answers. Placeholders are `%s` or `%(name)s`; jsonb comes as text."""
    if _watched():
        with _here.django.cursor() as cursor:
            cursor.execute(sql, values)
            found: list[Row] = cursor.fetchall()
            return found
    line = _line()
    return line.rows(line.send([*_waiting(), (sql, values)])[-1])


def fetch_one(sql: str, values: Values = ()) -> Row | None:
    """The first row."""
    rows = fetch(sql, values)
    return rows[0] if rows else None


def change(sql: str, values: Values = ()) -> int:
    """How many rows a statement without an answer has changed."""
    if _watched():
        with _here.django.cursor() as cursor:
            cursor.execute(sql, values)
            count: int = cursor.rowcount
            return count
    return _line().send([*_waiting(), (sql, values)])[-1].command_tuples or 0


def apart(sql: str, values: Values = ()) -> list[Row]:
    """On a connection of its own, at once and for good: what the act around it comes to changes nothing.

    For what is counted of acts that are refused.
    """
    side = connections.create_connection(DEFAULT_DB_ALIAS)
    # Not from the pool: every request that waits here holds one of its connections already.
    options = {k: v for k, v in side.settings_dict["OPTIONS"].items() if k != "pool"}
    side.settings_dict = side.settings_dict | {"OPTIONS": options}
    try:
        with side.cursor() as cursor:
            cursor.execute(sql, values)
            found: list[Row] = cursor.fetchall()
            return found
    finally:
        side.close()


def later(sql: str, values: Values) -> None:
    """A write whose answer nobody needs: it goes with the next statement of the act, or at its end.

    Nothing in the transaction can see that it waits: whatever reads, reads after it. It fails where
    it is sent, and then takes the whole act back. Outside of an act it is sent at once.
    """
    if _here.acts:
        _here.waiting.append((sql, values))
    else:
        change(sql, values)


@contextmanager
def act() -> Iterator[None]:
    """Within a transaction: what was put off with `later` is sent before this ends.

    The outermost act that has the transaction to itself sends COMMIT along with it.
    """
    if _here.acts:
        yield
        return
    wrapper = _send_waiting_before
    _here.django.execute_wrappers.append(wrapper)
    _here.acts += 1
    try:
        yield
        if not _here.django.needs_rollback:
            _finish()
    finally:
        _here.acts -= 1
        _here.waiting.clear()
        _here.django.execute_wrappers.remove(wrapper)


def _finish() -> None:
    """Send what waits; alone in a transaction with its COMMIT, after which Django finds none to send."""
    if not _here.waiting:
        return
    if _watched() or len(_here.django.atomic_blocks) != 1:
        _flush()
        return
    *_, committed = _line().send([*_waiting(), ("commit", ())])
    if committed.command_status != b"COMMIT":
        raise transaction.TransactionManagementError("the transaction was not committed")


def _flush() -> None:
    waiting = _waiting()
    if not waiting:
        return
    if not _watched():
        _line().send(waiting)
        return
    for sql, values in waiting:
        change(sql, values)


class _Here(threading.local):
    """Of this thread, as Django's connection is, which is not asked for by its slow global name."""

    def __init__(self) -> None:
        self.django = connections[DEFAULT_DB_ALIAS]
        self.acts = 0
        self.waiting: list[tuple[str, Values]] = []


_here = _Here()


def _waiting() -> list[tuple[str, Values]]:
    """What waits, which waits no longer."""
    found, _here.waiting = _here.waiting, []
    return found


def _send_waiting_before(
    execute: Any, sql: str, params: Any, many: object, context: dict[str, Any]
) -> Any:
    """Django's own statements see what waited too, savepoints among them.

    After an error only a rollback can follow, and it takes back what waits: all that is older than
    the savepoint was sent before it.
    """
    if _here.waiting:
        if _here.django.connection.pgconn.transaction_status == pq.TransactionStatus.INERROR:
            _here.waiting.clear()
        _flush()
    return execute(sql, params, many, context)


def _watched() -> bool:
    return _here.django.queries_logged or len(_here.django.execute_wrappers) > (_here.acts > 0)


@cache
def _numbered(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement as PostgreSQL reads it (`$1`), and the names of its values when they have some."""
    names: list[str] = []
    places = iter(range(1, 1_000))

    def number(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        if found[1] is None:
            return f"${next(places)}"
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    return _PLACE.sub(number, sql).encode(), tuple(names)


class _Line:
    """One connection of psycopg, with the statements that it has prepared."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self.connection = raw  # as psycopg's converters ask for it
        self.adapters = AdaptersMap(raw.adapters)
        # Django's reads every time of day in Python; it sets the session to UTC as well.
        self.adapters.register_loader("timestamptz", TimestamptzLoader)
        self._pg = raw.pgconn
        self._values = Transformer(self)
        # psycopg deallocates everything after a rollback: one book of what is prepared, its own.
        raw.prepared_max = MOST_PREPARED
        self._names = raw._prepared._names  # noqa: SLF001  # there is no public one
        self._given = 0

    def rows(self, answer: pq.abc.PGresult) -> list[Row]:
        self._values.set_pgresult(answer)
        return self._values.load_rows(0, answer.ntuples, tuple)

    def send(self, statements: list[tuple[str, Values]]) -> list[pq.abc.PGresult]:
        """The answer of each, in one round trip; other threads run meanwhile."""
        with _here.django.wrap_database_errors:
            dumped = self._all_dumped(statements)
            if len(dumped) > 1 or not self._is_in_transaction():
                return self._together(dumped)
            name = self._names.get(dumped[0].key)
            if name is None:
                return self._together(dumped)
            answer = self._pg.exec_prepared(name, dumped[0].values, dumped[0].formats)
            _check(answer)
            return [answer]

    def _all_dumped(self, statements: list[tuple[str, Values]]) -> list["_Dumped"]:
        """A value that cannot be sent takes back what would have gone with it: it waits no more."""
        try:
            return [self._dumped(*statement) for statement in statements]
        except Exception:
            _here.django.needs_rollback |= _here.django.in_atomic_block and len(statements) > 1
            raise

    def _is_in_transaction(self) -> bool:
        """Or needs none: a transaction begins with its first statement."""
        idle = self._pg.transaction_status == pq.TransactionStatus.IDLE
        return self.connection.autocommit or not idle

    def _dumped(self, sql: str, values: Values) -> "_Dumped":
        numbered, names = _numbered(sql)
        ordered = [values[name] for name in names] if isinstance(values, Mapping) else values
        plain = self._values.dump_sequence(ordered, [PyFormat.AUTO] * len(ordered))
        types = tuple(self._values.types or ())
        return _Dumped((numbered, types), plain, self._values.formats or ())

    def _together(self, statements: list["_Dumped"]) -> list[pq.abc.PGresult]:
        """By libpq's pipeline: the first that fails fails all that follow it."""
        self.connection._check_connection_ok()  # noqa: SLF001  # psycopg's own words for a lost connection
        new: dict[_Key, tuple[int, bytes]] = {}
        places: list[int] = []
        sent = 0
        begins = not self._is_in_transaction()
        try:
            self._pg.enter_pipeline_mode()
            if begins:
                self._pg.send_query_params(b"begin", None)
                sent += 1
            for statement in statements:
                sent += self._send(statement, new, sent)
                places.append(sent - 1)
            self._pg.pipeline_sync()
            answers = self._answers()
            self._pg.exit_pipeline_mode()
        except BaseException:
            self.connection.close()  # what is under way there cannot be told apart any more
            raise
        for key, (place, name) in new.items():
            if answers[place].status == pq.ExecStatus.COMMAND_OK:
                self._names[key] = name
        for answer in answers:
            _check(answer)
        return [answers[place] for place in places]

    def _send(self, statement: "_Dumped", new: dict["_Key", tuple[int, bytes]], place: int) -> int:
        """How many answers it will have: a statement met for the first time is prepared before."""
        key = statement.key
        name = self._names.get(key) or (new[key][1] if key in new else None)
        if name is not None:
            self._pg.send_query_prepared(name, statement.values, statement.formats)
            return 1
        if len(self._names) >= MOST_PREPARED:
            self._pg.send_query_params(key[0], statement.values, key[1], statement.formats)
            return 1
        self._given += 1
        name = b"xinglin_%d" % self._given
        new[key] = (place, name)
        self._pg.send_prepare(name, *key)
        self._pg.send_query_prepared(name, statement.values, statement.formats)
        return 2

    def _answers(self) -> list[pq.abc.PGresult]:
        """Up to the end of the pipeline. psycopg would hold the GIL while it waits: we poll before."""
        found: list[pq.abc.PGresult] = []
        while True:
            self._wait()
            answer = self._pg.get_result()
            if answer is None:
                if self._pg.status != pq.ConnStatus.OK:
                    raise psycopg.OperationalError("the connection is lost")
            elif answer.status == pq.ExecStatus.PIPELINE_SYNC:
                return found
            else:
                found.append(answer)

    def _wait(self) -> None:
        while self._pg.is_busy():
            unsent = self._pg.flush()
            ready = select.poll()
            ready.register(self._pg.socket, select.POLLIN | (select.POLLOUT if unsent else 0))
            ready.poll()
            self._pg.consume_input()


_Key = tuple[bytes, tuple[int, ...]]


class _Dumped(NamedTuple):
    """`key`: the statement and the types of its values."""

    key: _Key
    values: Sequence[Any]
    formats: Sequence[pq.Format]


def _check(answer: pq.abc.PGresult) -> None:
    if answer.status not in {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK}:
        raise error_from_result(answer, encoding="utf-8")


def _line() -> _Line:
    """Of the connection that Django holds now; it is opened if it is not."""
    _here.django.ensure_connection()
    _here.django.validate_no_broken_transaction()
    raw = _here.django.connection
    line: _Line | None = getattr(raw, "xinglin_line", None)
    if line is None:
        line = raw.xinglin_line = _Line(raw)
    return line
