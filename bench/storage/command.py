"""`./run bench storage`: fills a throw-away database with months of messages and measures it."""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

import psycopg

from bench.messages import stage
from bench.messages.stage import Stage
from bench.storage import measure
from bench.storage.fill import BUSY_DOCTOR, MESSAGES_EACH, Month, fill
from bench.storage.tell import tell
from xinglin.host import crew

_MANY = 100_000_000
_SOMEBODY = "select patient from bench_thread where not open order by md5(n::text) limit 1"
_TABLES = {
    "consultation_thread": "thread",
    "consultation_mark": "mark",
    "consultation_search": "search",
}


@dataclass(frozen=True)
class Wish:
    """How much. `index_s`: so long the search may follow; from what it reached, the rest is told."""

    rows: int = 3_000_000
    months: int = 12
    open_each: int = 200
    rounds: int = 100
    index_s: float = 60.0


QUICK = Wish(rows=12_600, months=3, open_each=20, rounds=5, index_s=20.0)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, metavar="N", help="messages to fill in (3000000)")
    parser.add_argument("--quick", action="store_true", help="seconds: for the tests")
    parser.add_argument("--json", action="store_true", help="the figures as JSON on the last line")


def run(args: argparse.Namespace) -> int:
    usual = QUICK if args.quick else Wish()
    wish = Wish(**vars(usual) | ({"rows": args.rows} if args.rows else {}))
    print(f"· filling a database: {wish.rows} messages of {wish.months} months …", flush=True)
    with (
        stage.throw_away(people=2, pairs=0, base_count=1) as made,
        psycopg.connect(made.server.dsn, autocommit=True) as database,
    ):
        found = _measured(made, database, wish)
    tell(found)
    if args.json:
        print(json.dumps(found, ensure_ascii=False))
    return 0


def _measured(made: Stage, database: psycopg.Connection, wish: Wish) -> dict[str, Any]:
    began = time.monotonic()
    months = fill(database, rows=wish.rows, months=wish.months, open_each=wish.open_each)
    filled_s = time.monotonic() - began
    middle = months[len(months) // 2].partition
    before = measure.partition(database, middle)
    sizes = measure.sizes(database)
    print("· sealing, indexing and searching …", flush=True)
    product = _product(made, database, wish)
    sizes["consultation_search"] = measure.sizes(database)["consultation_search"]
    conversations = measure.count(database, "bench_thread")
    rows = measure.count(database, "consultation_message")
    print("· reading and writing, in the oldest month and in the present one …", flush=True)
    updates, within = measure.hot(database)
    old, new = (_times(made, month, wish) for month in (months[0], months[-1]))
    after_updates, after_within = measure.hot(database)
    found = {
        "cores": os.cpu_count(),
        "rows": rows,
        "conversations": conversations,
        "filled_s": round(filled_s),
        "mean_text_bytes": measure.mean_text(database),
        "bytes": _bytes(sizes, rows, conversations, product["indexed"]),
        "partition": before,
        "sealed_partition": measure.partition(database, middle),
        "old": old,
        "new": new,
        "counter_updates": after_updates - updates,
        "hot_ratio": round((after_within - within) / max(1, after_updates - updates), 4),
        **product,
    }
    each = sum(found["bytes"]["per_message"].values())
    return found | {
        "bytes_per_message": round(each, 1),
        "gb_at_100_million": {
            name: round(size * _MANY / 1e9, 1)
            for name, size in {"all": each, **found["bytes"]["per_message"]}.items()
        },
    }


def _bytes(
    sizes: dict[str, dict[str, int]], rows: int, conversations: int, indexed: int
) -> dict[str, dict[str, float]]:
    """For each message; what there is one of for each conversation is told beside for each of them."""
    message = {name: round(size / rows, 1) for name, size in sizes["consultation_message"].items()}
    conversation = {
        name: round(sum(sizes[table].values()) / (indexed if name == "search" else conversations))
        for table, name in _TABLES.items()
    }
    shared = {name: round(size / MESSAGES_EACH, 1) for name, size in conversation.items()}
    search = {name: round(s / indexed) for name, s in sizes["consultation_search"].items()}
    return {
        "per_message": message | shared,
        "per_conversation": conversation | {f"search_{name}": s for name, s in search.items()},
    }


def _times(made: Stage, month: Month, wish: Wish) -> dict[str, Any]:
    return asyncio.run(measure.times(made.server.dsn, month, rounds=wish.rounds))


def _product(made: Stage, database: psycopg.Connection, wish: Wish) -> dict[str, Any]:
    (patient,) = database.execute(_SOMEBODY).fetchone() or ("",)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "bench.storage.follow"),
            *(str(wish.index_s), str(BUSY_DOCTOR), str(patient)),
        ],
        cwd=crew.ROOT,
        env=made.env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"bench: sealing or indexing failed:\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
