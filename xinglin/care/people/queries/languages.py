"""What languages there are, and which a patient may ask for."""

from collections.abc import Iterable

from xinglin.care.people.languages import LANGUAGES, in_order, own_language, unknown
from xinglin.care.people.types import LanguageCard
from xinglin.kernel.errors import Invalid
from xinglin.kernel.text import Text


def languages() -> dict[str, Text]:
    """Code -> name, in the order in which they are listed."""
    return LANGUAGES


def language(code: str) -> LanguageCard | None:
    """None: empty, which is no wish. What is no longer listed is called by its code."""
    if not code:
        return None
    return LanguageCard(code=code, name=LANGUAGES.get(code) or Text(code, code))


def languages_of(codes: Iterable[str]) -> tuple[LanguageCard, ...]:
    return tuple(card for code in in_order(codes) if (card := language(code)) is not None)


def may_be_asked_for(codes: Iterable[str], *, place: str) -> tuple[LanguageCard, ...]:
    """Those but the house's own."""
    own = own_language(place)
    return tuple(card for card in languages_of(codes) if card.code != own)


def language_wished(code: str, *, place: str) -> str:
    """The code, as a visit keeps it: empty for the house's own, in which everybody is seen.

    Raises:
        Invalid: there is no such language.
    """
    if code and (wrong := unknown([code], field="language")) is not None:
        raise Invalid(wrong)
    return "" if code == own_language(place) else code
