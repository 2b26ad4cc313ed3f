"""Frames of the socket: what a client may say, and how the house answers (docs/guide/live.md)."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from asyncpg.pgproto.pgproto import UUID as Id  # noqa: N811  # a class, not a constant
from msgspec import Meta

from xinglin.care.consultation.messages.types import MAX_TEXT
from xinglin.edge.live.wire import text_frame
from xinglin.kernel.errors import FieldError, Invalid
from xinglin.kernel.text import Text

MAX_FRAME = 64 * 1024
MAX_NUMBER = 2**31 - 1
# Of what one page of a call tells another; the description of a session takes a few kB.
MAX_SIGNAL = 32 * 1024

# `Id` is asyncpg's UUID: read, hashed, compared and sent on in C, three times faster than Python's.
Seq = Annotated[int, Meta(ge=0, le=MAX_NUMBER)]


class Join(msgspec.Struct, tag_field="op", tag="join", frozen=True, gc=False):
    """Messages after `since` come at once, then those that are new."""

    consultation: Id
    since: int = 0


class Leave(msgspec.Struct, tag_field="op", tag="leave", frozen=True, gc=False):
    consultation: Id


class Body(msgspec.Struct, frozen=True, gc=False):
    """What a message of any kind may hold; the rest of what a client says is not kept."""

    text: Any = None
    picture_id: Any = None
    voice_id: Any = None
    document_id: Any = None
    of: Any = None


class Send(msgspec.Struct, tag_field="op", tag="send", frozen=True, gc=False):
    """`client_id` makes a repeated send harmless."""

    consultation: Id
    client_id: Id
    kind: str
    body: Body


class Mark(msgspec.Struct, tag_field="op", tag="mark", frozen=True, gc=False):
    """Up to which number this side has got and has read; both only rise."""

    consultation: Id
    got: Seq = 0
    read: Seq = 0


class Look(msgspec.Struct, tag_field="op", tag="look", frozen=True, gc=False):
    """Whether to be told of the other side's presence."""

    consultation: Id
    on: bool = True


class Typing(msgspec.Struct, tag_field="op", tag="typing", frozen=True, gc=False):
    consultation: Id


class Feed(msgspec.Struct, tag_field="op", tag="feed", frozen=True, gc=False):
    """Events after `since`, None: after the greeting. Without this frame there are no events."""

    since: int | None = None


class Ping(msgspec.Struct, tag_field="op", tag="ping", frozen=True, gc=False):
    """Lets a browser, which cannot send protocol pings, see a dead line."""


class Sit(msgspec.Struct, tag_field="op", tag="sit", frozen=True, gc=False):
    """This line stands for a seat of a call; said again on each new line."""

    room: Id
    seat: Id


class Signal(msgspec.Struct, tag_field="op", tag="signal", frozen=True):
    """From the page of one seat to that of another; nobody in between reads it."""

    room: Id
    seat: Id
    to: Id
    data: dict[str, Any]


class Report(msgspec.Struct, tag_field="op", tag="report", frozen=True, gc=False):
    """How the call goes at this seat. Milliseconds, percent, frames and kbit a second."""

    room: Id
    seat: Id
    up: bool
    muted: bool = False
    camera: bool = False
    screen: bool = False
    audio_only: bool = False
    recording: Literal["off", "on", "lost"] = "off"
    rtt: float | None = None
    loss: float | None = None
    fps: float | None = None
    kbps: float | None = None
    concealed: float | None = None
    connect_ms: float | None = None


class Unsit(msgspec.Struct, tag_field="op", tag="unsit", frozen=True, gc=False):
    room: Id
    seat: Id


Frame = Join | Leave | Send | Mark | Look | Typing | Feed | Ping | Sit | Signal | Report | Unsit


class Posted(msgspec.Struct, frozen=True):
    """The body of `POST /consultations/{id}/messages`."""

    client_id: Id
    kind: str
    body: Body


class Message(msgspec.Struct, gc=False):
    """One message as everybody reads it: the columns of `READ_AS_PARTY`."""

    consultation_id: UUID
    seq: int
    client_id: UUID
    sender: str
    sender_id: UUID
    kind: str
    body: msgspec.Raw
    at: datetime
    withdrawn: bool


class Told(msgspec.Struct, tag_field="op", tag="message", gc=False):
    message: Message


class Ack(msgspec.Struct, tag_field="op", tag="ack", gc=False):
    consultation: UUID
    client_id: UUID
    seq: int
    at: datetime


class _TextBody(msgspec.Struct, gc=False):
    text: str


class _EditBody(msgspec.Struct, gc=False):
    of: int
    text: str


class _WithdrawalBody(msgspec.Struct, gc=False):
    of: int


def _id(_type: type, value: Any) -> Any:
    """Raises ValueError, TypeError: no UUID."""
    return Id(value)


_decoder: msgspec.json.Decoder[Frame] = msgspec.json.Decoder(Frame, dec_hook=_id)
_posted: msgspec.json.Decoder[Posted] = msgspec.json.Decoder(Posted, dec_hook=_id)
_encoder = msgspec.json.Encoder()
encode = _encoder.encode
_MALFORMED = Text("消息格式不正确。", "The message is malformed.")
_EMPTY = Text("请输入内容。", "Please write something.")
_LONG = Text(
    f"一条消息最多 {MAX_TEXT} 个字，请分开发送。",
    f"A message holds at most {MAX_TEXT} characters; please send it in parts.",
)
_OF = Text("请指明是哪一条消息。", "Please say which message is meant.")


def read_frame(raw: bytes) -> Frame:
    """Raises Invalid (code `malformed`)."""
    try:
        return _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(code="malformed", text=_MALFORMED) from error


def read_posted(raw: bytes) -> Posted:
    """Raises Invalid (code `malformed`)."""
    try:
        return _posted.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(code="malformed", text=_MALFORMED) from error


def write(op: str, **members: object) -> bytes:
    """A whole frame, ready for any number of sockets."""
    return text_frame(encode({"op": op, **members}))


def write_struct(frame: msgspec.Struct) -> bytes:
    """The same for the frames that are many."""
    return text_frame(encode(frame))


def checked(kind: str, body: Body) -> bytes:
    """The body of a text, an edit or a withdrawal as JSON, with nothing else in it.

    Raises:
        Invalid: empty, longer than MAX_TEXT characters, or of no message; of no such kind.
    """
    if kind == "text":
        return encode(_TextBody(_words(body.text)))
    if kind == "edit":
        return encode(_EditBody(_number(body.of), _words(body.text)))
    if kind == "withdrawal":
        return encode(_WithdrawalBody(_number(body.of)))
    raise Invalid(code="malformed", text=_MALFORMED)


def _words(text: Any) -> str:
    if not isinstance(text, str) or not text or text.isspace():
        raise Invalid(FieldError("body.text", _EMPTY))
    if len(text) > MAX_TEXT:
        raise Invalid(FieldError("body.text", _LONG))
    return text.replace("\x00", "")


def _number(of: Any) -> int:
    if not isinstance(of, int) or isinstance(of, bool) or not 0 < of <= MAX_NUMBER:
        raise Invalid(FieldError("body.of", _OF))
    return of
