"""How many patients a day may ask for a doctor by name: the doctor's own choice."""

from uuid import UUID

from xinglin.care.people import events, rules
from xinglin.care.people.models import Practitioner
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

_WRONG = Text(
    "每天可指名的人数为 0 到 {n}；0 表示不接受指名。",
    "Patients a day by name: 0 to {n}; 0 means none.",
)


@outbox.in_one_transaction()
def set_named_a_day(viewer: Viewer, practitioner_id: UUID, *, named_a_day: int) -> None:
    """Those who have asked already keep their place, also when the new number is smaller.

    Raises:
        NotFound: the viewer is not this doctor.
        Invalid: out of bounds.
    Emits: DoctorChanged.
    """
    if not 0 <= named_a_day <= rules.MOST_NAMED_A_DAY:
        raise Invalid(FieldError("named_a_day", _WRONG.filled(n=rules.MOST_NAMED_A_DAY)))
    own = Practitioner.objects.filter(pk=practitioner_id, user_id=viewer.user_id)
    if not own.update(named_a_day=named_a_day):
        raise NotFound
    record(
        viewer,
        "people.set_named_a_day",
        subject=None,
        thing="practitioner",
        thing_id=practitioner_id,
        purpose="employment",
        detail={"named_a_day": named_a_day},
    )
    outbox.emit(
        events.DoctorChanged(audience=(f"user:{viewer.user_id}",), practitioner_id=practitioner_id)
    )
