"""What a patient was promised, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.dispatch.permissions import check_own_visit
from xinglin.care.dispatch.promised import COMPENSATIONS, Promise, outcome_of, terms
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseCard:
    """`outcome`: open, kept, broken or void. `compensation`: what is due for it."""

    kind: str
    text: Text
    due_at: datetime
    outcome: str
    compensation: Text | None


def promises(viewer: Viewer, consultation_id: UUID) -> tuple[PromiseCard, ...]:
    """Of the viewer's own visit, the next due first.

    Raises:
        NotFound: it is not the viewer's, or there is none.
    """
    check_own_visit(viewer, visits.parties(consultation_id).holder_id)
    found = list(Promise.objects.filter(consultation_id=consultation_id).order_by("due_at", "kind"))
    visit = visits.house_visit(consultation_id)
    return tuple(
        PromiseCard(
            kind=each.kind,
            text=terms()[each.kind].text,
            due_at=each.due_at,
            # What is kept or void already need not wait for its hour.
            outcome=each.outcome or outcome_of(each, visit).replace("broken", "open"),
            compensation=COMPENSATIONS.get(each.compensation),
        )
        for each in found
    )
