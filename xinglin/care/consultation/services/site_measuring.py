"""What is measured at the site during a visit: both sides read it, and it is weighed anew."""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from xinglin.care.consultation import events
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.messages.queries import last_card
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.queries.sites import reading_line
from xinglin.care.consultation.services.locking import locked
from xinglin.care.consultation.services.steps import tell_parties
from xinglin.care.sites import queries as sites
from xinglin.care.sites import services as site_services
from xinglin.care.triage import queries as triage
from xinglin.care.triage import services as triage_services
from xinglin.care.triage.services import Weighed
from xinglin.foundation.accounts.types import SYSTEM_ID
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.text import Text

GRAVER: Final = "site_graver"
_READING: Final = "site_reading"
_TAKEN = Text("站点测量：{zh}", "Measured at the site: {en}")
_WITHDRAWN = Text("站点撤回了一条测量：{zh}", "The site has taken a measurement back: {en}")
_IS_GRAVER = Text(
    "按站点的测量值，情况比患者所述更急：{zh}。",
    "By what was measured at the site it is more urgent than told: {en}.",
)
_IS_EMERGENCY = Text(
    "站点的测量值提示可能是急症：{zh} 请医生立即查看；店员请拨打{number}，不要等待。",
    "What was measured at the site may be an emergency: {en} Doctor, please look now; assistant, call"
    " {number} and do not wait.",
)
_RAISE = "update consultation_consultation set urgency = %s where id = %s and urgency > %s"


@outbox.in_one_transaction()
def tell_reading(event_id: UUID, walk_in_id: UUID, reading_id: UUID, *, at: datetime) -> None:
    """A card for each event, once; and the visit becomes more urgent when it is graver.

    Emits: MeasuredAtSite.
    """
    consultation_id = sites.walk_in(walk_in_id).consultation_id
    if consultation_id is None:
        return
    row = locked(consultation_id)
    if row.ended_at is not None:
        return
    reading = sites.reading(reading_id)
    frame = _WITHDRAWN if reading.withdrawn else _TAKEN
    line = reading_line(reading)
    text = frame.filled(zh=line.zh, en=line.en)
    body = {"card": _READING, "text": text.as_dict(), "reading_id": str(reading_id)}
    messages.post(row.pk, SYSTEM_ID, "card", body, client_id=event_id)
    tell_parties(row, events.MeasuredAtSite)
    weigh(row, event_id, at=at)


def weigh(row: Consultation, event_id: UUID, *, at: datetime) -> None:
    """What is measured now makes the visit more urgent, and never less; an emergency alarms the site.

    For callers that hold the visit. Each level is told once.
    """
    assert row.walk_in_id is not None
    found = triage_services.weighed(row.walk_in_id, at=at)
    if found is None or (found.urgency >= row.urgency and found.level != "emergency"):
        return
    told = last_card(row.pk, GRAVER)
    if told is not None and told["level"] in {found.level, "emergency"}:
        return
    database.later(_RAISE, [found.urgency, row.pk, found.urgency])
    text = _words(row, found, at)
    body = {"card": GRAVER, "text": text.as_dict(), "level": found.level}
    messages.post(row.pk, SYSTEM_ID, "card", body, client_id=uuid5(event_id, GRAVER))
    if found.level == "emergency":
        site_services.note_alarm(row.walk_in_id, at=at)


def _words(row: Consultation, found: Weighed, at: datetime) -> Text:
    level = triage.level_text(found.level)
    zh = "；".join(each.zh.rstrip("。") for each in found.reasons) or level.zh
    en = "; ".join(each.en.rstrip(".") for each in found.reasons) or level.en
    if found.level != "emergency":
        return _IS_GRAVER.filled(zh=f"{level.zh}（{zh}）", en=f"{level.en} ({en})")
    assert row.site_id is not None  # of a walk-in
    number = triage.emergency_number(sites.place_of(row.site_id), at)
    return _IS_EMERGENCY.filled(zh=f"{zh}。", en=f"{en}.", number=number)
