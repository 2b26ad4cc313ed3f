"""What a visit does when something changes at the site from which it is held."""

from datetime import datetime
from typing import Final
from uuid import UUID

from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.messages.queries import last_card
from xinglin.care.consultation.services.at_site import AT_SITE, STAYS
from xinglin.care.consultation.services.ending import withdraw
from xinglin.care.consultation.services.locking import locked
from xinglin.care.sites import queries as sites
from xinglin.foundation.accounts.types import SYSTEM_ID, Viewer
from xinglin.foundation.outbox import services as outbox

_BEFORE_A_DOCTOR: Final = ("left_message", "nobody", "waiting")
_CHANGED: Final = "site_stays"


@outbox.in_one_transaction()
def cancel_left(consultation_id: UUID, *, at: datetime) -> bool:
    """Who has gone is waited for by nobody; False: a doctor has the visit, or it is over."""
    row = locked(consultation_id)
    if row.state not in _BEFORE_A_DOCTOR:
        return False
    withdraw(row, "cancel", who="patient", actor=Viewer.system("site"), at=at, ending="left_site")
    return True


@outbox.in_one_transaction()
def tell_stays(event_id: UUID, consultation_id: UUID) -> None:
    """Both sides read that the assistant stays, or has left the room, by the patient's wish now.

    A card for each event, once; none when the thread says so already.
    """
    row = locked(consultation_id)
    if row.walk_in_id is None or row.ended_at is not None:
        return
    stays = sites.walk_in(row.walk_in_id).stays
    told = last_card(row.pk, AT_SITE, _CHANGED)
    if told is None or told["stays"] == stays:
        return
    body = {"card": _CHANGED, "text": STAYS[stays].as_dict(), "stays": stays}
    messages.post(row.pk, SYSTEM_ID, "card", body, client_id=event_id)
