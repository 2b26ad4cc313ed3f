"""Frames of the socket: what a client may say, and how the house answers (docs/guide/live.md)."""

from typing import Any
from uuid import UUID

import msgspec

from xinglin.care.consultation.messages.types import MAX_TEXT
from xinglin.kernel.errors import FieldError, Invalid
from xinglin.kernel.text import Text

MAX_FRAME = 64 * 1024


class Join(msgspec.Struct, tag_field="op", tag="join", frozen=True):
    """Messages after `since` come at once, then those that are new."""

    consultation: UUID
    since: int = 0


class Leave(msgspec.Struct, tag_field="op", tag="leave", frozen=True):
    consultation: UUID


class Send(msgspec.Struct, tag_field="op", tag="send", frozen=True):
    """`client_id` makes a repeated send harmless."""

    consultation: UUID
    client_id: UUID
    kind: str
    body: dict[str, Any]


class Typing(msgspec.Struct, tag_field="op", tag="typing", frozen=True):
    consultation: UUID


class Feed(msgspec.Struct, tag_field="op", tag="feed", frozen=True):
    """Events after `since`, None: after the greeting. Without this frame there are no events."""

    since: int | None = None


class Ping(msgspec.Struct, tag_field="op", tag="ping", frozen=True):
    """Lets a browser, which cannot send protocol pings, see a dead line."""


Frame = Join | Leave | Send | Typing | Feed | Ping
_decoder: msgspec.json.Decoder[Frame] = msgspec.json.Decoder(Frame)
_encoder = msgspec.json.Encoder()


class Posted(msgspec.Struct, frozen=True):
    """The body of `POST /consultations/{id}/messages`."""

    client_id: UUID
    kind: str
    body: dict[str, Any]


_posted: msgspec.json.Decoder[Posted] = msgspec.json.Decoder(Posted)
_MALFORMED = Text("消息格式不正确。", "The message is malformed.")


def read_frame(raw: str | bytes) -> Frame:
    """Raises Invalid (code `malformed`)."""
    try:
        return _decoder.decode(raw)
    except msgspec.DecodeError as error:
        raise Invalid(code="malformed", text=_MALFORMED) from error


def read_posted(raw: bytes) -> Posted:
    """Raises Invalid (code `malformed`)."""
    try:
        return _posted.decode(raw)
    except msgspec.DecodeError as error:
        raise Invalid(code="malformed", text=_MALFORMED) from error


def write(op: str, **members: object) -> str:
    return _encoder.encode({"op": op, **members}).decode()


def checked_text(body: dict[str, Any]) -> dict[str, Any]:
    """The body of a text message with nothing else in it.

    Raises:
        Invalid: empty, or longer than MAX_TEXT characters.
    """
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Invalid(FieldError("body.text", Text("请输入内容。", "Please write something.")))
    if len(text) > MAX_TEXT:
        raise Invalid(
            FieldError(
                "body.text",
                Text(
                    f"一条消息最多 {MAX_TEXT} 个字，请分开发送。",
                    f"A message holds at most {MAX_TEXT} characters; please send it in parts.",
                ),
            )
        )
    return {"text": text.replace("\x00", "")}
