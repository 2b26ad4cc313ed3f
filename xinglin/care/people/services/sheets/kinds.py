"""Which sheets there are."""

from xinglin.care.people.services.sheets.departments import Departments
from xinglin.care.people.services.sheets.doctors import Doctors
from xinglin.care.people.services.sheets.plans import Kind
from xinglin.kernel.errors import NotFound

KINDS: dict[str, Kind] = {"doctors": Doctors(), "departments": Departments()}


def kind_of(name: str) -> Kind:
    """Raises NotFound."""
    if name not in KINDS:
        raise NotFound
    return KINDS[name]
