"""Looking behind the mask of a name."""

from uuid import UUID

from xinglin.care.people import queries as people
from xinglin.care.quality.rules import LONGEST_REFERENCE, REASONS
from xinglin.care.quality.types import Why
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import FieldError, Invalid, NotFound
from xinglin.kernel.text import Text


def checked(why: Why) -> Why:
    """Raises Invalid naming what is wrong with it."""
    if why.reason not in REASONS:
        raise Invalid(FieldError("reason", Text("请选择理由。", "Please choose a reason.")))
    reference = why.reference.strip()
    if len(reference) > LONGEST_REFERENCE:
        raise Invalid(FieldError("reference", _TOO_LONG))
    return Why(reason=why.reason, reference=reference)


@outbox.in_one_transaction()
def open_name(viewer: Viewer, patient_id: UUID, why: Why) -> str:
    """The whole name. It is a line, which the patient reads as well.

    Raises:
        NotFound: no such patient of the viewer's institution.
        Invalid: no reason.
    """
    known = people.masked_patients([patient_id]).get(patient_id)
    if known is None or viewer.institution_id not in {None, known.institution_id}:
        raise NotFound
    why = checked(why)
    if not known.name:
        raise NotFound
    record(
        viewer,
        "audit.open_name",
        subject=patient_id,
        thing="patient",
        thing_id=patient_id,
        purpose="supervision",
        detail={"reason": why.reason, "reference": why.reference},
    )
    return people.patient_card(patient_id).name


_TOO_LONG = Text(f"不能超过{LONGEST_REFERENCE}字。", f"At most {LONGEST_REFERENCE} characters.")
