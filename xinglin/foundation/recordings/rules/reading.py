"""Segments as a browser recorded them, looked into: which tracks, how long, and whether all of it decodes."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import av
import av.error
from av.container import InputContainer

LONGEST_SIDE = 4096
# By content: what begins so -> which demuxer may read it.
_CONTAINERS = ((0, b"\x1a\x45\xdf\xa3", "matroska"), (4, b"ftyp", "mp4"))
VIDEO = frozenset({"vp8", "vp9", "av1", "h264"})
AUDIO = frozenset({"opus", "aac"})
# A recorder that begins anew may do so a moment before the last one has ended.
_OVERLAP_MS = 500
BROKEN = (av.error.FFmpegError, ValueError, MemoryError, OverflowError)


class Numbered(io.RawIOBase):
    """An open file with a place of its own, so that it can be read twice at once."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number, self._at, self._size = number, 0, os.fstat(number).st_size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        got = os.pread(self._number, len(into), self._at)
        into[: len(got)] = got
        self._at += len(got)
        return len(got)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A segment that decodes. `at_ms`: where it belongs; `frames`: of its picture, whose codec is `video`.

    `keep`: from and to, in its own milliseconds, what may be shown; None: all of it.
    """

    id: str
    number: int
    person: str
    role: str
    at_ms: int
    video: str
    video_head: bytes = field(repr=False)
    has_audio: bool
    frames: int
    milliseconds: int
    keep: "Keep" = None

    @property
    def end_ms(self) -> int:
        return self.at_ms + self.milliseconds


Lane = list[Part]
Keep = list[list[int]] | None


def lanes(parts: list[Part]) -> list[Lane]:
    """Parts that follow each other in time, in as few rows as can be."""
    found: list[Lane] = []
    for part in sorted(parts, key=lambda p: p.at_ms):
        for lane in found:
            if lane[-1].end_ms - part.at_ms <= _OVERLAP_MS:
                lane.append(replace(part, at_ms=max(part.at_ms, lane[-1].end_ms)))
                break
        else:
            found.append([part])
    return found


@contextmanager
def opened(number: int) -> Iterator[InputContainer]:
    """Raises ValueError: it is no container that is read here."""
    head = os.pread(number, 16, 0)
    for at, mark, demuxer in _CONTAINERS:
        if head[at : at + len(mark)] == mark:
            # Named, so that no other of FFmpeg's many demuxers ever sees it.
            with av.open(Numbered(number), "r", format=demuxer) as file:
                yield file
            return
    raise ValueError("no container of a recorder")


def packets(file: InputContainer, kinds: tuple[str, ...], keep: Keep) -> Iterator[Any]:
    """Up to the end, or to where it was cut: a tab that crashed leaves half a packet.

    Of pictures after a time that is not kept, from the next whole one on.
    """
    streams = [s for s in file.streams if s.type in kinds]
    passed: set[int] = set()
    try:
        for packet in file.demux(streams):
            if not packet.size or packet.pts is None:
                continue
            at, track = at_of(packet), packet.stream.index
            if keep is not None and not any(start <= at < stop for start, stop in keep):
                passed.add(track)
            elif track not in passed or packet.is_keyframe:
                passed.discard(track)
                yield packet
    except (av.error.InvalidDataError, av.error.EOFError, av.error.OSError):
        return


def at_of(packet: Any) -> int:
    """In milliseconds of its own file."""
    at: int = round(packet.pts * packet.time_base * 1000)
    return at


def looked_into(told: dict[str, Any]) -> Part | None:
    """Every packet is decoded; None: it is no recording, or does not decode."""
    try:
        with opened(told["fd"]) as file:
            return _part(told, file)
    except BROKEN:
        return None


def _part(told: dict[str, Any], file: InputContainer) -> Part | None:
    video, audio = file.streams.video, file.streams.audio
    if len(file.streams) != len(video) + len(audio) or len(video) > 1 or len(audio) > 1:
        return None
    if any(codec_of(s) not in VIDEO or max(s.width, s.height) > LONGEST_SIDE for s in video):
        return None
    if any(codec_of(s) not in AUDIO for s in audio):
        return None
    end, frames = 0, {"video": 0, "audio": 0}
    for packet in packets(file, ("video", "audio"), told["keep"]):
        frames[packet.stream.type] += sum(1 for _ in packet.decode())
        length = round((packet.duration or 0) * packet.time_base * 1000)
        end = max(end, at_of(packet) + length)
    for stream in video:  # what a decoder with look-ahead holds back
        frames["video"] += sum(1 for _ in stream.codec_context.decode(None))
    if not any(frames.values()):
        return None
    return Part(
        id=told["id"],
        number=told["fd"],
        person=told["person"],
        role=told["role"],
        at_ms=told["at_ms"],
        video=codec_of(video[0]) if frames["video"] else "",
        # VP8 and VP9 say all in their packets; the others need the head of the very same recorder.
        video_head=_head(video[0]) if frames["video"] else b"",
        has_audio=frames["audio"] > 0,
        frames=frames["video"],
        milliseconds=end,
        keep=told["keep"],
    )


def codec_of(stream: Any) -> str:
    name: str = stream.codec_context.codec.canonical_name
    return name


def _head(stream: Any) -> bytes:
    return (
        bytes(stream.codec_context.extradata or b"") if codec_of(stream) in {"av1", "h264"} else b""
    )
