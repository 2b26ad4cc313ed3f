"""Loops of the worker: what nobody else would notice, and what is kept no longer."""

from xinglin.foundation.calls import services
from xinglin.kernel import clock


def tend() -> int:
    """Lines that have gone without a word."""
    return services.unsit_dead() + services.close_quiet(at=clock.now())


def forget() -> int:
    return services.forget(at=clock.now())
