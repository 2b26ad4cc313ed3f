"""Who did something, as operators read it: staff by name, patients as patients."""

from typing import Final
from uuid import UUID

from xinglin.care.people import queries as people
from xinglin.foundation.accounts import queries as accounts
from xinglin.foundation.accounts.types import SYSTEM_ID
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text

WHO: Final = {
    "clock": Text("系统（到时）", "The system, in time"),
    "dispatcher": Text("派单系统", "The dispatcher"),
    "doctor": Text("医生", "A doctor"),
    "operator": Text("运营", "An operator"),
    "patient": Text("患者", "The patient"),
    "system": Text("系统", "The system"),
}


def name_of(by: UUID, who: str) -> Text:
    """The name of a doctor or an operator; of everybody else what they are."""
    if by == SYSTEM_ID or who not in {"doctor", "operator"}:
        return WHO.get(who, WHO["system"])
    doctor = people.practitioner_by_user(by) if who == "doctor" else None
    if doctor is not None:
        return doctor.name
    try:
        name = accounts.user_card(by).display_name
    except NotFound:
        return WHO[who]
    return Text(name, name) if name else WHO[who]
