"""What the same server stores without us: pgbench, one transaction per message.

Each transaction raises the counter of a thread and inserts the row, into the product's own tables,
indexes included. Clients write to threads of their own, so that none waits for another's lock.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.messages.stage import Stage
from bench.messages.talk import TEXT

CLIENTS = (1, 4, 8, 16, 32, 64)
THREADS_EACH = 8
BASE_COUNT = max(CLIENTS) * THREADS_EACH
_TPS = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)
_STEP = "update consultation_thread set last_seq = last_seq + 1, last_patient_at = now()"
_ROW = "consultation_id, seq, client_id, sender_id, sender, kind, body, at"
_THREAD = "\\set n :client_id * {each} + random(0, {last})\n"
# As one would write it, and as one would write it for speed alone.
PLAIN, ONE_STATEMENT = "begin, update, insert, commit", "one statement"
ALL = {PLAIN: CLIENTS, ONE_STATEMENT: CLIENTS}
_SHAPES = {
    PLAIN: (
        "begin;\n"
        f"{_STEP} where consultation_id = {{id}} returning last_seq, holder_id \\gset\n"
        f"insert into consultation_message ({_ROW}) values ({{id}}, :last_seq, gen_random_uuid(),"
        " :holder_id, 'patient', 'text', {body}, now());\n"
        "commit;\n"
    ),
    ONE_STATEMENT: (
        f"with t as ({_STEP} where consultation_id = {{id}}"
        " returning consultation_id, last_seq, holder_id)"
        f" insert into consultation_message ({_ROW}) select consultation_id, last_seq,"
        " gen_random_uuid(), holder_id, 'patient', 'text', {body}, now() from t;\n"
    ),
}


@dataclass(frozen=True)
class Reached:
    """Transactions a second at the best number of clients."""

    per_second: float
    clients: int
    by_clients: dict[int, float]


def write_scripts(stage: Stage) -> dict[str, Path]:
    body = json.dumps({"text": TEXT}, ensure_ascii=False)
    made = {}
    for name, sql in _SHAPES.items():
        path = stage.opening.places.data / f"{name.replace(', ', '-').replace(' ', '-')}.sql"
        thread = f"('{stage.cast.base}' || lpad((:n)::text, 12, '0'))::uuid"
        text = _THREAD.format(each=THREADS_EACH, last=THREADS_EACH - 1) + sql.replace(
            "{id}", thread
        ).replace("{body}", f"'{body}'")
        path.write_text(text, encoding="utf-8")
        made[name] = path
    return made


def sweep(
    stage: Stage, scripts: dict[str, Path], seconds: float, clients: Mapping[str, Sequence[int]]
) -> dict[str, Reached]:
    """Each shape at each of its numbers of clients."""
    found = {}
    for shape, script in scripts.items():
        rates = {n: _run(stage, script, n, seconds) for n in clients[shape]}
        best = max(rates, key=lambda n: rates[n])
        found[shape] = Reached(rates[best], best, rates)
    return found


def _run(stage: Stage, script: Path, clients: int, seconds: float) -> float:
    said = stage.pgbench(
        *("-c", str(clients), "-j", str(min(clients, 2))),
        *("-T", str(max(1, round(seconds))), "-f", str(script)),
    )
    found = _TPS.search(said)
    if found is None:
        raise SystemExit(f"bench: pgbench said no rate:\n{said[-2000:]}")
    return float(found[1])
