"""Recordings as browsers make them, built here: nobody is seen or heard in them."""

import io
import math
from array import array
from fractions import Fraction

import av

RATE = 48_000


def recorded(
    seconds=1.0,
    *,
    color=(255, 0, 0),
    pitch=440,
    container="webm",
    video="libvpx",
    audio="libopus",
    fps=10,
    size=(64, 48),
) -> bytes:
    """One colour and one tone, written as a recorder does: as it goes, without a length or an index."""
    out = io.BytesIO()
    options = {"live": "1"} if container == "webm" else {"movflags": "frag_keyframe+empty_moov"}
    with av.open(out, "w", format=container, options=options) as file:
        told = {"width": size[0], "height": size[1], "pix_fmt": "yuv420p"}
        live = {"tune": "zerolatency"} if video == "libx264" else {}
        picture = file.add_stream(video, rate=fps, options=live, **told) if video else None
        voice = file.add_stream(audio, rate=RATE, layout="mono") if audio else None
        packets = [
            *(_pictures(picture, seconds, color, fps, size) if picture else ()),
            *(_tone(voice, seconds, pitch) if voice else ()),
        ]
        for packet in sorted(packets, key=lambda p: p.dts * p.time_base):
            file.mux(packet)
    return out.getvalue()


def _pictures(stream, seconds, color, fps, size):
    plain = bytes(color) * (size[0] * size[1])
    for number in range(round(seconds * fps)):
        frame = av.VideoFrame(*size, "rgb24")
        line = frame.planes[0].line_size
        row = bytes(color) * size[0]
        frame.planes[0].update(row.ljust(line, b"\0") * size[1] if line != len(row) else plain)
        frame.pts, frame.time_base = number, Fraction(1, fps)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _tone(stream, seconds, pitch):
    wave = array(
        "h",
        [
            round(6000 * math.sin(2 * math.pi * pitch * i / RATE))
            for i in range(int(seconds * RATE))
        ],
    )
    frame = av.AudioFrame(format="s16", layout="mono", samples=len(wave), align=1)
    frame.planes[0].update(wave.tobytes())
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    yield from stream.encode(frame)
    yield from stream.encode(None)


def split(whole: bytes, count: int) -> list[bytes]:
    """At bytes that mean nothing, as MediaRecorder's chunks are."""
    size = -(-len(whole) // count)
    return [whole[at : at + size] for at in range(0, len(whole), size)]
