"""Several people at one moment, each with a real connection."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from xinglin.kernel.errors import Conflict, Invalid


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Code of each refusal, empty where the act went through."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            start.wait(60)
            act()
        except (Conflict, Invalid) as refused:
            return refused.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
