"""Measured values: what is plausible, NEWS2 for adults, age bands for children."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xinglin.care.sites.types import LIMITS

ADULT_FROM_YEARS = 16

NEWS2 = ("Royal College of Physicians: National Early Warning Score (NEWS) 2", 2017)
AGE_BANDS = ("APLS: Advanced Paediatric Life Support, 6th edition, normal ranges by age", 2016)

_USUAL: Mapping[str, float] = {
    "temperature": 36.8, "heart_rate": 75.0, "respiratory_rate": 16.0, "spo2": 98.0,
    "systolic": 120.0, "diastolic": 78.0, "glucose_mmol": 5.5,
}  # fmt: skip
# Canonical name -> lowest and highest value that a living person can have; of what is measured, as a
# site keeps it (ADR 0067).
PLAUSIBLE: Mapping[str, tuple[float, float]] = {
    name: limits.possible for name, limits in LIMITS.items() if name != "height_cm"
} | {"consciousness": (0.0, 1.0), "oxygen": (0.0, 1.0)}
_ALIASES: Mapping[str, str] = {
    "temp": "temperature",
    "temperature_c": "temperature",
    "body_temperature": "temperature",
    "t": "temperature",
    "hr": "heart_rate",
    "pulse": "heart_rate",
    "pulse_rate": "heart_rate",
    "heartrate": "heart_rate",
    "rr": "respiratory_rate",
    "resp_rate": "respiratory_rate",
    "respiration_rate": "respiratory_rate",
    "breathing_rate": "respiratory_rate",
    "oxygen_saturation": "spo2",
    "sao2": "spo2",
    "o2_sat": "spo2",
    "o2sat": "spo2",
    "saturation": "spo2",
    "spo2_percent": "spo2",
    "sbp": "systolic",
    "bp_systolic": "systolic",
    "systolic_bp": "systolic",
    "systolic_blood_pressure": "systolic",
    "blood_pressure_systolic": "systolic",
    "dbp": "diastolic",
    "bp_diastolic": "diastolic",
    "diastolic_bp": "diastolic",
    "diastolic_blood_pressure": "diastolic",
    "blood_pressure_diastolic": "diastolic",
    "glucose": "glucose_mmol",
    "blood_glucose": "glucose_mmol",
    "blood_sugar": "glucose_mmol",
    "avpu": "consciousness",
    "acvpu": "consciousness",
    "supplemental_oxygen": "oxygen",
    "weight": "weight_kg",
}
_LETTERS: Mapping[str, float] = {"A": 0.0, "ALERT": 0.0, "C": 1.0, "V": 1.0, "P": 1.0, "U": 1.0}
_FAHRENHEIT_FROM, _MG_DL_FROM = 90.0, 80.0


@dataclass(frozen=True, slots=True)
class Score:
    """NEWS2; `single_three`: one value alone scores three. `of`: how many values it rests on."""

    total: int
    single_three: bool
    of: int


@dataclass(frozen=True, slots=True)
class Band:
    """Normal ranges from `from_years` on: breaths and beats a minute, least systolic pressure."""

    from_years: float
    breaths: tuple[int, int]
    beats: tuple[int, int]
    systolic: int


# Shown as unverified: the table is from memory.
BANDS = (
    Band(0, (25, 50), (110, 170), 65),
    Band(0.25, (25, 45), (105, 165), 70),
    Band(1, (20, 40), (100, 150), 70),
    Band(2, (20, 30), (90, 140), 75),
    Band(5, (20, 25), (80, 130), 80),
    Band(12, (15, 24), (65, 120), 90),
)
_MOST = 3  # Points that one value can score.
_SPO2_FAR, _SPO2_LOW = 92, 95
_FAR_OUT = 1.3  # A rate so far above its band is far out: ours.


def cleaned(vitals: Mapping[str, object]) -> dict[str, float]:
    """Canonical names, SI units; what is unknown, no number or implausible is left out."""
    kept: dict[str, float] = {}
    for name, value in vitals.items():
        known = _ALIASES.get(str(name).lower(), str(name).lower())
        number = _number(value)
        if known not in PLAUSIBLE or number is None:
            continue
        number = _converted(known, number)
        low, high = PLAUSIBLE[known]
        if low <= number <= high:
            kept[known] = number
    if kept.get("diastolic", 0) >= kept.get("systolic", 1_000):
        del kept["diastolic"], kept["systolic"]
    return kept


def worst(name: str, values: Iterable[float]) -> float:
    """Of several values of one measure the one that lies farthest from an adult's usual one."""
    usual = _USUAL.get(name)
    if usual is None:
        return max(values)
    return max(values, key=lambda value: abs(math.log(max(value, 0.1) / usual)))


