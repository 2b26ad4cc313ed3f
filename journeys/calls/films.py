"""What was made of a recording, fetched as a player does and looked at frame by frame."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import av

from journeys.cast import Person
from journeys.hospital import eventually

_MADE_WITHIN_S = 40.0
_PIECE = 1_000_000
_EVERY = 10


@dataclass(frozen=True)
class Film:
    """`colours`: of each picture track, most of what it shows. `seconds`: of the longest track."""

    colours: list[str]
    sounds: int
    seconds: float


def made(person: Person, call: str) -> dict[str, Any]:
    """The card of the recording, once there is a file."""

    def card() -> dict[str, Any] | None:
        found: dict[str, Any] = person.ask_house("GET", f"/recordings/{call}")
        assert found["state"] != "failed", found
        return found if found["state"] == "made" else None

    return eventually(card, "the making of the recording", _MADE_WITHIN_S)


def fetched(person: Person, call: str, purpose: str) -> bytes:
    """In pieces, by the link of a minute."""
    url = person.ask_house("POST", f"/recordings/{call}/views", {"purpose": purpose})["url"]
    whole, size = b"", 1
    while len(whole) < size:
        last = len(whole) + _PIECE - 1
        got = person.context.request.get(
            f"{person.hospital.url}{url}", headers={"Range": f"bytes={len(whole)}-{last}"}
        )
        assert got.status == 206, f"{got.status} {got.text()[:300]}"
        size = int(got.headers["content-range"].rpartition("/")[2])
        whole += got.body()
    return whole


def looked_at(content: bytes) -> Film:
    """Raises: av.FFmpegError where a frame does not decode."""
    with av.open(BytesIO(content)) as film:
        sounds = len(film.streams.audio)
        nth_of = {stream.index: nth for nth, stream in enumerate(film.streams.video)}
        seen: list[dict[str, int]] = [{} for _ in nth_of]
        end = 0.0
        for packet in film.demux():
            for at, frame in enumerate(packet.decode()):
                end = max(end, float(frame.time or 0))
                if isinstance(frame, av.VideoFrame) and at % _EVERY == 0:
                    shown, colour = seen[nth_of[packet.stream.index]], _colour(frame)
                    shown[colour] = shown.get(colour, 0) + 1
    colours = sorted(max(shown, key=lambda c: shown[c]) for shown in seen if shown)
    return Film(colours, sounds, end)


def _colour(frame: av.VideoFrame) -> str:
    small = frame.reformat(width=16, height=12, format="rgb24").to_ndarray()
    red, green, blue = (float(small[4:8, 5:11, c].mean()) for c in range(3))
    if max(red, green, blue) < 40:
        return "black"
    return max((red, "red"), (green, "green"), (blue, "blue"))[1]
