"""Voices of one call on a common time line, mixed into one track of Opus."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from av import AudioFrame, AudioResampler
from av.audio.fifo import AudioFifo
from av.container import OutputContainer
from av.filter import Graph

from xinglin.foundation.recordings.rules.reading import Lane, Part, at_of, lanes, opened, packets

RATE = 48_000
_STEP = 960  # 20 ms, as Opus has them
_BIT_RATE = 48_000
_FORMAT, _BYTES = "flt", 4
# Less than this the clock of a recorder may wander; more is a gap.
_SLACK = RATE // 20


def add_stream(file: OutputContainer) -> Any:
    return file.add_stream("libopus", rate=RATE, layout="mono", options={"b": str(_BIT_RATE)})


def mixed(
    parts: list[Part], stream: Any, total_ms: int, number: int
) -> Iterator[tuple[int, int, Any]]:
    """Encoded packets with their time, for the merge with the pictures."""
    total = -(-total_ms * RATE // 1000 // _STEP) * _STEP
    # Segments that do not overlap share a voice: the fewer, the less there is to add up.
    voices = [_steps(lane, total) for lane in lanes(parts)]
    at = 0
    for frame in _sum(voices):
        frame.pts, frame.time_base = at, Fraction(1, RATE)
        at += frame.samples
        yield from _encoded(stream, frame, number)
    yield from _encoded(stream, None, number)


def _encoded(stream: Any, frame: AudioFrame | None, number: int) -> Iterator[tuple[int, int, Any]]:
    for packet in stream.encode(frame):
        yield max(0, at_of(packet)), number, packet


def _sum(voices: list[Iterator[AudioFrame]]) -> Iterator[AudioFrame]:
    """All voices are equally long, so that the filter never waits for one of them."""
    if len(voices) == 1:
        yield from voices[0]
        return
    graph = Graph()
    ends = [
        graph.add_abuffer(
            sample_rate=RATE, format=_FORMAT, layout="mono", time_base=Fraction(1, RATE)
        )
        for _ in voices
    ]
    mix = graph.add("amix", f"inputs={len(voices)}:normalize=0:duration=longest")
    sink = graph.add("abuffersink")
    for place, end in enumerate(ends):
        end.link_to(mix, 0, place)
    mix.link_to(sink)
    graph.configure()
    for frames in zip(*voices, strict=True):
        for end, frame in zip(ends, frames, strict=True):
            end.push(frame)
        yield from _pulled(graph)
    for end in ends:
        end.push(None)
    yield from _pulled(graph)


def _pulled(graph: Graph) -> Iterator[AudioFrame]:
    while True:
        try:
            frame = graph.pull()
        except (BlockingIOError, EOFError):
            return
        assert isinstance(frame, AudioFrame)
        yield frame


def _steps(lane: Lane, total: int) -> Iterator[AudioFrame]:
    """`total` samples in steps of 20 ms: what was said where it was said, and silence between."""
    fifo, written = AudioFifo(), 0
    for start, frame in _heard(lane):
        if start - written > _SLACK:
            for silent in _silence(start - written):
                _push(fifo, silent)
                yield from _ready(fifo)
            written = start
        if written + frame.samples > total:
            break
        _push(fifo, frame)
        written += frame.samples
        yield from _ready(fifo)
    for silent in _silence(total - written):
        _push(fifo, silent)
        yield from _ready(fifo)


def _push(fifo: AudioFifo, frame: AudioFrame) -> None:
    frame.pts = None
    fifo.write(frame)


def _ready(fifo: AudioFifo) -> Iterator[AudioFrame]:
    while (frame := fifo.read(_STEP)) is not None:
        frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
        yield frame


def _heard(lane: Lane) -> Iterator[tuple[int, AudioFrame]]:
    """Frames of 48 kHz mono, with the sample at which each belongs."""
    for part in lane:
        resampler = AudioResampler(format=_FORMAT, layout="mono", rate=RATE)
        at: int | None = None
        with opened(part.number) as file:
            for packet in packets(file, ("audio",), part.keep):
                told = (part.at_ms + at_of(packet)) * RATE // 1000
                if at is None or abs(told - at) > _SLACK:
                    at = told
                for decoded in packet.decode():
                    decoded.pts = None
                    for frame in resampler.resample(decoded):
                        yield at, frame
                        at += frame.samples


def _silence(samples: int) -> Iterator[AudioFrame]:
    while samples > 0:
        length = min(samples, RATE)
        frame = AudioFrame(format=_FORMAT, layout="mono", samples=length, align=1)
        frame.planes[0].update(bytes(length * _BYTES))
        frame.sample_rate = RATE
        samples -= length
        yield frame
