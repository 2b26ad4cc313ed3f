"""What the assistant photographs during a visit goes into its conversation, as the patient's."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from uuid import UUID, uuid5

from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.services.locking import locked
from xinglin.foundation.accounts.types import SYSTEM_ID, Viewer
from xinglin.foundation.media import services as media
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict
from xinglin.kernel.text import Text

_CARD: Final = "site_pictures"
_ADDED = Text(
    "店员替患者补充了{n}张图片。", "The assistant has added pictures for the patient: {n}."
)
_NOT_SENT = Text(
    "店员补充的图片没有发出：{zh}", "A picture that the assistant has added was not sent: {en}"
)


@outbox.in_one_transaction()
def add_pictures(event_id: UUID, consultation_id: UUID, picture_ids: Iterable[UUID]) -> None:
    """Each once. What the conversation does not take any more is said there, and kept."""
    row = locked(consultation_id)
    holder = replace(Viewer.system("site"), user_id=row.holder_id)
    found = [each for each in media.claim(holder, picture_ids) if each.kind == "picture"]
    if not found:
        return
    _say(row.pk, _ADDED.filled(n=len(found)), uuid5(event_id, _CARD))
    for picture in found:
        body = {"picture_id": str(picture.id), "width": picture.width, "height": picture.height}
        try:
            messages.post(row.pk, row.holder_id, "picture", body, client_id=picture.id)
        except Conflict as refused:
            said = _NOT_SENT.filled(zh=refused.text.zh, en=refused.text.en)
            _say(row.pk, said, uuid5(event_id, str(picture.id)))


def _say(consultation_id: UUID, text: Text, client_id: UUID) -> None:
    body = {"card": _CARD, "text": text.as_dict()}
    messages.post(consultation_id, SYSTEM_ID, "card", body, client_id=client_id)
