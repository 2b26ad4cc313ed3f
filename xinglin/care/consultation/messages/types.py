"""Shapes of a thread, and why a send may be refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from xinglin.kernel.text import Text

KINDS: Final = frozenset({"text", "picture", "voice", "document", "card", "edit", "withdrawal"})
MAX_TEXT: Final = 4000

# What `post_batch` answers in `refused`: the code that goes out, and the words for both sides.
REFUSALS: Final = {
    "not_found": ("not_found", Text("没有找到这次咨询。", "There is no such visit.")),
    "closed": (
        "thread_closed",
        Text(
            "本次咨询已结束，不能再发送消息。",
            "This visit has ended; no more messages can be sent.",
        ),
    ),
    "time_over": (
        "time_over",
        Text(
            "本次咨询的时间已用完，不能再发送消息；如仍需要帮助，请重新发起问诊。",
            "The time of this visit is used up; no more messages can be sent."
            " If you still need help, please ask for a new visit.",
        ),
    ),
    "no_turns": (
        "no_turns",
        Text(
            "本次咨询的追问次数已用完；医生仍可回复您，如需继续追问，请重新发起问诊。",
            "All questions of this visit are used up. The doctor can still answer;"
            " to ask more, please ask for a new visit.",
        ),
    ),
    "client_id_taken": (
        "client_id_taken",
        Text("消息编号重复，请重新发送。", "This message id is in use; please send it again."),
    ),
    "not_yours": (
        "not_yours",
        Text(
            "只能修改自己的文字消息，或撤回自己发的文字、图片、语音和文件；如有更正，请另发一条。",
            "You can only edit your own text, or withdraw your own text, picture, voice note or"
            " file; to correct something else, please send a new message.",
        ),
    ),
    "too_late": (
        "too_late",
        Text(
            "消息发出超过2分钟，不能再修改或撤回；如有更正，请另发一条。",
            "After two minutes a message can no longer be edited or withdrawn;"
            " please send a new one with the correction.",
        ),
    ),
    "withdrawn": (
        "withdrawn",
        Text(
            "这条消息已撤回，不能再修改；请另发一条。",
            "This message is withdrawn and cannot be changed any more; please send a new one.",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Message:
    """`sender`: patient, doctor or system. `seq` counts from 1 without a gap.

    The body of a withdrawn message, and of its edits, is empty for every reader.
    """

    consultation_id: UUID
    seq: int
    client_id: UUID
    sender: str
    sender_id: UUID
    kind: str
    body: dict[str, Any]
    at: datetime
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    """What deadlines and authorization look at. `last_doctor_at` is of the present doctor.

    Nobody but the house writes from `closes_at` on. A turn begins when the patient writes and was
    not the last to write; without `max_turns` there is no limit.
    """

    last_seq: int
    holder_id: UUID
    doctor_user_id: UUID | None
    is_open: bool
    last_patient_at: datetime | None
    last_doctor_at: datetime | None
    turns: int
    max_turns: int | None
    closes_at: datetime | None
