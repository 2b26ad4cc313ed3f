"""What may stand on a prescription: items, doses, quantities, and the reviewer's checks. Pure."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID

from xinglin.care.prescribing import rules
from xinglin.care.prescribing.types import Medicine
from xinglin.kernel.errors import FieldError
from xinglin.kernel.text import Text

WESTERN, SLICES = "western", "slices"
SHEETS: Final = {
    WESTERN: Text("西药、中成药处方", "Western and patent medicines"),
    SLICES: Text("中药饮片处方", "Chinese herbal slices"),
}
# R35: five medicines; slices are on a sheet of their own, for which no number is known: ours.
MOST_ITEMS: Final = {WESTERN: 5, SLICES: 40}
MOST_VALID_DAYS: Final = 3  # R33
MOST_DAYS: Final = 366  # beyond any law: only so that a slip of the hand is no number
MOST_DOSES: Final = 1000
MOST_DOSE: Final = Decimal(100_000)
LONGEST_REASON: Final = 500
SHORTEST_REASON: Final = 4
# No daily count: `rules.frequencies` says so of both.
UNCOUNTED: Final = frozenset({"prn"})
AT_ONCE: Final = "st"
ENTERED: Final = ("product_id", "dose", "dose_unit", "route", "frequency", "days", "doses")
"""Fields of an item that the doctor enters; proposed ones have to be confirmed, each (R24)."""

PATIENT_FACTS: Final = {
    "is_pregnant": (True, False),
    "plans_pregnancy": (True, False),
    "is_breast_feeding": (True, False),
    "kidney": ("none", "mild", "moderate", "severe"),
    "liver": ("none", "mild", "moderate", "severe"),
}
"""What the doctor may tell the safety check of the patient; what is left out is not known."""
WEIGHT: Final = "weight_kg"
LONGER_FOR: Final = {
    "chronic": Text("慢性病", "Chronic disease"),
    "old_age": Text("老年病", "Old age"),
    "special": Text("特殊情况", "Special need"),
}

# Of CF 37 (memory): four checks, ten matches.
CHECKS: Final = {
    "prescription": Text("查处方：对科别、姓名、年龄", "The prescription: department, name, age"),
    "medicine": Text(
        "查药品：对药名、剂型、规格、数量", "The medicines: name, form, strength, quantity"
    ),
    "compatibility": Text(
        "查配伍禁忌：对药品性状、用法用量",
        "Incompatibility: properties, use and dose",
    ),
    "rationality": Text("查用药合理性：对临床诊断", "Reasonable use: the diagnosis"),
}
RETURN_REASONS: Final = {
    "dose": Text("用法用量不适宜", "Dose or use does not fit"),
    "interaction": Text("存在相互作用或配伍禁忌", "An interaction or incompatibility"),
    "indication": Text("与临床诊断不符", "It does not fit the diagnosis"),
    "duplicate": Text("重复用药", "The same medicine twice"),
    "population": Text("不适合该患者", "Not for this patient"),
    "contraindication": Text("存在用药禁忌或过敏", "A contraindication or allergy"),
    "incomplete": Text("处方内容不完整", "The prescription is not complete"),
    "out_of_date": Text("处方已过有效期", "It is past its validity"),
    "other": Text("其他", "Other"),
}
VOID_REASONS: Final = {
    "patient_declined": Text("患者不需要用药", "The patient does not want it"),
    "condition_changed": Text("病情有变化", "The condition has changed"),
    "wrong": Text("开具有误", "It was written in error"),
    "other": Text("其他", "Other"),
}
_NUMBER = re.compile(r"\d{1,6}(\.\d{1,4})?", re.ASCII)
_UNSPOKEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One item as the doctor has entered it. `dose`: digits, as sent; `confirmed`: proposed fields
    that the doctor has looked at and entered as they stood; `to_confirm`: those that a favourite
    proposes and nobody has confirmed yet (R24).
    """

    product_id: UUID
    dose: str
    dose_unit: str
    route: str
    frequency: str
    days: int
    doses: int | None = None
    confirmed: tuple[str, ...] = ()
    to_confirm: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the doctor says of the supply and of the moment, as `policy.facts.Prescribe` names it.

    `evaluation`: of a long supply, in words that the patient reads before signing (R41). `repeats`:
    how often it may be fetched again, each time `repeat_after_days` after the last; where policy lets.
    """

    longer_for: str = ""
    longer_reason: str = ""
    long_term: bool = False
    stable: bool = False
    evaluated: bool = False
    evaluation: str = ""
    first_issued_offline: bool = False
    guardian_present: bool = False
    repeats: int = 0
    repeat_after_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The whole form: what is left out is empty. `weight_kg`: digits, empty when not known."""

    items: tuple[Written, ...]
    diagnoses: tuple[str, ...]
    valid_days: int = 1
    patient_facts: Mapping[str, str | bool]
    weight_kg: str = ""
    told: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Often:
    """`times` in every `period_days`."""

    times: Decimal
    period_days: Decimal


