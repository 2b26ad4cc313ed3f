"""`python -m bench.storage.follow SECONDS DOCTOR PATIENT`: seals, indexes and searches by the product.

A process of its own, so that the bench holds no Django. Prints one line of JSON.
"""

import json
import sys
import time
from typing import Any
from uuid import UUID

import django

django.setup()

from django.db import connection  # noqa: E402  # Django must be set up first

from bench.measures import percentile  # noqa: E402
from xinglin.care.consultation.messages import months  # noqa: E402
from xinglin.care.consultation.queries import find_messages  # noqa: E402
from xinglin.care.consultation.services.indexing import follow  # noqa: E402
from xinglin.foundation.accounts.types import Viewer  # noqa: E402
from xinglin.kernel import clock  # noqa: E402

# In very many conversations, in some, in none.
WORDS = ("医生", "咳嗽三天", "没有的字眼")
_TIMES = 15


def main(seconds: float, people: dict[str, UUID]) -> dict[str, Any]:
    began = time.monotonic()
    sealed = months.seal_what_is_over(clock.now())
    sealing = time.monotonic() - began
    began, done = time.monotonic(), 0
    cpu = time.process_time()
    while (made := follow()) and time.monotonic() - began < seconds:
        done += made
    done += made
    took, cpu = time.monotonic() - began, time.process_time() - cpu
    with connection.cursor() as cursor:  # what was not reached in time counts as done
        cursor.execute("update consultation_thread set is_indexed = true where not is_open")
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze consultation_search, consultation_thread")
    return {
        "sealed": sealed,
        "seal_s_each": round(sealing / max(1, len(sealed)), 2),
        "indexed": done,
        "indexed_per_s": round(done / took),
        "index_cpu_ms_each": round(1e3 * cpu / max(1, done), 2),
        "search_ms": {
            name: {query: _search(who, query) for query in WORDS} for name, who in people.items()
        },
    }


def _search(who: UUID, query: str) -> dict[str, float]:
    viewer = Viewer(user_id=who, roles=frozenset(), permissions=frozenset())
    took, found = [], 0
    for _ in range(_TIMES):
        began = time.perf_counter()
        found = len(find_messages(viewer, query, limit=20)["messages"])
        took.append(1e3 * (time.perf_counter() - began))
    return {
        "found": found,
        "p50": round(percentile(took, 50), 2),
        "max": round(max(took), 2),
    }


if __name__ == "__main__":
    doctor, patient = (UUID(word) for word in sys.argv[2:4])
    print(json.dumps(main(float(sys.argv[1]), {"doctor": doctor, "patient": patient})))
