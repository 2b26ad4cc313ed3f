"""Two operators who act on one visit at the same moment."""

import pytest

from xinglin.care.consultation.models import ConsultationStep
from xinglin.care.dispatch.models import Remedy
from xinglin.care.dispatch.tests.cast import House
from xinglin.care.dispatch.tests.operators import close, operator, seen
from xinglin.care.dispatch.tests.test_parallel import all_at_once
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import Conflict


@pytest.mark.django_db(transaction=True)
def test_of_two_operators_at_once_one_acts_and_the_other_is_told(db):
    house = House()
    visit = house.visit()
    both = [operator(house, "张运营"), operator(house, "李运营")]
    saw = seen(house, both[0], visit)

    def act(viewer: Viewer):
        def go() -> str:
            try:
                close(house, viewer, visit, seen=saw)
            except Conflict as refused:
                return refused.code
            return "done"

        return go

    assert sorted(all_at_once([act(viewer) for viewer in both])) == ["done", "someone_was_first"]
    assert Remedy.objects.count() == ConsultationStep.objects.filter(who="operator").count() == 1