def worse_of(told: Mapping[str, float], measured: Mapping[str, float]) -> dict[str, float]:
    """Of what was said and what was measured the graver: no value lowers an urgency."""
    names = {*told, *measured}
    return {
        name: worst(name, [each[name] for each in (told, measured) if name in each])
        for name in names
    }


def news2(vitals: Mapping[str, float]) -> Score:
    """Of cleaned values of an adult; what was not measured scores nothing."""
    points = [p for name, value in vitals.items() if (p := _points(name, value)) is not None]
    return Score(sum(points), _MOST in points, len(points))


def outside_band(vitals: Mapping[str, float], age_years: float) -> tuple[str, ...]:
    """Names of a child's cleaned values outside the band of its age; `far:` before those far out."""
    band = max((b for b in BANDS if b.from_years <= age_years), key=lambda b: b.from_years)
    found = [
        *_rate("respiratory_rate", vitals, band.breaths),
        *_rate("heart_rate", vitals, band.beats),
    ]
    if vitals.get("systolic", 999) < band.systolic:
        found.append("far:systolic")
    if vitals.get("spo2", 100) < _SPO2_FAR:
        found.append("far:spo2")
    elif vitals.get("spo2", 100) < _SPO2_LOW:
        found.append("spo2")
    if vitals.get("consciousness", 0) >= 1:
        found.append("far:consciousness")
    return tuple(found)


def _rate(name: str, vitals: Mapping[str, float], band: tuple[int, int]) -> Iterable[str]:
    value = vitals.get(name)
    if value is None or band[0] <= value <= band[1]:
        return ()
    far = value > band[1] * _FAR_OUT or value < band[0] / _FAR_OUT
    return (f"far:{name}" if far else name,)


def _points(name: str, value: float) -> int | None:  # noqa: PLR0911  # one line for each row of the chart
    match name:
        case "respiratory_rate":
            return _step(value, ((8, 3), (11, 1), (20, 0), (24, 2)), 3)
        case "spo2":
            return _step(value, ((91, 3), (93, 2), (95, 1)), 0)
        case "oxygen":
            return 2 if value else 0
        case "systolic":
            return _step(value, ((90, 3), (100, 2), (110, 1), (219, 0)), 3)
        case "heart_rate":
            return _step(value, ((40, 3), (50, 1), (90, 0), (110, 1), (130, 2)), 3)
        case "consciousness":
            return 3 if value else 0
        case "temperature":
            return _step(value, ((35.0, 3), (36.0, 1), (38.0, 0), (39.0, 1)), 2)
        case _:
            return None


def _step(value: float, steps: tuple[tuple[float, int], ...], above: int) -> int:
    """The points of the first step that is not below the value."""
    return next((points for most, points in steps if value <= most), above)


def _converted(name: str, number: float) -> float:
    if name == "temperature" and number > _FAHRENHEIT_FROM:
        return round((number - 32) / 1.8, 1)
    if name == "glucose_mmol" and number > _MG_DL_FROM:
        return round(number / 18, 1)
    if name == "spo2" and 0 < number <= 1:
        return number * 100
    return number


def _number(value: object) -> float | None:
    if isinstance(value, str):
        return _spelled(value.strip().upper())
    if not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def _spelled(letters: str) -> float | None:
    """As "38.5", "97%", or a letter of ACVPU."""
    if letters in _LETTERS:
        return _LETTERS[letters]
    try:
        number = float(letters.rstrip("%°C "))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
