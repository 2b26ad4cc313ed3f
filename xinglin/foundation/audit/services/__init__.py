"""Writing lines, sealing them into chains, and checking the chains."""

from xinglin.foundation.audit.rules import canonical
from xinglin.foundation.audit.services.anchoring import anchor
from xinglin.foundation.audit.services.checking import ask_check, make_next_check, verify
from xinglin.foundation.audit.services.recording import record, record_apart, record_each
from xinglin.foundation.audit.services.sealing import seal, seal_pending

__all__ = [
    "anchor",
    "ask_check",
    "canonical",
    "make_next_check",
    "record",
    "record_apart",
    "record_each",
    "seal",
    "seal_pending",
    "verify",
]
