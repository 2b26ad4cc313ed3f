from types import SimpleNamespace

import pytest

from xinglin.care.consultation.tests import factories
from xinglin.care.consultation.tests.factories import Browser, Cast


@pytest.fixture
def cast(db) -> Cast:
    return factories.cast()


@pytest.fixture
def at_the_door(cast):
    """A browser for each of the cast, and for somebody who is nobody here."""
    return SimpleNamespace(
        patient=Browser(cast.patient),
        other_patient=Browser(cast.other_patient),
        doctor=Browser(cast.doctor),
        other_doctor=Browser(cast.other_doctor),
        operator=Browser(cast.operator),
        stranger=Browser(None),
    )
