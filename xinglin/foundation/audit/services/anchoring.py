"""Anchors: the ends of the chains, signed by the house, so that a part of a chain proves itself."""

import hashlib
from collections.abc import Iterable

from django.db import transaction

from xinglin.foundation.accounts.types import SYSTEM_ID
from xinglin.foundation.audit.models import AuditAnchor
from xinglin.foundation.audit.queries.chains import tips
from xinglin.foundation.audit.rules import anchor_statement
from xinglin.foundation.audit.types import Anchor, Fault
from xinglin.foundation.database import services as database
from xinglin.foundation.signing import services as signing
from xinglin.foundation.signing.types import Signature
from xinglin.kernel import clock

ANCHOR_LOCK = 0xA2C402  # any number of our own
NO_ANCHOR = "0" * 64


def anchor() -> int:
    """Sign where the chains end, if they have grown since the last anchor.

    Always 0: the worker's loop waits for its next hour. Locks: one at a time.
    """
    with transaction.atomic():
        if database.fetch("select pg_try_advisory_xact_lock(%s)", [ANCHOR_LOCK]) != [(True,)]:
            return 0
        ends = [(chain, position, value.hex()) for chain, position, value in tips()]
        last = AuditAnchor.objects.order_by("-number").first()
        if not ends or (last is not None and [tuple(tip) for tip in last.tips] == ends):
            return 0
        number, at = (last.number + 1 if last else 1), clock.now()
        previous = last.sha256 if last else NO_ANCHOR
        signed = signing.sign(SYSTEM_ID, anchor_statement(number, at, ends, previous), at)
        AuditAnchor.objects.create(
            number=number,
            at=at,
            tips=[list(tip) for tip in ends],
            previous=previous,
            algorithm=signed.algorithm,
            key_id=signed.key_id,
            signature=signed.value,
            sha256=signed.sha256,
        )
    return 0


def faults_of(anchors: Iterable[Anchor]) -> list[Fault]:
    """Anchors that are missing, were altered, or were not signed by this house."""
    faults: list[Fault] = []
    expected = 1
    for each in anchors:
        if each.number != expected or not _is_ours(each):
            faults.append(Fault("forged", -1, each.number, None))
        expected = each.number + 1
    return faults


def _is_ours(each: Anchor) -> bool:
    signed = Signature(
        algorithm=each.algorithm,
        key_id=each.key_id,
        value=each.signature,
        sha256=hashlib.sha256(each.statement).hexdigest(),
    )
    return signing.verify(signed, each.statement)
