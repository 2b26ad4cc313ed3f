"""Alive, ready, and figures for Prometheus; none of them names a person."""

from contextlib import suppress
from typing import Any

import msgspec
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from xinglin import __version__
from xinglin.foundation.outbox.queries import heartbeats
from xinglin.kernel import clock

STALE_S = 10
PROCESSES = ("worker", "dispatcher", "live")
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def _json(body: dict[str, Any], status: int = 200) -> HttpResponse:
    response = HttpResponse(
        msgspec.json.encode(body), status=status, content_type="application/json"
    )
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Touches nothing but this process."""
    del request
    return _json({"status": "alive", "version": __version__})


def _checks() -> dict[str, dict[str, Any]]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        beats = heartbeats()
    except DatabaseError:
        return {"database": {"ok": False}} | {name: {"ok": False} for name in PROCESSES}
    at = clock.now()
    checks: dict[str, dict[str, Any]] = {"database": {"ok": True}}
    for name in PROCESSES:
        beat = beats.get(name)
        age = (at - beat).total_seconds() if beat else None
        checks[name] = {"ok": age is not None and age < STALE_S, "seconds_since_beat": age}
    return checks


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """503 while any named part is not there."""
    del request
    checks = _checks()
    ready = all(c["ok"] for c in checks.values())
    return _json(
        {"status": "ready" if ready else "not ready", "checks": checks}, 200 if ready else 503
    )


_FIGURES = {
    "xinglin_consultations": (
        "Consultations by state.",
        "state",
        """select state, count(*) from consultation_consultation
        where state not in ('ended', 'cancelled') group by state""",
    ),
    "xinglin_outbox_waiting": (
        "Events not yet relayed.",
        "",
        "select '', count(*) from outbox_outboxevent where relayed_at is null",
    ),
    "xinglin_messages_without_month": (
        "Messages that no month of the thread's table holds; always 0.",
        "",
        "select '', count(*) from consultation_message_default",
    ),
    "xinglin_search_waiting": (
        "Ended conversations not yet in the index of the search.",
        "",
        "select '', count(*) from consultation_thread where not is_open and not is_indexed",
    ),
    "xinglin_search_lag_seconds": (
        "Since when the oldest of them waits.",
        "",
        """select '', coalesce(extract(epoch from now() - min(c.ended_at)), 0)
        from consultation_thread t join consultation_consultation c on c.id = t.consultation_id
        where not t.is_open and not t.is_indexed""",
    ),
}


def _count(registry: CollectorRegistry) -> None:
    with connection.cursor() as cursor:
        for name, (text, label, sql) in _FIGURES.items():
            gauge = Gauge(name, text, [label] if label else [], registry=registry)
            cursor.execute(sql)
            for value, count in cursor.fetchall():
                (gauge.labels(value) if label else gauge).set(count)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    del request
    registry = CollectorRegistry()
    up = Gauge("xinglin_up", "1 when the part is ready.", ["part"], registry=registry)
    for part, check in _checks().items():
        up.labels(part).set(1 if check["ok"] else 0)
    with suppress(DatabaseError):
        _count(registry)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE)
