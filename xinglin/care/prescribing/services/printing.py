"""Printing at a site: each print leaves a line in the audit, with the version that was printed."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from xinglin.care.consultation import queries as consultation
from xinglin.care.prescribing.queries.documents import files_of
from xinglin.care.prescribing.queries.site_papers import (
    NotPrintableError,
    prescriptions_of,
    walk_in_of,
    why_no_prescription,
    why_no_summary,
)
from xinglin.care.sites.types import WalkInCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.letters import services as letters
from xinglin.kernel.errors import NotFound


def print_summary(
    viewer: Viewer, walk_in_id: UUID, *, lang: str | None = None, at: datetime
) -> bytes:
    """The signed record as a PDF, in one language; None: that of the walk-in.

    Raises:
        NotFound: no walk-in of this site today, nor the one for which the viewer holds the screen.
        NotPrintableError: no signed record, or a prescription waits for the pharmacist.
        RecordAlteredError: the signature does not fit what is stored.
        Unavailable: it could not be set.
    """
    card = walk_in_of(viewer, walk_in_id, at=at)
    version = consultation.last_version(card.consultation_id) if card.consultation_id else 0
    why_not = why_no_summary(version, prescriptions_of(card))
    if why_not is not None or card.consultation_id is None:
        raise NotPrintableError(text=why_not)
    letter, version = consultation.record_on_paper(card.consultation_id, lang or card.locale)
    made = letters.as_pdf(letter)
    audit.record(
        viewer,
        "record.print",
        subject=card.patient_id,
        thing="consultation",
        thing_id=card.consultation_id,
        purpose=_purpose(viewer),
        detail={"version": version, **_where(card)},
    )
    return made


def print_prescription(
    viewer: Viewer, walk_in_id: UUID, prescription_id: UUID, *, at: datetime
) -> Path:
    """Where the sealed PDF lies.

    Raises:
        NotFound: as `print_summary`; or no signed prescription of that visit.
        NotPrintableError: one of the two signatures is missing, it holds no more, or it is being made.
    """
    card = walk_in_of(viewer, walk_in_id, at=at)
    row = next((each for each in prescriptions_of(card) if each.pk == prescription_id), None)
    if row is None:
        raise NotFound
    made = files_of([row]).get(row.pk)
    why_not = why_no_prescription(row, is_made=made is not None)
    if why_not is not None or made is None:
        raise NotPrintableError(text=why_not)
    path, sha256 = made
    audit.record(
        viewer,
        "prescription.print",
        subject=card.patient_id,
        thing="prescription",
        thing_id=row.pk,
        purpose=_purpose(viewer),
        detail={"sha256": sha256, **_where(card)},
    )
    return path


def _purpose(viewer: Viewer) -> str:
    return "care" if viewer.bound_to is None else "own"


def _where(card: WalkInCard) -> dict[str, str]:
    return {"walk_in": str(card.id), "site": str(card.site_id)}
