"""Event -> reactions, worker loops and sweepers, as dotted names: who answers to what."""

REACTIONS: dict[str, tuple[str, ...]] = {
    "ConsultationEnded": ("xinglin.care.dispatch.reactions.release_slot",),
    "ConsultationReturned": ("xinglin.care.dispatch.reactions.release_slot",),
    "ConsultationWithdrawn": ("xinglin.care.dispatch.reactions.withdraw_offer",),
    "DepartmentChanged": ("xinglin.care.dispatch.reactions.withdraw_offer",),
}

# Besides the worker, which carries every event: whose decisions an event changes. Only the leader's
# clock looks at the rest.
WAKES: dict[str, tuple[str, ...]] = {
    "ConsultationRequested": ("dispatcher",),
    "ConsultationKeptWaiting": ("dispatcher",),
    "ConsultationMessageLeft": ("dispatcher",),
    "ConsultationReturned": ("dispatcher",),
    "ConsultationWithdrawn": ("dispatcher",),
    "DepartmentChanged": ("dispatcher",),
    "DutyChanged": ("dispatcher",),
    "OfferClosed": ("dispatcher",),
}

# (name, callable returning how many items it handled, seconds between idle calls, the word of a poke
# that wakes it). Events wake the relay alone: what goes by the clock costs less when it is not woken.
WORKER_LOOPS: tuple[tuple[str, str, float, str], ...] = (
    ("relay", "xinglin.foundation.outbox.services.relay", 0.5, "event"),
    ("seal", "xinglin.foundation.audit.services.seal", 1.0, ""),
    ("consultation deadlines", "xinglin.care.consultation.tasks.sweep", 1.0, ""),
    ("search index", "xinglin.care.consultation.services.indexing.follow", 1.0, ""),
    ("offer deadlines", "xinglin.care.dispatch.tasks.sweep", 1.0, ""),
    ("notices", "xinglin.foundation.notices.tasks.send_pending", 1.0, "notice"),
    ("outbox pruning", "xinglin.foundation.outbox.services.prune", 3600.0, ""),
    ("given answers", "xinglin.edge.api.idempotency.prune", 3600.0, ""),
    ("feed pruning", "xinglin.foundation.live.services.prune", 3600.0, ""),
    (
        "months of messages",
        "xinglin.care.consultation.messages.months.tend",
        6 * 3600.0,
        "",
    ),
)
