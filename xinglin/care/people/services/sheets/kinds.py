"""Which sheets there are: `settings.SHEET_KINDS`, since rooms above this one have their own."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from xinglin.foundation.sheets.services.plans import Kind
from xinglin.kernel.errors import NotFound


def kind_of(name: str) -> Kind:
    """Raises NotFound."""
    if name not in settings.SHEET_KINDS:
        raise NotFound
    return _made(name)


@cache
def _made(name: str) -> Kind:
    made: Kind = import_string(settings.SHEET_KINDS[name])()
    return made
