"""Files as phones and evil people make them, built here: none is of anybody."""

import io
import math
from array import array
from fractions import Fraction

import av
import pikepdf


def pdf(pages: int = 1) -> pikepdf.Pdf:
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(200, 200))
    return made


def saved(made: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    made.save(out, **options)
    return out.getvalue()


def pdf_with(key: str, value: object, *, where: str = "Root") -> bytes:
    made = pdf()
    made.trailer["/" + where][key] = value
    return saved(made)


def voice(
    seconds: float = 1.0, container: str = "webm", codec: str = "libopus", rate: int = 48_000
) -> bytes:
    """A tone, as a recorder would have written it."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout="mono")
        second = [round(9000 * math.sin(2 * math.pi * 440 * i / rate)) for i in range(rate)]
        whole, rest = divmod(int(seconds * rate), rate)
        wave = array("h", second * whole + second[:rest])
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(wave), align=1)
        frame.planes[0].update(wave.tobytes())
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        for packet in stream.encode(frame):
            file.mux(packet)
        for packet in stream.encode(None):
            file.mux(packet)
    return out.getvalue()
