"""One playable file of many segments: pictures as they came, voices mixed into one track.

Browsers play the first picture and the first sound of a file: so the patient's picture comes first, and the
one sound holds everybody. Pictures are moved packet by packet and never encoded anew; gaps stay gaps.
"""

import heapq
import os
from collections.abc import Iterator
from typing import Any

import av
from av.container import OutputContainer

from xinglin.foundation.recordings.rules import mixing
from xinglin.foundation.recordings.rules.reading import (
    BROKEN,
    Lane,
    Part,
    at_of,
    lanes,
    looked_into,
    opened,
    packets,
)

_FIRST = ("patient", "doctor", "specialist", "guest")
_IN_WEBM = frozenset({"", "vp8", "vp9", "av1"})
_IN_MP4 = frozenset({"", "h264"})
_FORMATS = {"webm": "webm", "mp4": "mp4", "mkv": "matroska"}


def make(plan: dict[str, Any]) -> dict[str, Any]:
    """What was made, or `{"refused": why}`; `lengths`: of each segment, 0 of one that is left out."""
    parts = [part for part in map(looked_into, plan["segments"]) if part is not None]
    lengths = {told["id"]: 0 for told in plan["segments"]}
    lengths |= {part.id: part.milliseconds for part in parts}
    if not parts:
        return {"refused": "unplayable", "lengths": lengths}
    total = max(part.end_ms for part in parts)
    if total > plan["most_ms"]:
        return {"refused": "too_long", "lengths": lengths}
    pictures = _pictures(parts)
    container = _container({lane[0].video for lane in pictures})
    try:
        with (
            os.fdopen(os.dup(plan["out"]), "w+b") as out,
            av.open(out, "w", format=_FORMATS[container]) as file,
        ):
            _write(file, pictures, parts, total)
        checked = _checked(plan["out"])
    except BROKEN:
        return {"refused": "unchecked", "lengths": lengths}
    if checked != [sum(part.frames for part in lane) for lane in pictures]:
        return {"refused": "unchecked", "lengths": lengths}
    return {
        "container": container,
        "milliseconds": total,
        "tracks": _told(pictures, parts),
        "lengths": lengths,
    }


def _container(codecs: set[str]) -> str:
    if codecs <= _IN_WEBM:
        return "webm"
    return "mp4" if codecs <= _IN_MP4 else "mkv"


def _pictures(parts: list[Part]) -> list[Lane]:
    """A track for each person; one more where the codec changed, or two recorders ran at once."""
    kinds: dict[tuple[str, str, bytes], list[Part]] = {}
    for part in parts:
        if part.video:
            kinds.setdefault((part.person, part.video, part.video_head), []).append(part)
    found = [lane for alike in kinds.values() for lane in lanes(alike)]
    return sorted(found, key=lambda lane: (_rank(lane[0]), lane[0].at_ms))


def _rank(part: Part) -> int:
    return _FIRST.index(part.role) if part.role in _FIRST else len(_FIRST)


def _write(file: OutputContainer, pictures: list[Lane], parts: list[Part], total: int) -> None:
    streams = [_stream_like(file, lane[0]) for lane in pictures]
    voice = mixing.add_stream(file) if any(p.has_audio for p in parts) else None
    runs: list[Iterator[tuple[int, int, Any]]] = [
        _moved(lane, stream, number)
        for number, (lane, stream) in enumerate(zip(pictures, streams, strict=True))
    ]
    if voice is not None:
        runs.append(mixing.mixed([p for p in parts if p.has_audio], voice, total, len(runs)))
    for _, _, packet in heapq.merge(*runs, key=lambda one: one[:2]):
        file.mux(packet)


def _stream_like(file: OutputContainer, part: Part) -> Any:
    with opened(part.number) as source:
        stream = file.add_stream_from_template(source.streams.video[0])
    stream.metadata["title"] = part.role
    return stream


def _moved(lane: Lane, stream: Any, number: int) -> Iterator[tuple[int, int, Any]]:
    for part in lane:
        with opened(part.number) as source:
            for packet in packets(source, ("video",), part.keep):
                at = part.at_ms + at_of(packet)
                shift = round(part.at_ms / 1000 / packet.time_base)
                packet.pts += shift
                packet.dts = packet.pts if packet.dts is None else packet.dts + shift
                packet.stream = stream
                yield at, number, packet


def _checked(number: int) -> list[int]:
    """Frames of each picture, every packet of everything decoded. Raises one of BROKEN."""
    with opened(number) as file:
        frames = {stream.index: 0 for stream in file.streams}
        for packet in file.demux():
            frames[packet.stream.index] += sum(1 for _ in packet.decode())
        if not all(frames.values()):
            raise ValueError("an empty track")
        return [frames[stream.index] for stream in file.streams.video]


def _told(pictures: list[Lane], parts: list[Part]) -> list[dict[str, Any]]:
    tracks: list[dict[str, Any]] = [
        {"kind": "video", "role": lane[0].role, "person": lane[0].person, "codec": lane[0].video}
        for lane in pictures
    ]
    heard = sorted({(p.role, p.person) for p in parts if p.has_audio})
    if heard:
        tracks.append(
            {"kind": "audio", "roles": sorted({role for role, _ in heard}), "codec": "opus"}
        )
    return tracks
