"""What is wrong with a form, all of it at once."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from xinglin.care.consultation.queries.diagnoses import chosen_diagnoses
from xinglin.care.prescribing import sheet
from xinglin.care.prescribing.queries.catalogue import refusals
from xinglin.care.prescribing.sheet import Sheet
from xinglin.care.prescribing.types import Medicine
from xinglin.kernel.errors import FieldError, Invalid, RuleRefused
from xinglin.kernel.text import Text


def check_form(written: Sheet, known: Mapping[UUID, Medicine], *, kind: str) -> None:
    """Raises Invalid naming every value that cannot stand on a sheet of this kind; RuleRefused when
    the catalogue lets nobody prescribe one of the medicines.
    """
    errors = [*_of_items(written, known, kind), *_of_rest(written)]
    if errors:
        raise Invalid(*errors)
    against = [each for item in written.items for each in refusals(known[item.product_id])]
    if against:
        raise RuleRefused(against)
    chosen_diagnoses(written.diagnoses, field="diagnoses")


def check_words(words: str, field: str, *, shortest: int = sheet.SHORTEST_REASON) -> str:
    """A reason in one line. Raises Invalid when it is too short, too long, or holds hidden signs."""
    told = words.strip()
    if not shortest <= len(told) <= sheet.LONGEST_REASON or not sheet.is_plain(told):
        raise Invalid(FieldError(field, _WORDS))
    return told


def _of_items(written: Sheet, known: Mapping[UUID, Medicine], kind: str) -> Iterator[FieldError]:
    if len(written.items) > sheet.MOST_ITEMS[kind]:
        yield FieldError("items", _TOO_MANY.filled(most=sheet.MOST_ITEMS[kind]))
    seen: set[UUID] = set()
    for place, item in enumerate(written.items):
        medicine = known.get(item.product_id)
        if medicine is None:
            yield FieldError(f"items.{place}.product_id", _UNKNOWN)
        else:
            yield from sheet.faults(medicine, item, sheet=kind, at=f"items.{place}")
        if item.product_id in seen:
            yield FieldError(f"items.{place}.product_id", _TWICE)
        seen.add(item.product_id)


def _of_rest(written: Sheet) -> Iterator[FieldError]:
    if not 1 <= written.valid_days <= sheet.MOST_VALID_DAYS:
        yield FieldError("valid_days", _VALID_DAYS)
    for name, value in written.patient_facts.items():
        # 0 and 1 are equal to no and yes, and are neither.
        right = [
            type(value) is type(each) and value == each
            for each in sheet.PATIENT_FACTS.get(name, ())
        ]
        if not any(right):
            yield FieldError(f"patient_facts.{name}", _FACT)
    if written.weight_kg and sheet.amount(written.weight_kg) is None:
        yield FieldError("weight_kg", _WEIGHT)
    told = written.told
    if told.longer_for and told.longer_for not in sheet.LONGER_FOR:
        yield FieldError("told.longer_for", _FACT)
    for name in ("repeats", "repeat_after_days"):
        if not 0 <= getattr(told, name) <= sheet.MOST_DAYS:
            yield FieldError(f"told.{name}", _FACT)
    for name in ("longer_reason", "evaluation"):
        words = getattr(told, name)
        if len(words) > sheet.LONGEST_REASON or not sheet.is_plain(words):
            yield FieldError(f"told.{name}", _WORDS)


_TOO_MANY = Text(
    "一张处方最多开具{most}种药品，请另开一张。",
    "One sheet holds at most {most} medicines; please write another prescription.",
)
_UNKNOWN = Text(
    "本院药品目录中没有该药品，请重新选择。",
    "The medicine is not in this hospital's catalogue; please choose again.",
)
_TWICE = Text("同一药品只能开具一次。", "A medicine stands only once on a sheet.")
_VALID_DAYS = Text("处方有效期为1至3天。", "A prescription is valid for one to three days.")
_FACT = Text("请从给出的选项中选择。", "Please choose one of the values that are offered.")
_WEIGHT = Text("请填写体重（千克，数字）。", "Please give the weight in kilograms, in digits.")
_WORDS = Text(
    "请用一行文字写明原因（4至500字，不含特殊符号）。",
    "Please give the reason in one line of 4 to 500 characters, without hidden signs.",
)
