"""The numbers of the policy: a file with a version and a source for each, checked when it is read."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from xinglin.kernel.text import Text

_DATA = Path(__file__).parent / "data"
CURRENT = "2026-11"
_GRADES = (1, 2, 3)
_BY_URGENCY = 4
_KEYS = ("value", "source")

# Name -> least, most, how many (0: one number), whole.
_RANGES: dict[str, tuple[float, float, int, bool]] = {
    "target_s": (1, 86_400, _BY_URGENCY, False),
    "slope": (0.001, 1_000, _BY_URGENCY, False),
    "left_message_factor": (1, 1_000, 0, False),
    "widen_1_to_2": (0, 1, 0, False),
    "widen_1_to_3": (0, 1, 0, False),
    "widen_1_to_3_spare": (0, 1, 0, False),
    "widen_2_to_3": (0, 1, 0, False),
    "widen_at_once": (0, 4, 0, True),
    "cost_fair": (0, 10, 0, False),
    "cost_secondary": (0, 10, 0, False),
    "cost_grade": (0, 10, 0, False),
    "cost_score": (0, 1, 0, False),
    "fair_after_s": (1, 86_400, 0, False),
    "hold_share": (0, 1, 0, False),
    "hold_most_s": (0, 600, _BY_URGENCY, False),
    "hold_lead_s": (0, 600, 0, False),
    "hold_most": (0, 100, 0, True),
    "hold_chance": (0, 1, 0, False),
    "overflow_units": (0, 1, 0, True),
    "offer_s": (1, 600, 0, False),
    "away_s": (0, 3_600, 0, False),
    "pause_after": (1, 100, 0, True),
    "drain_share": (0, 1, 0, False),
    "strict_enter": (0, 1, 0, False),
    "strict_leave": (0, 1, 0, False),
    "strict_for_s": (0, 86_400, 0, False),
    "strict_check_s": (0.1, 3_600, 0, False),
    "strict_fewest": (1, 10**6, 0, True),
    "most_waiting": (1, 10**6, 0, True),
    "most_lanes": (0, 10**6, 0, True),
    "estimate_s": (10, 86_400, 0, False),
    "slow_answer_s": (1, 86_400, 0, False),
    "fewest_units": (1, 100, 0, True),
    "fewest_answers": (1, 1_000, 0, True),
}


class WeightsRefused(ValueError):
    """The file is not taken; `line` is where, from 1, and `text` why."""

    def __init__(self, file: str, line: int, reason: Text) -> None:
        self.line = line
        self.text = Text(
            f"权重文件 {file} 第 {line} 行：{reason.zh}", f"{file}, line {line}: {reason.en}"
        )
        super().__init__(self.text.en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Lists are by urgency, 1 first. `gates`: [need][urgency][grade] -> seconds; indexes from 1."""

    version: str
    target_s: tuple[float, ...]
    slope: tuple[float, ...]
    left_message_factor: float
    widen_1_to_2: float
    widen_1_to_3: float
    widen_1_to_3_spare: float
    widen_2_to_3: float
    widen_at_once: int
    cost_fair: float
    cost_secondary: float
    cost_grade: float
    cost_score: float
    fair_after_s: float
    hold_share: float
    hold_most_s: tuple[float, ...]
    hold_lead_s: float
    hold_most: int
    hold_chance: float
    overflow_units: int
    offer_s: float
    away_s: float
    pause_after: int
    drain_share: float
    strict_enter: float
    strict_leave: float
    strict_for_s: float
    strict_check_s: float
    strict_fewest: int
    most_waiting: int
    most_lanes: int
    estimate_s: float
    slow_answer_s: float
    fewest_units: int
    fewest_answers: int

    def gate_s(self, need: int, urgency: int, grade: int, *, spare: bool) -> float:
        """How long a request waits for its own grade before this one may be asked."""
        if grade <= need or urgency <= self.widen_at_once:
            return 0.0
        share = {
            (1, 2): self.widen_1_to_2,
            (1, 3): self.widen_1_to_3_spare if spare else self.widen_1_to_3,
            (2, 3): self.widen_2_to_3,
        }[need, grade]
        return share * self.target_s[urgency - 1]

    def hold_s(self, urgency: int) -> float:
        """How long a return patient waits for the former doctor."""
        if urgency <= self.widen_at_once:
            return 0.0
        return min(self.hold_share * self.target_s[urgency - 1], self.hold_most_s[urgency - 1])


@cache
def load(version: str = CURRENT) -> Weights:
    """Raises WeightsRefused."""
    path = _DATA / f"weights-{version}.json"
    return parse(path.read_text(), path.name)


def parse(words: str, file: str = "weights") -> Weights:
    """Raises WeightsRefused, with the line of the first thing that is wrong."""
    return _Reader(words, file).weights()


