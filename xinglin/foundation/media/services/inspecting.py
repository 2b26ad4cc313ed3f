"""PDFs and recordings are opened by a child process first: their parsers are large and written in C."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Literal

import structlog
from django.conf import settings

from xinglin.kernel.errors import FieldError, Invalid, TooLarge
from xinglin.kernel.text import Text

log = structlog.get_logger(__name__)
_WITHIN_S = 20
# Each may take `rules.__main__.MEMORY`.
_two_at_once = threading.Semaphore(2)
_TEXTS = {
    "broken": Text(
        "无法读取这个PDF文件，请换一个，或拍成照片上传。",
        "This is no PDF that we can read; please choose another one, or send photos of its pages.",
    ),
    "locked": Text(
        "这个PDF设有打开密码，请去掉密码后再上传，或拍成照片上传。",
        "This PDF asks for a password; please remove it, or send photos of its pages.",
    ),
    "acts": Text(
        "这个PDF含有脚本、表单提交或附件，为安全起见不能上传；请另存为普通PDF，或拍成照片上传。",
        "This PDF holds scripts, forms that send, or attachments, so it is not taken; please print it"
        " to a plain PDF, or send photos of its pages.",
    ),
    "too_long": Text(
        "这个文件内容过多，请拆分后再上传。", "There is too much in this file; please split it."
    ),
    "no_voice": Text(
        "无法识别这段录音，请重新录制。",
        "This is no recording that we can play; please record again.",
    ),
    "too_long_voice": Text(
        "语音不能超过60秒，请分成几条发送。",
        "A voice note may last 60 seconds at most; please send several.",
    ),
}
_CODES = {
    "broken": "not_a_document",
    "locked": "document_locked",
    "acts": "document_acts",
    "no_voice": "not_a_voice_note",
}


def inspected(kind: Literal["document", "voice"], path: Path) -> dict[str, Any]:
    """What the inspector in `rules` found.

    Raises:
        Invalid, TooLarge: it is none, is broken, acts by itself, or is too long.
    """
    found = _asked(kind, path)
    why = found.get("refused")
    if why is None:
        return found
    if why == "too_long":
        text = _TEXTS["too_long_voice" if kind == "voice" else "too_long"]
        raise TooLarge("voice_too_long" if kind == "voice" else "document_too_long", text)
    raise Invalid(FieldError("file", _TEXTS[why]), code=_CODES[why], text=_TEXTS[why])


def _asked(kind: str, path: Path) -> dict[str, Any]:
    """A child that dies of the file, or does not end, has refused it."""
    with _two_at_once:
        try:
            child = subprocess.run(  # noqa: S603  # our own words and a path of our own
                [sys.executable, "-m", "xinglin.foundation.media.rules", kind, str(path)],
                cwd=settings.BASE_DIR,
                # No address of the database, no key.
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_WITHIN_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            child = None
    if child is None or child.returncode != 0:
        log.warning("file not read", kind=kind, status=None if child is None else child.returncode)
        return {"refused": "no_voice" if kind == "voice" else "broken"}
    found: dict[str, Any] = json.loads(child.stdout)
    return found
