"""A call and its visit, held until the transaction ends."""

from uuid import UUID

from xinglin.care.consultation.models import Call, Consultation
from xinglin.care.consultation.permissions import doctor_can, holder_can
from xinglin.care.consultation.services.locking import locked
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import Conflict, NotFound
from xinglin.kernel.text import Text

_VISIT_OF = "select consultation_id from consultation_call where id = %s"
_OVER = Text(
    "这次通话已经结束。如仍需通话，请重新呼叫；也可以继续用文字交流。",
    "This call is over. To go on talking, please call again; writing is possible as well.",
)
_NOT_YET = Text(
    "对方还没有接听，请稍候。", "The other side has not answered yet; please wait a moment."
)


def held(call_id: UUID) -> tuple[Call, Consultation]:
    """Locks: thread, visit, call. Raises NotFound."""
    found = database.fetch_one(_VISIT_OF, [call_id])
    if found is None:
        raise NotFound
    row = locked(found[0])
    return Call.objects.select_for_update().get(pk=call_id), row


def side_of(viewer: Viewer, row: Consultation) -> str:
    """Raises NotFound: neither holder nor doctor."""
    if holder_can(viewer, row):
        return "patient"
    if doctor_can(viewer, row):
        return "doctor"
    raise NotFound


def held_by_side(viewer: Viewer, call_id: UUID) -> tuple[Call, Consultation, str]:
    """As `held`, for one of the two sides: a later doctor of the visit is none of the call's.

    Raises:
        NotFound: the viewer is no side of it.
    """
    call, row = held(call_id)
    side = side_of(viewer, row)
    if side == "doctor" and call.doctor_user_id != viewer.user_id:
        raise NotFound
    return call, row, side


def held_by_doctor(viewer: Viewer, call_id: UUID) -> tuple[Call, Consultation]:
    """Raises NotFound: the viewer is not the doctor of the call."""
    call, row, side = held_by_side(viewer, call_id)
    if side != "doctor":
        raise NotFound
    return call, row


def check_open(call: Call) -> None:
    """Raises Conflict: `call_over` or `call_not_answered`."""
    check_goes_on(call)
    if call.state != "open":
        raise Conflict("call_not_answered", _NOT_YET)


def check_goes_on(call: Call) -> None:
    """Raises Conflict: `call_over`."""
    if call.state == "ended":
        raise Conflict("call_over", _OVER)
