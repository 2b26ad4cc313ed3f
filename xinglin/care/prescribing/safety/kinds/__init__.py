"""The thirteen kinds of check: one file each, each a function of the case and the facts."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from xinglin.care.prescribing.safety.facts import Facts
from xinglin.care.prescribing.safety.kinds import (
    age,
    contraindication,
    course_limit,
    daily_dose,
    duplicate,
    frequency,
    indication,
    interaction,
    population,
    quantity_limit,
    route,
    sex,
    single_dose,
)
from xinglin.care.prescribing.safety.types import Kind
from xinglin.care.prescribing.safety.view import Finding, View

Check = Callable[[View, Facts], Iterable[Finding]]

CHECKS: Mapping[Kind, Check] = MappingProxyType(
    {
        "course_limit": course_limit.check,
        "quantity_limit": quantity_limit.check,
        "frequency": frequency.check,
        "daily_dose": daily_dose.check,
        "single_dose": single_dose.check,
        "route": route.check,
        "duplicate": duplicate.check,
        "age": age.check,
        "population": population.check,
        "sex": sex.check,
        "indication": indication.check,
        "interaction": interaction.check,
        "contraindication": contraindication.check,
    }
)
