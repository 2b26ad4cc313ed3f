"""The bytes of a WebSocket text frame, as a server sends it: made once, written to many sockets."""

_PONG = b"\x8a"
_TEXT = b"\x81"  # a whole text message in one frame; a server masks nothing (RFC 6455, 5.2)
_SMALL, _MEDIUM = 126, 65_536


def text_frame(payload: bytes) -> bytes:
    size = len(payload)
    if size < _SMALL:
        return b"%b%c%b" % (_TEXT, size, payload)
    if size < _MEDIUM:
        return b"%b\x7e%b%b" % (_TEXT, size.to_bytes(2, "big"), payload)
    return b"%b\x7f%b%b" % (_TEXT, size.to_bytes(8, "big"), payload)


def pong_frame(payload: bytes) -> bytes:
    """The answer to a ping of the protocol, which holds at most 125 bytes."""
    return b"%b%c%b" % (_PONG, len(payload), payload)
