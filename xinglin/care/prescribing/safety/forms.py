"""What the form in a name tells: how it is taken, and how fast it is set free."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from xinglin.care.prescribing.safety.spelling import folded, is_chinese
from xinglin.care.prescribing.safety.types import Release


@dataclass(frozen=True, slots=True)
class Form:
    """`routes` are codes; empty when the form can be taken in many ways."""

    word: str
    routes: frozenset[str]
    release: Release | None


@dataclass(frozen=True)
class Forms:
    """Words for forms, the longest first."""

    known: tuple[Form, ...]

    @classmethod
    def of(cls, forms: Iterable[Form]) -> "Forms":
        return cls(tuple(sorted(forms, key=lambda form: -len(form.word))))

    def find(self, name: str) -> Form | None:
        """The form at the end of a name, or `注射用` at its start."""
        found = self._pattern.search(folded(name))
        return self._by_word.get(found[found.lastgroup or 0]) if found else None

    def without(self, plain: str) -> str:
        return self._pattern.sub("", plain, count=1).strip(" -,")

    @cached_property
    def _by_word(self) -> dict[str, Form]:
        return {folded(form.word): form for form in self.known}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Chinese words end a name (`用`: begin it); English ones are words of their own at its end."""
        zh = [form.word for form in self.known if is_chinese(form.word)]
        before = _either(word for word in zh if word.endswith("用"))
        after = _either(word for word in zh if not word.endswith("用"))
        english = _either(form.word for form in self.known if not is_chinese(form.word))
        tail = r"(?:\([^()]*\)|\s)*$"
        return re.compile(
            rf"^(?P<before>{before})|(?P<after>{after}){tail}|(?:^|[\s,(]+)(?P<en>{english})\)?{tail}"
        )


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(folded(word)) for word in words) or r"(?!)"
