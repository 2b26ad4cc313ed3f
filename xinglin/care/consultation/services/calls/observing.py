"""Quality control listens to a call: for a reason, in the patient's log, and as policy says openly."""

from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Observation
from xinglin.care.consultation.queries.calling import is_observed_openly
from xinglin.care.consultation.services.calls import cards
from xinglin.care.consultation.services.calls.holding import check_open, held
from xinglin.care.consultation.services.calls.steps import announce, note
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

_REASON = Text(
    f"请写明旁听的原因（{rules.SHORTEST_OBSERVE_REASON}至{rules.LONGEST_OBSERVE_REASON}字）。",
    f"Please write why you listen ({rules.SHORTEST_OBSERVE_REASON} to"
    f" {rules.LONGEST_OBSERVE_REASON} characters).",
)
_OWN = Text(
    "这是您自己参与的通话，不能旁听；请由同事旁听。",
    "You take part in this call yourself; please let a colleague listen.",
)


@outbox.in_one_transaction()
def observe_call(viewer: Viewer, call_id: UUID, *, reason: str, at: datetime) -> None:
    """The viewer may come in and listen; the first reason stands.

    Raises:
        NotFound: there is no such call in the viewer's house.
        Invalid: no reason.
        Conflict: the call is over or not answered, or the viewer takes part in it.
    Locks: thread, visit, call. Emits: CallPeopleChanged.
    """
    call, row = held(call_id)
    if row.institution_id != viewer.institution_id:
        raise NotFound
    reason = reason.strip()
    if not rules.SHORTEST_OBSERVE_REASON <= len(reason) <= rules.LONGEST_OBSERVE_REASON:
        raise Invalid(FieldError("reason", _REASON))
    check_open(call)
    if viewer.user_id in {row.holder_id, call.doctor_user_id}:
        raise Conflict("own_call", _OWN)
    if Observation.objects.filter(call=call, observer_id=viewer.user_id).exists():
        return
    openly = is_observed_openly(row.institution_id, at)
    Observation.objects.create(
        id=ids.new(),
        call=call,
        observer_id=viewer.user_id,
        reason=reason,
        openly=openly,
        at=at,
    )
    detail = {"openly": openly}
    note(
        call,
        row,
        "observe",
        who="quality",
        actor=viewer,
        at=at,
        detail=detail,
    )
    if openly:
        messages.post_card(row.pk, "call_observed", cards.OBSERVED, call_id=str(call.pk))
        announce(call, row, events.CallPeopleChanged)
