"""Sizes on the disk, and times of one connection, by the statements of the live process."""

import random
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import psycopg

from bench.measures import percentile
from bench.storage.fill import Month
from xinglin.care.consultation.messages.queries import READ_AS_PARTY
from xinglin.care.consultation.messages.services import POST_BATCH

_BODY = '{"text": "这两天好一些了，夜里还有点咳嗽，药要不要继续吃？"}'
_PAGE = 50
# Table -> its indexes: name of the figure -> name in the database.
_TABLES = {
    "consultation_message": {
        "index_consultation_seq": "consultation_message_pkey",
        "index_consultation_client_id": "consultation_message_consultation_id_client_id_key",
    },
    "consultation_thread": {"indexes": ""},
    "consultation_mark": {"indexes": ""},
    "consultation_search": {"index_grams": "consultation_search_by_party_and_gram"},
}
_SIZE = """
    select coalesce(
        (select sum(pg_table_size(relid)) from pg_partition_tree(%(name)s::regclass) where isleaf),
        pg_table_size(%(name)s::regclass))::bigint
"""
_INDEXES = "select pg_indexes_size(%(name)s::regclass)"
_HOT = """
    select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relname = 'consultation_thread'
"""


def sizes(database: psycopg.Connection) -> dict[str, dict[str, int]]:
    """Bytes of each table (with what it stores aside) and of its indexes."""
    found: dict[str, dict[str, int]] = {}
    for table, indexes in _TABLES.items():
        found[table] = {"table": _one(database, _SIZE, table)}
        for name, index in indexes.items():
            size = _one(database, _SIZE, index) if index else _one(database, _INDEXES, table)
            found[table][name] = size
    return found


def partition(database: psycopg.Connection, name: str) -> dict[str, int]:
    return {
        "rows": count(database, name),
        "table": _one(database, _SIZE, name),
        "indexes": _one(database, _INDEXES, name),
    }


def count(database: psycopg.Connection, table: str) -> int:
    return _one(database, f"select count(*) from {table}")


def mean_text(database: psycopg.Connection) -> int:
    return _one(database, "select avg(octet_length(words))::integer from bench_words")


def hot(database: psycopg.Connection) -> tuple[int, int]:
    """Updates of counters so far, and how many of them touched no index."""
    database.execute("select pg_stat_clear_snapshot()")
    updates, within = database.execute(_HOT).fetchone() or (0, 0)
    return updates, within


def _one(database: psycopg.Connection, statement: str, name: str = "") -> int:
    found: int = (database.execute(statement, {"name": name}).fetchone() or (0,))[0]
    return found


async def times(dsn: str, month: Month, *, rounds: int) -> dict[str, Any]:
    """Milliseconds of a page of the newest messages, of a batch of one message to each open
    conversation, and of a single send.
    """
    line = await asyncpg.connect(dsn)
    try:
        who = {
            row[0]: row[1]
            for row in await line.fetch(
                "select consultation_id, holder_id from consultation_thread"
                " where consultation_id = any($1::uuid[])",
                month.open + month.closed[: rounds * 5],
            )
        }
        return {
            "page": await _pages(line, month.closed[: rounds * 5], who),
            "batch": await _batches(line, month.open, who, rounds),
            "batch_size": len(month.open),
            "single": await _batches(
                line,
                [random.choice(month.open)],
                who,
                rounds * 5,
            ),
        }
    finally:
        await line.execute("select pg_stat_force_next_flush()")
        await line.close()


async def _pages(
    line: asyncpg.Connection, ids: Sequence[UUID], who: dict[UUID, UUID]
) -> dict[str, float]:
    took = []
    for consultation_id in ids:
        began = time.perf_counter()
        found = await line.fetch(READ_AS_PARTY, consultation_id, 0, _PAGE, who[consultation_id])
        took.append(time.perf_counter() - began)
        assert found
    return _told(took)


async def _batches(
    line: asyncpg.Connection, ids: Sequence[UUID], who: dict[UUID, UUID], rounds: int
) -> dict[str, float]:
    took = []
    for _ in range(rounds):
        sends = (
            list(ids),
            [who[each] for each in ids],
            [uuid4() for _ in ids],
            ["text"] * len(ids),
            [_BODY] * len(ids),
        )
        began = time.perf_counter()
        answers = await line.fetch(POST_BATCH, *sends)
        took.append(time.perf_counter() - began)
        refused = [row["refused"] for row in answers if row["refused"]]
        if refused:
            raise SystemExit(f"bench: a send was refused: {refused[0]}")
    return _told(took)


def _told(took: list[float]) -> dict[str, float]:
    return {
        "p50_ms": round(1e3 * percentile(took, 50), 3),
        "p99_ms": round(1e3 * percentile(took, 99), 3),
    }
