"""What is measured at a site: units, the canonical one, and what is believed (ADR 0067).

What is not `possible` is refused; what is not `likely` is measured a second time first. Neither says
what is healthy: that is for triage and for the doctor. Triage takes its own limits from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from xinglin.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one canonical value: the widest that is taken at all, and what is asked twice about."""

    name: Text
    possible: tuple[float, float]
    likely: tuple[float, float]
    source: str


@dataclass(frozen=True, slots=True)
class Measure:
    """`units`: as told -> factor and offset to the canonical unit, which comes first (UCUM).

    `parts`: the keys of the values -> the name that triage and the limits know.
    """

    name: Text
    parts: Mapping[str, str]
    units: Mapping[str, tuple[float, float]]
    contexts: frozenset[str] = frozenset()
    decimals: int = 0

    @property
    def unit(self) -> str:
        return next(iter(self.units))


_OURS = "ours"
# Its values outside of these are cleaned away as errors of entry, and a systolic pressure that is
# below the diastolic one with them; `likely` is ours for every value.
_SWEDEHF = (
    "Swedish Heart Failure Registry, cleaning of outliers"
    " (KIHeartFailure/shfdb3dm, munge/04-clean_outliers_swedehf.R)"
)
LIMITS: Mapping[str, Limits] = {
    "systolic": Limits(Text("收缩压", "systolic pressure"), (40, 300), (70, 220), _SWEDEHF),
    "diastolic": Limits(Text("舒张压", "diastolic pressure"), (20, 200), (40, 130), _OURS),
    "heart_rate": Limits(Text("心率", "heart rate"), (20, 300), (40, 180), _SWEDEHF),
    "temperature": Limits(Text("体温", "temperature"), (25, 44), (34, 41), _OURS),
    "spo2": Limits(Text("血氧饱和度", "oxygen saturation"), (40, 100), (85, 100), _OURS),
    "glucose_mmol": Limits(Text("血糖", "blood glucose"), (0.5, 80), (2.8, 25), _OURS),
    "respiratory_rate": Limits(Text("呼吸频率", "respiratory rate"), (4, 100), (8, 50), _OURS),
    "weight_kg": Limits(Text("体重", "weight"), (0.4, 400), (2, 180), _OURS),
    "height_cm": Limits(Text("身高", "height"), (20, 260), (45, 210), _OURS),
}
MEASURES: Mapping[str, Measure] = {
    "blood_pressure": Measure(
        Text("血压", "Blood pressure"),
        {"systolic": "systolic", "diastolic": "diastolic"},
        {"mm[Hg]": (1, 0), "kPa": (7.500617, 0)},
    ),
    "heart_rate": Measure(Text("心率", "Heart rate"), {"value": "heart_rate"}, {"/min": (1, 0)}),
    "temperature": Measure(
        Text("体温", "Temperature"),
        {"value": "temperature"},
        {"Cel": (1, 0), "[degF]": (5 / 9, -160 / 9)},
        decimals=1,
    ),
    "spo2": Measure(Text("血氧", "Oxygen saturation"), {"value": "spo2"}, {"%": (1, 0)}),
    "glucose": Measure(
        Text("血糖", "Blood glucose"),
        {"value": "glucose_mmol"},
        {"mmol/L": (1, 0), "mg/dL": (1 / 18.016, 0)},
        contexts=frozenset({"fasting", "after_meal", "random"}),
        decimals=1,
    ),
    "respiratory_rate": Measure(
        Text("呼吸", "Respiratory rate"), {"value": "respiratory_rate"}, {"/min": (1, 0)}
    ),
    "weight": Measure(
        Text("体重", "Weight"),
        {"value": "weight_kg"},
        {"kg": (1, 0), "[lb_av]": (0.45359237, 0), "jin": (0.5, 0)},
        decimals=1,
    ),
    "height": Measure(Text("身高", "Height"), {"value": "height_cm"}, {"cm": (1, 0)}),
}
