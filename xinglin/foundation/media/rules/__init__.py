"""What may be uploaded, how much of it, and where it lies: pure. One file for each kind.

Nothing heavy is imported here: the child that looks into a hostile file passes by.
"""

import unicodedata
from datetime import timedelta
from uuid import UUID

from xinglin.foundation.media.types import Kind, Size
from xinglin.kernel.text import Text

_MB = 1024 * 1024
MAX_BYTES: dict[Kind, int] = {
    "picture": 10 * _MB,
    "document": 10 * _MB,
    "voice": 2 * _MB,
    "sheet": 10 * _MB,
}
MAX_PIECE = _MB
MAX_A_DAY = 200
MAX_ON_THEIR_WAY = 40
DAY = timedelta(days=1)
UNFINISHED_FOR = timedelta(days=1)
UNCLAIMED_FOR = timedelta(days=30)
LONGEST_NAME = 120
# The links of a thumbnail stay the same for so long, so that a list is drawn from the browser's cache.
THUMB_WINDOW_S = 600

TOO_BIG: dict[Kind, Text] = {
    "picture": Text(
        "图片不能超过10MB，请压缩后再上传。",
        "A picture may have 10 MB at most; please make it smaller.",
    ),
    "document": Text(
        "PDF文件不能超过10MB，请拆分或压缩后再上传。",
        "A PDF may have 10 MB at most; please split it or make it smaller.",
    ),
    "voice": Text(
        "语音不能超过60秒，请分成几条发送。",
        "A voice note may last 60 seconds at most; please send several.",
    ),
    "sheet": Text(
        "表格文件不能超过10MB，请删除无关内容或拆分后再上传。",
        "A spreadsheet may have 10 MB at most; please take out what does not belong, or split it.",
    ),
}
EMPTY = Text("这个文件是空的，请重新选择。", "This file is empty; please choose another one.")
PICTURE_ENDING = "jpg"
CONTENT_TYPES = {
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "webm": "audio/webm",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "sheet": "application/octet-stream",
}
_NOT_IN_NAMES = set('\\/:*?"<>|')


def path_of(file_id: UUID, ending: str, size: Size = "full") -> str:
    """Relative; two letters of the random end part the folders evenly."""
    name = file_id.hex
    if ending == PICTURE_ENDING:
        return f"pictures/{name[-2:]}/{name}.{size}.jpg"
    return f"kept/{name[-2:]}/{name}.{ending}"


def part_of(upload_id: UUID) -> str:
    return f"uploads/{upload_id.hex}.part"


def plain_name(told: str, kind: Kind = "document") -> str:
    """A file name that cannot trick an eye or a file system: no path, no controls.

    That of a document ends in .pdf; what a spreadsheet is, its reader decides.
    """
    last = told.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        c for c in last if c not in _NOT_IN_NAMES and not unicodedata.category(c).startswith("C")
    )
    if kind == "sheet":
        return kept.strip(" .")[:LONGEST_NAME] or "sheet"
    stem = kept.strip(" .").removesuffix(".pdf").removesuffix(".PDF").strip(" .")
    return (stem[: LONGEST_NAME - 4] or "document") + ".pdf"
