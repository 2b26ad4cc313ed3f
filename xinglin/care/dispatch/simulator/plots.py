"""Plots as SVG text, made here: no script, no network, and words in both languages."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from xinglin.kernel.text import Text

# Okabe and Ito: told apart by those who see few colours.
COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_WIDE: Final = 720
_HIGH: Final = 300
_LEFT: Final = 52
_RIGHT: Final = 22
_TOP: Final = 12
_BOTTOM: Final = 42
_GRID: Final = "#dfe3e8"
_INK: Final = "#4a5260"
_IMAGE_STYLE: Final = (
    'svg{font:13px system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}'
    ".v{font-size:10px;text-anchor:middle}.t{font-size:12px}"
)


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Plot:
    """`body`: the inside of the SVG, with words in both languages."""

    title: Text
    body: str

    def figure(self) -> str:
        """For the page, which shows one of the two languages."""
        label = escape(f"{self.title.zh} / {self.title.en}", quote=True)
        return (
            f'<figure><figcaption>{both(self.title)}</figcaption><svg viewBox="0 0 {_WIDE} {_HIGH}"'
            f' role="img" aria-label="{label}" fill="{_INK}">{self.body}</svg></figure>'
        )

    def image(self, locale: str) -> str:
        """A picture of its own, in one language: `zh` or `en`."""
        other = next(each for each in self.title.as_dict() if each != locale)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}"'
            f' width="{_WIDE}" height="{_HIGH}" fill="{_INK}"><style>{_IMAGE_STYLE}'
            f".{other}{{display:none}}</style>{self.body}</svg>"
        )


def both(words: Text, tag: str = "span", attributes: str = "") -> str:
    """The page shows one of the two."""
    return "".join(
        f'<{tag} class="{locale}" lang="{locale}"{attributes}>{escape(line)}</{tag}>'
        for locale, line in words.as_dict().items()
    )


def bars(title: Text, groups: Sequence[Text], values: Mapping[str, Sequence[float | None]]) -> Plot:
    """One group of bars for each of `groups`, one bar for each series."""
    wide = (_WIDE - _LEFT - _RIGHT) / len(groups)
    bar = wide * 0.8 / max(1, len(values))
    top = _nice(max((v for row in values.values() for v in row if v is not None), default=1.0))
    parts = [_grid_y(0, top)]
    for place, group in enumerate(groups):
        start = _LEFT + place * wide + wide * 0.1
        for number, row in enumerate(values.values()):
            value = row[place]
            if value is None:
                continue
            y = _y(value, 0, top)
            x = start + number * bar
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{bar * 0.92:.1f}"'
                f' height="{_HIGH - _BOTTOM - y:.1f}" fill="{colour(number)}"/>'
                f'<text x="{x + bar * 0.46:.1f}" y="{y - 3:.1f}" class="v">{value:g}</text>'
            )
        parts.append(_text(group, _LEFT + (place + 0.5) * wide, _HIGH - _BOTTOM + 18))
    return Plot(title, "".join(parts))


def lines(
    title: Text, series: Sequence[Series], *, x_label: Text, top: float | None = None,
    is_log: bool = False,
) -> Plot | None:  # fmt: skip
    """None: there is nothing to draw."""
    xs = [x for one in series for x, _ in one.points]
    ys = [y for one in series for _, y in one.points]
    if not xs:
        return None
    low, high = min(xs), max(*xs, min(xs) + 1)
    roof = top if top is not None else _nice(max(ys))
    scale = _Log(low, high) if is_log else _Linear(low, high)
    parts = [_grid_y(0, roof), _grid_x(scale)]
    for number, one in enumerate(series):
        path = " ".join(f"{scale.at(x):.1f},{_y(y, 0, roof):.1f}" for x, y in one.points)
        dash = "" if number % 2 == 0 else ' stroke-dasharray="7 3"'
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour(number)}"'
            f' stroke-width="2.4"{dash}/>'
        )
    parts.append(_text(x_label, (_LEFT + _WIDE) / 2, _HIGH - 6))
    return Plot(title, "".join(parts))


def interval(low: float, high: float, middle: float, reach: float, *, is_sure: bool) -> str:
    """A whisker about zero, of a row in a table; `reach`: the farthest end of the row."""
    wide, high_px = 180, 18
    half = wide / 2 - 4

    def x(value: float) -> float:
        return wide / 2 + half * value / (reach or 1)

    ink = COLOURS[0] if is_sure else "#8a93a0"
    y = high_px / 2
    return (
        f'<svg width="{wide}" height="{high_px}" viewBox="0 0 {wide} {high_px}" aria-hidden="true">'
        f'<line x1="{wide / 2}" x2="{wide / 2}" y1="0" y2="{high_px}" stroke="{_GRID}"/>'
        f'<line x1="{x(low):.1f}" x2="{x(high):.1f}" y1="{y}" y2="{y}" stroke="{ink}"'
        f' stroke-width="2"/><circle cx="{x(middle):.1f}" cy="{y}" r="4" fill="{ink}"/></svg>'
    )


def colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def legend(names: Sequence[str], about: Mapping[str, Text]) -> str:
    items = []
    for number, name in enumerate(names):
        words = both(about[name]) if name in about else ""
        swatch = f'<i style="background:{colour(number)}"></i>'
        items.append(f"<li>{swatch}<b>{escape(name)}</b> {words}</li>")
    return f'<ul class="legend">{"".join(items)}</ul>'


@dataclass(frozen=True, slots=True)
class _Linear:
    low: float
    high: float

    def at(self, x: float) -> float:
        return _LEFT + (_WIDE - _LEFT - _RIGHT) * (x - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        step = max(1, round((self.high - self.low) / 12))
        return [self.low + k * step for k in range(int((self.high - self.low) / step) + 1)]


@dataclass(frozen=True, slots=True)
class _Log:
    low: float
    high: float

    def at(self, x: float) -> float:
        share = math.log(x / self.low) / math.log(self.high / self.low)
        return _LEFT + (_WIDE - _LEFT - _RIGHT) * share

    def ticks(self) -> list[float]:
        return [t for t in (5, 10, 30, 60, 180, 600, 1800, 3600) if self.low <= t <= self.high]


def _y(value: float, low: float, high: float) -> float:
    share = (value - low) / ((high - low) or 1)
    return _HIGH - _BOTTOM - (_HIGH - _BOTTOM - _TOP) * max(0.0, min(1.0, share))


def _nice(value: float) -> float:
    """A round number not below it."""
    if value <= 0:
        return 1.0
    size: float = 10 ** math.floor(math.log10(value))
    return next(step * size for step in (1, 2, 2.5, 5, 10) if step * size >= value)


def _grid_y(low: float, high: float) -> str:
    parts = []
    for place in range(5):
        value = low + (high - low) * place / 4
        y = _y(value, low, high)
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_GRID}"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" class="t" text-anchor="end">{value:g}</text>'
        )
    return "".join(parts)


def _grid_x(scale: _Linear | _Log) -> str:
    return "".join(
        f'<text x="{scale.at(x):.1f}" y="{_HIGH - _BOTTOM + 16}" class="t"'
        f' text-anchor="middle">{x:g}</text>'
        for x in scale.ticks()
    )


def _text(words: Text, x: float, y: float) -> str:
    return both(words, "text", f' x="{x:.1f}" y="{y}" text-anchor="middle"')
