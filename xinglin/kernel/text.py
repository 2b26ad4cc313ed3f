"""Text that exists in every language of the house."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

Locale = Literal["zh", "en"]
LOCALES: tuple[Locale, ...] = get_args(Locale)


_HAN = re.compile(r"[\u3400-\u9fff]")


def language_of(words: str) -> Locale:
    """Chinese as soon as one Chinese character is there."""
    return "zh" if _HAN.search(words) else "en"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in Chinese and English; neither may be empty."""

    zh: str
    en: str

    def __post_init__(self) -> None:
        if not self.zh.strip() or not self.en.strip():
            msg = f"a text needs both languages: {self.zh!r} / {self.en!r}"
            raise ValueError(msg)

    def spoken(self, locale: str) -> str:
        """Chinese unless the locale starts with `en`."""
        return self.en if locale.lower().startswith("en") else self.zh

    def as_dict(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}

    def filled(self, **values: object) -> "Text":
        """Both languages with `{name}` fields replaced."""
        return Text(self.zh.format(**values), self.en.format(**values))