class _Reader:
    def __init__(self, words: str, file: str) -> None:
        self._words = words
        self._file = file

    def weights(self) -> Weights:
        found = self._read()
        version, numbers = found.get("version"), found.get("numbers")
        for key in found:
            if key not in {"version", "numbers"}:
                self._unknown(key)
        if not isinstance(version, str) or not version.strip():
            self._refuse("version", Text("版本为空或不是文字。", "the version is no text."))
        if not isinstance(numbers, dict):
            self._refuse("numbers", Text("缺少数值表。", "there is no table of numbers."))
        for name in numbers:
            if name not in _RANGES:
                self._unknown(name)
        values = {name: self._value(name, numbers.get(name)) for name in _RANGES}
        self._check_sense(values)
        return Weights(version=version, **values)

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(
                self._words, object_pairs_hook=self._pairs, parse_constant=self._constant
            )
        except json.JSONDecodeError as error:
            said = Text(f"不是 JSON（{error.msg}）。", f"not JSON ({error.msg}).")
            raise WeightsRefused(self._file, error.lineno, said) from error
        except RecursionError as error:
            said = Text("嵌套太深。", "nested too deeply.")
            raise WeightsRefused(self._file, 1, said) from error
        if not isinstance(found, dict):
            raise WeightsRefused(self._file, 1, Text("不是对象。", "not an object."))
        return found

    def _pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in pairs:
            if key in made:
                self._refuse(
                    key, Text(f"“{key}”写了两次。", f"{key!r} stands there twice."), last=True
                )
            made[key] = value
        return made

    def _constant(self, word: str) -> NoReturn:
        line = self._words[: self._words.index(word)].count("\n") + 1
        said = Text(f"{word} 不是数。", f"{word} is no number.")
        raise WeightsRefused(self._file, line, said)

    def _value(self, name: str, given: Any) -> Any:
        if not isinstance(given, dict):
            self._refuse(name, Text(f"缺少“{name}”。", f"{name!r} is missing."))
        for key in given:
            if key not in _KEYS:
                self._refuse(
                    name, Text(f"“{name}”中有未知的“{key}”。", f"{name!r}: unknown {key!r}.")
                )
        source = given.get("source")
        if not isinstance(source, str) or not source.strip():
            self._refuse(name, Text(f"“{name}”没有来源。", f"{name!r} has no source."))
        least, most, size, whole = _RANGES[name]
        value = given.get("value")
        if size == 0:
            return self._number(name, value, least, most, whole=whole)
        if not isinstance(value, list) or len(value) != size:
            said = Text(f"“{name}”应为 {size} 个数。", f"{name!r} takes {size} numbers.")
            self._refuse(name, said)
        return tuple(self._number(name, one, least, most, whole=whole) for one in value)

    def _number(self, name: str, value: Any, least: float, most: float, *, whole: bool) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._refuse(name, Text(f"“{name}”不是数。", f"{name!r} is no number."))
        if not least <= value <= most:
            said = Text(
                f"“{name}”为 {value}，应在 {least} 与 {most} 之间。",
                f"{name!r} is {value}, and lies between {least} and {most}.",
            )
            self._refuse(name, said)
        if whole and value != int(value):
            self._refuse(name, Text(f"“{name}”应为整数。", f"{name!r} is a whole number."))
        return int(value) if whole else float(value)

    def _check_sense(self, values: dict[str, Any]) -> None:
        """What each number for itself cannot say."""
        if list(values["target_s"]) != sorted(values["target_s"]):
            said = Text("越急目标应越短。", "the more urgent, the shorter the target.")
            self._refuse("target_s", said)
        if list(values["slope"]) != sorted(values["slope"], reverse=True):
            said = Text("越急权重应越大。", "the more urgent, the greater the slope.")
            self._refuse("slope", said)
        if values["widen_1_to_2"] > values["widen_1_to_3"]:
            said = Text("应先放宽到二级，再到三级。", "grade 2 is asked before grade 3.")
            self._refuse("widen_1_to_2", said)
        if values["widen_1_to_3"] > values["widen_1_to_3_spare"]:
            said = Text("节省专家时应等得更久。", "to spare experts is to wait longer for them.")
            self._refuse("widen_1_to_3_spare", said)
        if values["strict_leave"] > values["strict_enter"]:
            said = Text(
                "退出门槛不得高于进入门槛。", "it is left at no more than it is entered at."
            )
            self._refuse("strict_leave", said)

    def _unknown(self, key: str) -> NoReturn:
        self._refuse(key, Text(f"未知的“{key}”。", f"unknown {key!r}."))

    def _refuse(self, key: str, reason: Text, *, last: bool = False) -> NoReturn:
        """At the line where the key stands; at the first line when it stands nowhere."""
        places = [m.start() for m in re.finditer(re.escape(json.dumps(key)), self._words)]
        place = places[-1 if last else 0] if places else 0
        raise WeightsRefused(self._file, self._words[:place].count("\n") + 1, reason)
