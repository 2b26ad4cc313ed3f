"""The readable page of a copy: one file, no script, nothing from outside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal
from urllib.parse import quote

from xinglin.foundation.copies.types import Section
from xinglin.kernel.text import Text

Locale = Literal["zh", "en", "both"]
NEW_LINE = "\n"
_PICTURES = (".jpg", ".jpeg", ".png", ".webp")
_STYLE = """
body{max-width:46rem;margin:0 auto;padding:1.5rem;background:#fbfaf7;color:#1f2a26;
font:17px/1.65 system-ui,"PingFang SC","Noto Sans SC",sans-serif}
p{white-space:pre-line}h1{font-size:1.6rem}h2{margin-top:2.2rem;padding-top:.8rem;border-top:2px solid #13795b;font-size:1.2rem}
dl{display:grid;grid-template-columns:minmax(7rem,auto) 1fr;gap:.35rem 1rem;margin:0}
dt{color:#52605a}dd{margin:0;white-space:pre-line;overflow-wrap:anywhere}
img{max-width:100%;max-height:22rem;border-radius:8px}.note{padding:.8rem 1rem;background:#fdf1e4;border-radius:8px}
@media(max-width:30rem){dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What stands above the sections. `notes` are set off."""

    title: Text
    intro: Text
    notes: Sequence[Text] = ()


def page(sections: Iterable[Section], words: Words, *, locale: Locale) -> str:
    """HTML in one language or both; every word of a person is escaped."""
    title = escape(_said(words.title, locale))
    parts = [f"<h1>{title}</h1>", f"<p>{escape(_said(words.intro, locale, NEW_LINE))}</p>"]
    parts += [f'<p class="note">{escape(_said(n, locale, NEW_LINE))}</p>' for n in words.notes]
    parts += [_section(each, locale) for each in sections]
    lang = "en" if locale == "en" else "zh-CN"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>"
    )


def _section(section: Section, locale: Locale) -> str:
    lines = "".join(
        f"<dt>{escape(_said(label, locale))}</dt><dd>{escape(_said(words, locale))}</dd>"
        for label, words in section.lines
    )
    heading = f"<h2>{escape(_said(section.heading, locale))}</h2>"
    return f"<section>{heading}<dl>{lines}</dl>{_files(section.files)}</section>"


def _files(files: Sequence[str]) -> str:
    return "".join(
        f'<p><a href="{quote(path)}">'
        + (
            f'<img src="{quote(path)}" alt="{escape(path)}" loading="lazy">'
            if path.lower().endswith(_PICTURES)
            else escape(path)
        )
        + "</a></p>"
        for path in files
    )


def _said(words: Text | str, locale: Locale, between: str = " ") -> str:
    if isinstance(words, str):
        return words
    if locale != "both":
        return words.spoken(locale)
    return words.zh if words.zh == words.en else f"{words.zh}{between}{words.en}"
