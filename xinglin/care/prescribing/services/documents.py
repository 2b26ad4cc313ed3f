"""Making the PDF of an effective prescription: the worker's part. Nothing waits for it.

A row is asked for with the approval's event, and made under its lock, so that no two are made of one. The
file has its digest in its name and is there before the row names it: a worker that dies half-way leaves a
file that nobody knows of, and the row still due.
"""

import hashlib
from datetime import datetime, timedelta, tzinfo
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from xinglin.care.people import queries as people
from xinglin.care.prescribing.events import PrescriptionDocumentMade
from xinglin.care.prescribing.models import (
    Prescription,
    PrescriptionDocument,
    PrescriptionReview,
    PrescriptionVersion,
)
from xinglin.care.prescribing.queries import proof
from xinglin.care.prescribing.queries.documents import path_of, proof_of
from xinglin.care.prescribing.queries.verifying import doctors_hold, reviewers_hold
from xinglin.foundation.database import services as database
from xinglin.foundation.media import services as media
from xinglin.foundation.outbox import services as outbox
from xinglin.foundation.signing.types import Attachment
from xinglin.kernel import clock
from xinglin.policy.places import layers

log = structlog.get_logger(__name__)
DOCUMENT: Final = "prescription_document"  # what wakes the worker's loop
_LONGEST_PAUSE_S: Final = 600
_BATCH: Final = 20
_ASK = """
    insert into prescription_document
        (prescription_id, asked_at, due_at, tries, last_error, bytes, sha256)
    select id, %s, %s, 0, '', 0, '' from prescription
    where id = %s and effective_at is not null and state <> 'voided'
    on conflict do nothing
"""


class BrokenError(Exception):
    """What is stored is not what was signed: no paper is made of it."""


def ask(prescription_id: UUID, *, at: datetime) -> None:
    """To be made; asked twice is once."""
    database.change(_ASK, [at, at, prescription_id])
    transaction.on_commit(lambda: outbox.poke("worker", DOCUMENT))


def make_due() -> int:
    """What is due and not voided, at most 20; each in a transaction of its own."""
    handled = 0
    while handled < _BATCH and _one(clock.now()):
        handled += 1
    return handled


@outbox.in_one_transaction()
def _one(at: datetime) -> bool:
    """Locks: the document's row, until it is made or put off. Emits: PrescriptionDocumentMade."""
    due = PrescriptionDocument.objects.select_for_update(skip_locked=True, of=("self",))
    due = due.filter(due_at__lte=at).exclude(prescription__state="voided")
    row = due.select_related("prescription").order_by("due_at").first()
    if row is None:
        return False
    row.tries += 1
    try:
        with transaction.atomic():
            made = _made(row.prescription, at)
            _kept(row, made, at)
    except Exception as error:  # noqa: BLE001  # whatever fails, the others go on
        row.made_at, row.bytes, row.sha256 = None, 0, ""  # whatever was set before it failed
        row.last_error = type(error).__name__[:80]
        row.due_at = at + timedelta(seconds=min(_LONGEST_PAUSE_S, 2 ** min(row.tries, 10)))
        # No trace: its words may hold those of a patient.
        log.error(  # noqa: TRY400  # as said above
            "prescription's PDF not made",
            prescription_id=str(row.pk),
            error=row.last_error,
            tries=row.tries,
        )
    row.save()
    return True


def _made(row: Prescription, at: datetime) -> bytes:
    # The api and the relay never make one: they do not carry what it takes.
    from xinglin.care.prescribing.services import paper
    from xinglin.foundation.signing.services.sealing import sealed

    version = PrescriptionVersion.objects.get(prescription=row, number=row.version)
    review = PrescriptionReview.objects.get(version=version)
    if not (doctors_hold(version) and reviewers_hold(version, review)):
        raise BrokenError
    statements = Attachment(
        name=proof.NAME,
        content=proof_of(version, review),
        media_type="application/json",
        about="What doctor and pharmacist signed, with signatures and certificates",
    )
    house = people.institution(row.institution_id)
    return sealed(
        paper.as_pdf(row, version, review),
        [statements],
        reason=_reason(row, layers(house.place)[-1].zone),
        house=house.name.en,
        at=at,
    )


def _kept(row: PrescriptionDocument, made: bytes, at: datetime) -> None:
    """The file first: a row that names none would be a lie, a file that none names is only waste."""
    digest = hashlib.sha256(made).hexdigest()
    path = path_of(row.pk, digest)
    for left in path.parent.glob(f"{row.pk}.*"):
        left.unlink(missing_ok=True)
    media.write_file(f"{path.parent.name}/{path.name}", made)
    row.made_at, row.due_at, row.last_error = at, None, ""
    row.bytes, row.sha256 = len(made), digest
    _announce(row.prescription)


def _announce(row: Prescription) -> None:
    outbox.emit(
        PrescriptionDocumentMade(
            audience=tuple(
                f"user:{who}" for who in (row.prescriber_id, row.holder_id, row.reviewer_id)
            ),
            prescription_id=row.pk,
            consultation_id=row.consultation_id,
            state=row.state,
        )
    )


def _reason(row: Prescription, zone: tzinfo) -> str:
    """A fact of the past: it may be voided or taken when somebody reads it."""
    assert row.effective_at is not None  # only what was effective is asked for
    at = row.effective_at.astimezone(zone).isoformat(sep=" ", timespec="minutes")
    return f"处方曾于 {at} 生效 Took effect at {at}: signed by its doctor and its pharmacist"
