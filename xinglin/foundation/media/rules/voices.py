"""What a voice note may be: one track of speech, a minute at most. Runs in a child (`inspecting`)."""

import av
import av.error

LONGEST_S = 60
# Recorders stop a little late, and write what they had begun.
SLACK_S = 1.5
# By content: what begins so -> which demuxer may read it, and the ending of what is kept.
_CONTAINERS = (
    (0, b"\x1a\x45\xdf\xa3", "matroska", "webm"),
    (4, b"ftyp", "mp4", "m4a"),
    (0, b"OggS", "ogg", "ogg"),
)
_CODECS = frozenset({"opus", "libopus", "aac"})


def inspect(path: str) -> dict[str, object]:
    """`{"milliseconds": n, "ending": e}`, or `{"refused": why}`: no_voice or too_long.

    Every packet is decoded: what a header says of its length is not believed, and recorders that
    write as they go leave it out.
    """
    with open(path, "rb") as file:  # noqa: PTH123  # the child imports as little as it can
        head = file.read(16)
    for at, mark, demuxer, ending in _CONTAINERS:
        if head[at : at + len(mark)] == mark:
            try:
                return _decoded(path, demuxer, ending)
            except (av.error.FFmpegError, ValueError, MemoryError):
                break
    return {"refused": "no_voice"}


def _decoded(path: str, demuxer: str, ending: str) -> dict[str, object]:
    with av.open(path, format=demuxer) as file:
        if len(file.streams) != 1 or len(file.streams.audio) != 1:
            return {"refused": "no_voice"}
        if file.streams.audio[0].codec_context.name not in _CODECS:
            return {"refused": "no_voice"}
        seconds = 0.0
        for frame in file.decode(audio=0):
            seconds += frame.samples / frame.sample_rate
            if seconds > LONGEST_S + SLACK_S:
                return {"refused": "too_long"}
    if seconds == 0:
        return {"refused": "no_voice"}
    return {"milliseconds": min(round(seconds * 1000), LONGEST_S * 1000), "ending": ending}