@cache
def often() -> Mapping[str, Often]:
    with (_DATA / "frequency_codes.tsv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Often(
                times=Decimal(row["times_per_period"]), period_days=Decimal(row["period_days"])
            )
            for row in csv.DictReader(file, delimiter="\t")
        }


def amount(digits: str) -> Decimal | None:
    """A dose as it was sent; None unless it is plain digits above nothing."""
    if not _NUMBER.fullmatch(digits):
        return None
    try:
        value = Decimal(digits)
    except InvalidOperation:  # pragma: no cover  # the pattern leaves nothing else
        return None
    return value if 0 < value <= MOST_DOSE else None


def is_plain(words: str) -> bool:
    """One line, without signs that nobody sees."""
    return not _UNSPOKEN.search(words)


def sheet_of(medicine: Medicine) -> str:
    return SLICES if medicine.category == "tcm_slices" else WESTERN


def single_doses(item: Written) -> Decimal:
    """How many in all the days; the caller has found no fault with the item."""
    if item.frequency in UNCOUNTED:
        return Decimal(item.doses or 0)
    if item.frequency == AT_ONCE:
        return Decimal(1)
    how = often()[item.frequency]
    return (how.times * item.days / how.period_days).to_integral_value(ROUND_CEILING)


def quantity(medicine: Medicine, item: Written) -> int:
    """Whole units of the product, enough for all doses."""
    dose = Decimal(item.dose)
    if item.dose_unit != medicine.dose_unit:
        assert medicine.amount is not None  # `faults` refuses any other unit without it
        dose /= medicine.amount.value
    return int((dose * single_doses(item)).to_integral_value(ROUND_CEILING))


def units_of(medicine: Medicine) -> tuple[str, ...]:
    """In which a dose may be given: the counted unit, and the one in which its strength is known."""
    units = [medicine.dose_unit]
    if medicine.amount is not None:
        units.append(medicine.amount.unit)
    return tuple(dict.fromkeys(unit for unit in units if unit))


def faults(medicine: Medicine, item: Written, *, sheet: str, at: str) -> Iterator[FieldError]:
    """What is wrong with one item. `at`: the path of the item in the request."""
    if sheet_of(medicine) != sheet:
        yield FieldError(f"{at}.product_id", _OTHER_SHEET)
    if amount(item.dose) is None:
        yield FieldError(f"{at}.dose", _DOSE)
    units = units_of(medicine)
    if item.dose_unit not in units:
        yield FieldError(f"{at}.dose_unit", _UNIT.filled(**_spoken_units(units)))
    if item.route not in medicine.routes:
        yield FieldError(f"{at}.route", _ROUTE)
    known = medicine.frequencies or tuple(often())
    if item.frequency not in often() or item.frequency not in known:
        yield FieldError(f"{at}.frequency", _FREQUENCY)
    if not 0 < item.days <= MOST_DAYS:
        yield FieldError(f"{at}.days", _DAYS)
    if item.frequency == AT_ONCE and item.days != 1:
        yield FieldError(f"{at}.days", _ONE_DAY)
    if not _is_counted_rightly(item):
        yield FieldError(f"{at}.doses", _DOSES)


def _is_counted_rightly(item: Written) -> bool:
    """Where nothing can be computed the doctor says how many doses, and nowhere else."""
    if item.frequency in UNCOUNTED:
        return item.doses is not None and 0 < item.doses <= MOST_DOSES
    return item.doses is None


def _spoken_units(units: tuple[str, ...]) -> dict[str, str]:
    names = [rules.UNITS[unit] for unit in units if unit in rules.UNITS]
    return {
        "zh": "、".join(n.zh for n in names) or "—",
        "en": ", ".join(n.en for n in names) or "—",
    }


_DOSE = Text("请填写大于零的剂量（数字）。", "Please give a dose above zero, in digits.")
_UNIT = Text(
    "剂量单位与该药品不符，可用的单位：{zh}。",
    "This unit does not fit the medicine; it can be dosed in: {en}.",
)
_ROUTE = Text(
    "该药品没有这种给药途径，请重新选择。", "The medicine is not given this way; choose again."
)
_FREQUENCY = Text(
    "该药品不能按此频次使用，请重新选择。", "It cannot be ordered this often; choose again."
)
_DAYS = Text("请填写用药天数（1天或以上）。", "Please give the number of days, one or more.")
_ONE_DAY = Text("即时用药只能是一天。", "What is taken at once is for one day.")
_DOSES = Text(
    "“必要时”用药请填写总次数；其他频次由系统计算。",
    "For “when necessary” please give how many doses in all; otherwise they are computed.",
)
_OTHER_SHEET = Text(
    "中药饮片须单独开具处方。请另开一张。",
    "Herbal slices stand on a sheet of their own. Please write another prescription for it.",
)
