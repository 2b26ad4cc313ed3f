"""An Observation of FHIR R4, as an instrument's gateway sends it, read as a measurement.

Codes are of LOINC, units of UCUM, as FHIR's vital signs profile has them.
Source: https://hl7.org/fhir/R4/observation-vitalsigns.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from xinglin.care.sites.types import Told
from xinglin.kernel.errors import FieldError, Invalid
from xinglin.kernel.text import Text

LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
_PRESSURE = "85354-9"
_PARTS: Mapping[str, str] = {"8480-6": "systolic", "8462-4": "diastolic"}
# LOINC -> kind; glucose of whole blood, by amount and by mass.
_KINDS: Mapping[str, str] = {
    _PRESSURE: "blood_pressure",
    "8867-4": "heart_rate",
    "8310-5": "temperature",
    "59408-5": "spo2",
    "2708-6": "spo2",
    "15074-8": "glucose",
    "2339-0": "glucose",
    "9279-1": "respiratory_rate",
    "29463-7": "weight",
    "8302-2": "height",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """`identifier`: the sender's own, with its system. An instrument knows no context of a meal: that
    is told when it is taken for a patient.
    """

    identifier: str
    told: Told


def read(
    *,
    status: str,
    identifier: str,
    codes: Mapping[str, str],
    quantity: Mapping[str, Any] | None,
    components: list[tuple[Mapping[str, str], Mapping[str, Any] | None]],
    serial: str,
    effective: datetime,
) -> Observation:
    """`codes`: system -> code, of each coding.

    Raises:
        Invalid: `not_final`, `unknown_observation`, `wrong_values`, `wrong_unit`.
    """
    if status != "final":
        raise _invalid("not_final", "status", _NOT_FINAL)
    kind = _KINDS.get(codes.get(LOINC, ""))
    if kind is None:
        raise _invalid("unknown_observation", "code", _UNKNOWN)
    if kind == "blood_pressure":
        values, unit = _pressure(components)
    else:
        value, unit = _quantity(quantity, "valueQuantity")
        values = {"value": value}
    told = Told(
        kind=kind,
        values=values,
        unit=unit,
        context="",
        instrument_serial=serial,
        measured_at=effective,
    )
    return Observation(identifier=identifier, told=told)


def _pressure(
    components: list[tuple[Mapping[str, str], Mapping[str, Any] | None]],
) -> tuple[dict[str, float], str]:
    found = {
        _PARTS[codes[LOINC]]: _quantity(quantity, "component")
        for codes, quantity in components
        if codes.get(LOINC) in _PARTS
    }
    units = {unit for _, unit in found.values()}
    if len(units) > 1:
        raise _invalid("wrong_unit", "component", _ONE_UNIT)
    return {part: value for part, (value, _) in found.items()}, "".join(units) or "mm[Hg]"


def _quantity(quantity: Mapping[str, Any] | None, field: str) -> tuple[float, str]:
    if quantity is None:
        raise _invalid("wrong_values", field, _NO_VALUE)
    if quantity.get("system") != UCUM:
        raise _invalid("wrong_unit", field, _NOT_UCUM)
    return float(quantity["value"]), str(quantity["code"])


def _invalid(code: str, field: str, text: Text) -> Invalid:
    return Invalid(FieldError(field, text), code=code, text=text)


_NOT_FINAL = Text(
    "只接收最终结果，不接收初步或已更正的结果。", "Only a final result is taken (status: final)."
)
_UNKNOWN = Text(
    "不认识这种观测，请用接口文档所列的代码。",
    "This observation is not known here; please use a LOINC code of those documented.",
)
_NO_VALUE = Text("缺少测量值，没有记录。", "The measured value is missing; nothing was kept.")
_NOT_UCUM = Text("单位须用UCUM代码。", "The unit has to be a UCUM code.")
_ONE_UNIT = Text("收缩压和舒张压的单位须一致。", "Both pressures have to be in one unit.")
