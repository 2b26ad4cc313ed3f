"""Who is seen and heard: a camera of one colour and a microphone of one tone for each person, made when needed."""

import wave
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

_WIDTH, _HEIGHT, _FPS = 640, 480, 20
_FRAMES = 20
# Of the texture; a flat colour would cost the line nothing, and a weak one would not be noticed.
_GRAIN = 24
_RATE, _SECONDS = 48_000, 4
_SYLLABLES_A_SECOND = 3


@dataclass(frozen=True)
class Face:
    """`luma`, `blue`, `red`: of the colour, as the camera file has them (BT.601, studio range)."""

    colour: str
    luma: int
    blue: int
    red: int
    tone_hz: int

    def camera(self, folder: Path) -> Path:
        """A y4m of one second that the browser tells again and again."""
        path = folder / f"{self.colour}.y4m"
        if path.exists():
            return path
        rate = Fraction(_FPS)
        chance = np.random.default_rng(self.luma)
        chroma = np.full((_HEIGHT // 2, _WIDTH // 2), 0, np.uint8)
        with path.open("wb") as out:
            out.write(
                f"YUV4MPEG2 W{_WIDTH} H{_HEIGHT} F{rate.numerator}:{rate.denominator} Ip A1:1 C420jpeg\n".encode()
            )
            for _ in range(_FRAMES):
                # Squares of 8 px: noise of single pixels is what no camera sends and no coder keeps.
                grain = chance.integers(-_GRAIN, _GRAIN, (_HEIGHT // 8, _WIDTH // 8))
                luma = np.kron(self.luma + grain, np.ones((8, 8))).clip(16, 235)
                out.write(b"FRAME\n")
                out.write(luma.astype(np.uint8).tobytes())
                out.write((chroma + self.blue).astype(np.uint8).tobytes())
                out.write((chroma + self.red).astype(np.uint8).tobytes())
        return path

    def microphone(self, folder: Path) -> Path:
        """A tone in syllables: a steady one is taken for noise, and silenced."""
        path = folder / f"{self.colour}.wav"
        if path.exists():
            return path
        at = np.arange(_RATE * _SECONDS) / _RATE
        loud = np.clip(np.sin(2 * np.pi * _SYLLABLES_A_SECOND * at), 0, 1)
        sound = 0.5 * loud * np.sin(2 * np.pi * self.tone_hz * at)
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(_RATE)
            out.writeframes((sound * 32_767).astype("<i2").tobytes())
        return path


RED = Face("red", luma=82, blue=90, red=240, tone_hz=440)
BLUE = Face("blue", luma=41, blue=240, red=110, tone_hz=660)
GREEN = Face("green", luma=145, blue=54, red=34, tone_hz=880)
GREY = Face("grey", luma=120, blue=128, red=128, tone_hz=550)
