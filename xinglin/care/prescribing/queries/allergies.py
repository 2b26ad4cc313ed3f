"""What is known of a patient's allergies, from every place where it was told: all of it counts together.

"None" in one place takes nothing from what another names. As JSON it is signed with the sheet, so
that whoever checks again, here or far away, checks the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from xinglin.care.consultation.types import AllergyWords
from xinglin.care.prescribing.safety import denies_all, of_allergies
from xinglin.care.prescribing.types import AllergyAnswer, Origin
from xinglin.kernel.text import Text
from xinglin.policy import rules as law

CHECKED: Final = "allergies_checked"
_NONE: Final = frozenset({"无", "没有", "否", "none", "no"})
_NOT_SAID: Final = frozenset({"", "不详", "不清楚", "不知道", "未知", "unknown", "not known"})
_SOURCES: Final = {
    "intake": Text("本次问诊前填写", "told before this visit"),
    "draft": Text("本次病历（未签署）", "record of this visit, not yet signed"),
    "record": Text("本次病历", "record of this visit"),
    "earlier_intake": Text("既往问诊前填写", "told before an earlier visit"),
    "earlier_record": Text("既往病历", "record of an earlier visit"),
}


def answers_of(told: Iterable[AllergyWords], *, place: str) -> tuple[AllergyAnswer, ...]:
    """The same words once. What says nothing is left out, but for the intake: that nobody has asked
    is seen, too; and of an earlier visit, that there were none: it answers nothing today.
    """
    return merged(
        AllergyAnswer(_words(each), (Origin(each.source, law.local_date(each.at, place)),))
        for each in told
        if counts(each)
    )


def answers_later(
    signed: Sequence[AllergyAnswer], told: Iterable[AllergyWords], *, place: str
) -> tuple[AllergyAnswer, ...]:
    """What is named now and was not yet known at the signature."""
    known = {_key(each.words) for each in signed}
    now = naming(answers_of(told, place=place))
    return tuple(each for each in now if _key(each.words) not in known)


def counts(told: AllergyWords) -> bool:
    """Whether it stands among what is checked."""
    if told.source == "intake":
        return True
    plain = _plain(_words(told))
    if _of_earlier(told.source):
        return plain not in _NONE | _NOT_SAID and not denies_all(plain)
    return plain not in _NOT_SAID


def answers_signed(content: Mapping[str, Any]) -> tuple[AllergyAnswer, ...]:
    """Of a version. One of before they were kept was checked on the intake alone."""
    of_intake = {"source": "intake", "on": content["written_on"]}
    kept = content.get(CHECKED, [{"words": content["allergies"], "told": [of_intake]}])
    return tuple(
        AllergyAnswer(
            each["words"],
            tuple(Origin(o["source"], date.fromisoformat(o["on"])) for o in each["told"]),
        )
        for each in kept
    )


def earlier_among(answers: Iterable[AllergyAnswer]) -> tuple[AllergyAnswer, ...]:
    """What is left of them without this visit."""
    only = ((each.words, tuple(o for o in each.origins if _is_earlier(o))) for each in answers)
    return tuple(AllergyAnswer(words, origins) for words, origins in only if origins)


def merged(*several: Iterable[AllergyAnswer]) -> tuple[AllergyAnswer, ...]:
    """The same words once, with the first of each kind of place."""
    found: dict[str | None, AllergyAnswer] = {}
    for each in (each for some in several for each in some):
        before = found.get(_key(each.words))
        if before is None:
            found[_key(each.words)] = each
            continue
        had = {origin.source for origin in before.origins}
        more = tuple(origin for origin in each.origins if origin.source not in had)
        found[_key(each.words)] = AllergyAnswer(before.words, before.origins + more)
    return tuple(found.values())


def naming(answers: Iterable[AllergyAnswer]) -> tuple[AllergyAnswer, ...]:
    """Those in which there may be a name; in their order."""
    return tuple(each for each in answers if _plain(each.words) not in _NONE | _NOT_SAID)


def is_asked(answers: Iterable[AllergyAnswer]) -> bool:
    """Whether somebody has said something in this visit, be it that there are none."""
    return any(
        _plain(each.words) not in _NOT_SAID and not all(map(_is_earlier, each.origins))
        for each in answers
    )


def as_json(answers: Iterable[AllergyAnswer]) -> list[dict[str, Any]]:
    """As it is signed."""
    return [
        {
            "words": each.words,
            "told": [{"source": o.source, "on": o.on.isoformat()} for o in each.origins],
        }
        for each in answers
    ]


def shown(answers: Iterable[AllergyAnswer]) -> list[dict[str, Any]]:
    """As it is read: each origin in words. `state`: some, none, unknown or unasked."""
    return [
        {
            "words": each.words,
            "state": _state(each.words),
            "told_in": [spoken(origin) for origin in each.origins],
        }
        for each in answers
    ]


def _state(words: str | None) -> str:
    plain = _plain(words)
    if plain in _NOT_SAID:
        return "unasked" if words is None else "unknown"
    return "none" if plain in _NONE or denies_all(plain) else "some"


def spoken(origin: Origin) -> Text:
    where = _SOURCES[origin.source]
    return Text(f"{where.zh}（{origin.on}）", f"{where.en} ({origin.on})")


def _words(told: AllergyWords) -> str | None:
    return of_allergies(told.words or "") if told.is_history else told.words


def _of_earlier(source: str) -> bool:
    return source.startswith("earlier")


def _is_earlier(origin: Origin) -> bool:
    return _of_earlier(origin.source)


def _plain(words: str | None) -> str:
    return (words or "").strip(" \t\r\n。.").casefold()


def _key(words: str | None) -> str | None:
    return None if words is None else " ".join(_plain(words).split())
