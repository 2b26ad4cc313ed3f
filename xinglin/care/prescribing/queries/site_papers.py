"""What a site may print of a walk-in: the signed record, and prescriptions with both signatures (C05)."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from xinglin.care.consultation import queries as consultation
from xinglin.care.prescribing.lifecycle import IN_REVIEW
from xinglin.care.prescribing.models import Prescription
from xinglin.care.prescribing.queries.documents import files_of
from xinglin.care.prescribing.queries.prescriptions import STATES
from xinglin.care.sites import queries as sites
from xinglin.care.sites.types import WalkInCard
from xinglin.foundation.accounts.queries import display_names
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import queries as audit
from xinglin.foundation.audit.types import Access
from xinglin.kernel.errors import Conflict, NotFound
from xinglin.kernel.text import Text

PRINTED: Final = {"record.print": "summary", "prescription.print": "prescription"}
_PRINTABLE: Final = frozenset({"effective", "dispensed"})
_MOST: Final = 50


class NotPrintableError(Conflict):
    """Its text says what is missing, and what to do."""

    code = "not_printable"


def walk_in_of(viewer: Viewer, walk_in_id: UUID, *, at: datetime) -> WalkInCard:
    """For the assistant of its site on its day, and for the patient who holds the screen for it.

    Raises:
        NotFound: for everybody else.
    """
    if viewer.bound_to is None:
        return sites.own_walk_in(viewer, walk_in_id, at=at)
    card = sites.bound_walk_in(viewer)
    if card.id != walk_in_id:
        raise NotFound
    return card


def papers(viewer: Viewer, walk_in_id: UUID, *, at: datetime) -> dict[str, Any]:
    """What there is to print, why something cannot be printed yet, and what was printed.

    Raises:
        NotFound: see `walk_in_of`.
    """
    card = walk_in_of(viewer, walk_in_id, at=at)
    rows = prescriptions_of(card)
    version = consultation.last_version(card.consultation_id) if card.consultation_id else 0
    why_not, made = why_no_summary(version, rows), files_of(rows)
    return {
        "summary": {
            "state": "signed" if version else "none",
            "version": version,
            "printable": why_not is None,
            "why_not": why_not,
        },
        "prescriptions": [_row_json(row, is_made=row.pk in made) for row in rows],
        "prints": _prints(card, rows),
    }


def prescriptions_of(card: WalkInCard) -> list[Prescription]:
    """Those that the doctor has signed, in order; a draft is the doctor's own."""
    if card.consultation_id is None:
        return []
    rows = Prescription.objects.filter(consultation_id=card.consultation_id, version__gt=0)
    return list(rows.exclude(state="discarded").order_by("pk"))


def why_no_summary(version: int, rows: list[Prescription]) -> Text | None:
    """None: it may be printed."""
    if not version:
        return _NO_RECORD
    return _WAITS if any(row.state in {*IN_REVIEW, "returned"} for row in rows) else None


def why_no_prescription(row: Prescription, *, is_made: bool) -> Text | None:
    """None: it may be printed. The paper itself comes a moment after the second signature."""
    if row.state not in _PRINTABLE:
        return _WHY_NOT.get(row.state, _OVER)
    return None if is_made else _MAKING


def _row_json(row: Prescription, *, is_made: bool) -> dict[str, Any]:
    why_not = why_no_prescription(row, is_made=is_made)
    return {
        "id": row.pk,
        "state": row.state,
        "state_text": STATES[row.state],
        "printable": why_not is None,
        "why_not": why_not,
    }


def _prints(card: WalkInCard, rows: list[Prescription]) -> list[dict[str, Any]]:
    """From the audit, the newest first; of this walk-in only."""
    things = {card.consultation_id, *(row.pk for row in rows)}
    found: list[Access] = []
    for action in PRINTED:
        lines = audit.lines(subject=card.patient_id, action=action, limit=_MOST)
        found += [line for line in lines if line.thing_id in things]
    names = display_names(line.actor_id for line in found if line.purpose != "own")
    return [
        {
            "what": PRINTED[line.action],
            "id": line.thing_id,
            "at": line.at,
            "by": "patient" if line.purpose == "own" else "assistant",
            "name": names.get(line.actor_id, ""),
        }
        for line in sorted(found, key=lambda line: line.id, reverse=True)
    ]


_NO_RECORD = Text(
    "医生尚未签署病历，不能打印。请等医生签署后再打印。",
    "The doctor has not signed the record yet, so it is not printed. Please wait for the signature.",
)
_WAITS = Text(
    "本次就诊的处方尚待药师审核签名；医生和药师都签名之前，任何文件都不打印（C05）。请稍候再试。",
    "A prescription of this visit waits for the pharmacist's signature, and nothing is printed before"
    " doctor and pharmacist have both signed (C05). Please try again in a while.",
)
_NEEDS_BOTH = Text(
    "处方须医生和药师都签名后才能打印（C05），药师尚未审核通过。请稍候再试。",
    "A prescription is printed once doctor and pharmacist have both signed (C05); the pharmacist has not"
    " passed it yet. Please try again in a while.",
)
_WHY_NOT: Final = {
    **dict.fromkeys(IN_REVIEW, _NEEDS_BOTH),
    "returned": Text(
        "药师已把处方退回医生修改，改好并重新审核通过后才能打印（C05）。",
        "The pharmacist has returned it to the doctor; it is printed once it is mended and passed (C05).",
    ),
    "refused": Text(
        "药师审核未通过，这张处方不生效，不能打印。请由医生另行处理。",
        "The pharmacist did not pass it: it never takes effect and is not printed. Please ask the doctor.",
    ),
    "voided": Text(
        "这张处方已作废，不能打印。如仍需用药，请重新就诊。",
        "It was voided, and is not printed. If medicine is still needed, please ask for a visit.",
    ),
    "expired": Text(
        "这张处方已过有效期，不能打印。如仍需用药，请重新就诊。",
        "It has expired, and is not printed. If medicine is still needed, please ask for a visit.",
    ),
}
_OVER = Text("这张处方已不能打印。", "It cannot be printed any more.")
_MAKING = Text(
    "处方已生效，签章文件（PDF）正在生成，请稍候再打印。",
    "It is effective; its signed PDF is being made. Please print it in a moment.",
)
