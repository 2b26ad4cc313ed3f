"""How senior a doctor must be for a visit: what doctors have asked for, and who of them is there."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from xinglin.care.consultation.types import WaitingRequest
from xinglin.care.dispatch.engine import Request
from xinglin.care.dispatch.queries.forsaken import OfferRow
from xinglin.care.dispatch.queries.shapes import DutyRow, queue_of, request_of
from xinglin.care.dispatch.rules import LOWEST_GRADE, SENIOR_WITHIN, TOP_GRADE
from xinglin.care.dispatch.types import NEEDS_SENIOR
from xinglin.foundation.database import services as database

_RAISED = """
    select consultation_id, max(need), max(at) from dispatch_raised_need
    where consultation_id = any(%s) group by 1
"""
_Offers = Mapping[UUID, Collection[OfferRow]]


class Needs:
    """What was asked for of the visits that wait, and the doctors on duty above the lowest grade."""

    def __init__(self) -> None:
        self.raised: dict[UUID, tuple[int, datetime]] = {}
        self._there: defaultdict[tuple[str, int], dict[UUID, DutyRow]] = defaultdict(dict)

    def learn(self, waiting: Iterable[WaitingRequest], offers: _Offers) -> None:
        """Reads only of those that a doctor has declined for it, or given on; of most visits none has."""
        asked = [
            w.consultation_id
            for w in waiting
            if w.returned
            or any(o.reason == NEEDS_SENIOR for o in offers.get(w.consultation_id, ()))
        ]
        if asked:
            self.raised |= {
                visit: (need, since) for visit, need, since in database.fetch(_RAISED, [asked])
            }

    def take(self, duty: DutyRow) -> None:
        for where in _places(duty):
            self._there[where][duty.practitioner_id] = duty

    def drop(self, duty: DutyRow) -> None:
        for where in _places(duty):
            self._there[where].pop(duty.practitioner_id, None)

    def request_of(
        self,
        w: WaitingRequest,
        barred: Mapping[UUID, datetime],
        may_be_asked: Container[UUID],
        at: datetime,
    ) -> Request:
        """With the highest need that somebody there has, up to what was asked for.

        Whoever has no room is there, and is waited for, up to `SENIOR_WITHIN`; whoever has declined it
        just now is not. A named doctor may have a visit whatever its need.
        """
        if w.named_id is not None or w.consultation_id not in self.raised:
            return request_of(w)
        raised, since = self.raised[w.consultation_id]
        if at - since >= SENIOR_WITHIN:
            return request_of(w, raised=raised)
        queue = queue_of(w.institution_id, w.department)
        for need in range(raised, LOWEST_GRADE, -1):
            if any(
                doctor in may_be_asked
                and not (doctor in barred and barred[doctor] > at)
                and (not w.language or w.language in duty.languages)
                for grade in range(need, TOP_GRADE + 1)
                for doctor, duty in self._there.get((queue, grade), {}).items()
            ):
                return request_of(w, raised=raised, need=need)
        return request_of(w, raised=raised)


def _places(duty: DutyRow) -> Iterable[tuple[str, int]]:
    if duty.grade == LOWEST_GRADE:
        return ()
    return ((queue, duty.grade) for queue in duty.queues)
