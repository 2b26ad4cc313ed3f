"""Pure rules of a counter: how cards are compared and shown, and what a measured value must be."""

import itertools
import math
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta

from xinglin.care.sites.measures import LIMITS, MEASURES, Measure
from xinglin.kernel.errors import Conflict, FieldError, Invalid
from xinglin.kernel.text import Text

_SHOWN = 4
_OF_A_NAME = "LM"  # Letters and the marks on them: in Tibetan and Uyghur they make the name.
_PIN_DIGITS = 6
_OUTAGE = timedelta(days=3)
_AHEAD = timedelta(minutes=10)  # A device's clock may be.


def same_name(one: str, other: str) -> bool:
    """Whatever the width, the spaces and the case; a name is compared, never guessed.

    What holds no letter is the name of nobody.
    """
    plain = _plain(one)
    return plain != "" and plain == _plain(other)


def _plain(name: str) -> str:
    kept = unicodedata.normalize("NFKC", name).casefold()
    return "".join(each for each in kept if unicodedata.category(each)[0] in _OF_A_NAME)


def is_recent(moment: datetime, at: datetime) -> bool:
    """Whether what was put down then may come at `at`: an outage lasts no longer than three days."""
    return at - _OUTAGE <= moment <= at + _AHEAD


def check_complaint(words: str) -> None:
    """Raises Invalid: nothing is told."""
    if not words.strip():
        raise Invalid(FieldError("complaint", _NO_COMPLAINT))


def masked_card(id_number: str) -> str:
    """The last four characters, as the family's list shows them."""
    return "*" * (len(id_number) - _SHOWN) + id_number[-_SHOWN:]


def canonical(kind: str, values: Mapping[str, float], unit: str) -> dict[str, float]:
    """The values in the canonical unit, rounded as the measure is read.

    Raises:
        Invalid: `unknown_measure`, `wrong_unit`, `wrong_values`, `impossible_value`.
    """
    measure = MEASURES.get(kind)
    if measure is None:
        raise _invalid("unknown_measure", "kind", _UNKNOWN)
    if unit not in measure.units:
        told = "、".join(measure.units), ", ".join(measure.units)
        text = Text(
            f"{measure.name.zh}的单位应为：{told[0]}。",
            f"{measure.name.en} is told in: {told[1]}.",
        )
        raise _invalid("wrong_unit", "unit", text)
    if set(values) != set(measure.parts) or not all(map(math.isfinite, values.values())):
        keys = ", ".join(measure.parts)
        raise _invalid("wrong_values", "values", _VALUES.filled(keys=keys))
    found = converted(measure, values, unit)
    _check_possible(kind, measure, values, unit, found)
    return found


def converted(measure: Measure, values: Mapping[str, float], unit: str) -> dict[str, float]:
    factor, offset = measure.units[unit]
    return {key: round(value * factor + offset, measure.decimals) for key, value in values.items()}


def _check_possible(
    kind: str, measure: Measure, told: Mapping[str, float], unit: str, found: Mapping[str, float]
) -> None:
    for key, part in measure.parts.items():
        limits = LIMITS[part]
        low, high = limits.possible
        if low <= found[key] <= high:
            continue
        text = _IMPOSSIBLE.filled(
            zh=limits.name.zh,
            en=limits.name.en,
            low=_said(low),
            high=_said(high),
            unit=measure.unit,
        )
        raise _invalid("impossible_value", f"values.{key}", _with_hint(text, measure, told, unit))
    if kind == "blood_pressure" and found["systolic"] <= found["diastolic"]:
        raise _invalid("impossible_value", "values.diastolic", _SWAPPED)


def _with_hint(text: Text, measure: Measure, told: Mapping[str, float], unit: str) -> Text:
    """Names the other unit in which the same numbers would be right."""
    for other in measure.units:
        if other != unit and is_likely(measure, converted(measure, told, other)):
            return Text(
                f"{text.zh}这个数像是{other}：若是，请改选单位。",
                f"{text.en} The number looks like {other}: if so, please choose that unit.",
            )
    return text


def is_likely(measure: Measure, found: Mapping[str, float]) -> bool:
    return not unlikely(measure, found)


def unlikely(measure: Measure, found: Mapping[str, float]) -> list[str]:
    """The keys of values that are measured a second time before they are believed."""
    return [
        key
        for key, part in measure.parts.items()
        if not LIMITS[part].likely[0] <= found[key] <= LIMITS[part].likely[1]
    ]


def check_likely(
    kind: str, found: Mapping[str, float], told: Mapping[str, float], unit: str
) -> None:
    """`told` in `unit` became `found`. Raises Conflict `unlikely_value`."""
    measure = MEASURES[kind]
    for key in unlikely(measure, found):
        limits = LIMITS[measure.parts[key]]
        low, high = limits.likely
        text = _UNLIKELY.filled(
            zh=limits.name.zh,
            en=limits.name.en,
            value=_said(found[key]),
            low=_said(low),
            high=_said(high),
            unit=measure.unit,
        )
        raise Conflict("unlikely_value", _with_hint(text, measure, told, unit))


def check_context(kind: str, context: str) -> None:
    """Raises Invalid `wrong_context`."""
    wanted = MEASURES[kind].contexts
    if context in (wanted or {""}):
        return
    raise _invalid("wrong_context", "context", _CONTEXT if wanted else _NO_CONTEXT)


def _said(number: float) -> str:
    return f"{number:g}"


def _invalid(code: str, field: str, text: Text) -> Invalid:
    return Invalid(FieldError(field, text), code=code, text=text)


_NO_COMPLAINT = Text("请填写哪里不舒服。", "Please say what is wrong.")
_UNKNOWN = Text("这里不记录这种测量。", "This is not measured here.")
_VALUES = Text("请填写数值（{keys}）。", "Please give the numbers ({keys}).")
_IMPOSSIBLE = Text(
    "{zh}不可能是这个数（可记录 {low}–{high} {unit}），请核对数值和单位。",
    "The {en} cannot be this number ({low} to {high} {unit} can be kept): please check the number and"
    " the unit.",
)
_SWAPPED = Text(
    "收缩压应高于舒张压，请检查两个数是否填反。",
    "The systolic pressure is above the diastolic one: please check whether the two are swapped.",
)
_UNLIKELY = Text(
    "{zh} {value} {unit} 很少见（通常 {low}–{high}）。请让患者静坐片刻再测一次；若仍如此，请确认后保存。",
    "A {en} of {value} {unit} is rare (usually {low} to {high}). Let the patient rest, measure once"
    " more, and if it is still so, confirm and keep it.",
)
_CONTEXT = Text(
    "请选择：空腹、餐后或随机。", "Please say whether it was fasting, after a meal, or at random."
)
_NO_CONTEXT = Text("这种测量不分时段。", "This measure has no such context.")


def is_guessed(pin: str) -> bool:
    """Whether this is no number of six digits, or one that everybody would try first."""
    if len(pin) != _PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        return True
    steps = {int(two) - int(one) for one, two in itertools.pairwise(pin)}
    return steps in ({0}, {1}, {-1})
