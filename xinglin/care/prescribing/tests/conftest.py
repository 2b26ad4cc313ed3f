from collections.abc import Iterator
from datetime import timedelta

import pytest

from xinglin.care.people.queries import default_institution
from xinglin.care.people.tests.factories import staff_viewer
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.rx import Chain
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock
from xinglin.policy import rules as law


@pytest.fixture
def at_noon() -> Iterator[None]:
    """Tomorrow's: what is signed in the last half-hour of a day does not hold for a whole review."""
    tomorrow = law.local_date(clock.now()) + timedelta(days=1)
    with clock.frozen(law.day_begins(tomorrow) + timedelta(hours=12)):
        yield


@pytest.fixture
def chain(db) -> Chain:
    return rx.chain()


@pytest.fixture
def head(chain: Chain) -> Viewer:
    """Of the pharmacy of the chain's house."""
    return staff_viewer("pharmacy_head", institution_id=default_institution().id)
