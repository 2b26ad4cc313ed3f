"""Event -> reactions, worker loops and sweepers, as dotted names: who answers to what."""

REACTIONS: dict[str, tuple[str, ...]] = {
    "ConsultationEnded": ("xinglin.care.dispatch.reactions.release_slot",),
    "ConsultationReturned": ("xinglin.care.dispatch.reactions.release_slot",),
    "ConsultationWithdrawn": ("xinglin.care.dispatch.reactions.withdraw_offer",),
    "DepartmentChanged": ("xinglin.care.dispatch.reactions.withdraw_offer",),
}

# (name, callable returning how many items it handled, seconds between idle calls, whether an event
# wakes it). Only the relay has to be woken: what goes by the clock costs less when it is not.
WORKER_LOOPS: tuple[tuple[str, str, float, bool], ...] = (
    ("relay", "xinglin.foundation.outbox.services.relay", 0.5, True),
    ("seal", "xinglin.foundation.audit.services.seal_pending", 0.5, False),
    ("consultation deadlines", "xinglin.care.consultation.tasks.sweep", 1.0, False),
    ("offer deadlines", "xinglin.care.dispatch.tasks.sweep", 1.0, False),
    ("notices", "xinglin.foundation.notices.tasks.send_pending", 0.25, False),
    ("outbox pruning", "xinglin.foundation.outbox.services.prune", 3600.0, False),
    ("given answers", "xinglin.edge.api.idempotency.prune", 3600.0, False),
    ("feed pruning", "xinglin.foundation.live.services.prune", 3600.0, False),
    (
        "message partitions",
        "xinglin.care.consultation.messages.services.tend_partitions",
        6 * 3600.0,
        False,
    ),
)
