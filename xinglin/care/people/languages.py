"""The languages that a doctor may be said to speak: BCP 47 codes, and what people call them."""

from collections.abc import Iterable
from typing import Final

from xinglin.kernel.errors import FieldError
from xinglin.kernel.text import Text
from xinglin.policy.places import layers

LANGUAGES: Final[dict[str, Text]] = {
    "zh": Text("普通话", "Chinese"),
    "en": Text("英语", "English"),
    "yue": Text("粤语", "Cantonese"),
    "nan": Text("闽南语", "Hokkien"),
    "bo": Text("藏语", "Tibetan"),
    "ug": Text("维吾尔语", "Uyghur"),
    "mn": Text("蒙古语", "Mongolian"),
    "kk": Text("哈萨克语", "Kazakh"),
    "ii": Text("彝语", "Yi"),
    "za": Text("壮语", "Zhuang"),
    "ko": Text("朝鲜语（韩语）", "Korean"),
    "ja": Text("日语", "Japanese"),
    "ru": Text("俄语", "Russian"),
    "fr": Text("法语", "French"),
    "de": Text("德语", "German"),
    "es": Text("西班牙语", "Spanish"),
    "ar": Text("阿拉伯语", "Arabic"),
    "csl": Text("中国手语", "Chinese Sign Language"),
}
"""The codes are those of BCP 47; the choice is ours: what patients in China are met in."""

_OF_NATIONS: Final = {"cn": "zh"}
_ELSEWHERE: Final = "en"


def own_language(place: str) -> str:
    """The one that the house runs in; nobody has to ask for it.

    Ours: whoever said nothing is taken to speak it and no other, since a promise of English must rest
    on somebody's word.
    """
    return _OF_NATIONS.get(layers(place)[0].code, _ELSEWHERE)


def unknown(codes: Iterable[str], *, field: str) -> FieldError | None:
    """Names the first that is no language of ours; None: all are."""
    for code in codes:
        if code not in LANGUAGES:
            return FieldError(field, _UNKNOWN.filled(code=code))
    return None


_UNKNOWN = Text(
    "没有“{code}”这种语言，请从列表中选择。",
    "There is no language “{code}” here; choose from the list.",
)


def in_order(codes: Iterable[str]) -> list[str]:
    """Once each, as the list above has them; what is not of it comes last."""
    places = {code: n for n, code in enumerate(LANGUAGES)}
    return sorted(dict.fromkeys(codes), key=lambda code: places.get(code, len(places)))
