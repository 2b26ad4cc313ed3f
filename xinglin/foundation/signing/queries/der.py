"""How DER is written (X.690), as far as it leaves no room: readers are more lenient than writers. Pure."""

from typing import Final

_CONSTRUCTED, _NUMBER, _LONG = 0x20, 0x1F, 0x80
_DEEPEST: Final = 40


def element(content: bytes, at: int) -> tuple[int, int, int]:
    """Its tag, where what it holds begins, and where it ends.

    Raises ValueError: it is cut off, or its length is not written in the shortest way.
    """
    if len(content) < at + 2 or content[at] == 0 or content[at] & _NUMBER == _NUMBER:
        raise ValueError("no element")
    tag, first, begins = content[at], content[at + 1], at + 2
    if first < _LONG:
        ends = begins + first
    else:
        size = first - _LONG
        told, begins = content[begins : begins + size], begins + size
        length = int.from_bytes(told)
        if not told or told[0] == 0 or length < _LONG:
            raise ValueError("length")
        ends = begins + length
    if ends > len(content):
        raise ValueError("cut off")
    return tag, begins, ends


def is_whole(content: bytes, *, depth: int = 0) -> bool:
    """Whether it is elements from the first byte to the last, and so is all that they are made of."""
    at = 0
    try:
        while at < len(content):
            tag, begins, ends = element(content, at)
            inside = content[begins:ends]
            if tag & _CONSTRUCTED and (depth == _DEEPEST or not is_whole(inside, depth=depth + 1)):
                return False
            at = ends
    except ValueError:
        return False
    return True
