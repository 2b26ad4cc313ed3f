"""An account is not closed, and a patient not moved, while a prescription can still be passed or fetched."""

from datetime import timedelta

import pytest

from xinglin.care.consultation.tests import factories as make
from xinglin.care.people.services.objections import objections
from xinglin.care.prescribing import tasks
from xinglin.care.prescribing.services import reviewing, validity
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.test_reviewing import BACK
from xinglin.kernel import clock, ids


@pytest.fixture
def seen(chain):
    """What stands against it, once the visit itself is over."""
    holder = chain.cast.patient.viewer.user_id

    def against(patient_id=None) -> int:
        return len(objections(holder, patient_id))

    return against


def visit_over(chain) -> None:
    make.sign(chain.visit, chain.cast.doctor)
    make.close(chain.visit, chain.cast.doctor)


def test_an_open_ticket_stands_against_it_until_it_is_taken(chain, seen):
    done = rx.effective(chain)
    visit_over(chain)
    patient = rx.row(done).patient_id
    assert (seen(), seen(patient), seen(ids.new())) == (1, 1, 0)
    validity.take(chain.pharmacist, rx.token(chain, done), at=clock.now())
    assert (seen(), seen(patient)) == (0, 0)


def test_so_does_what_may_still_be_passed_and_nothing_else(chain, seen):
    waiting, returned = rx.signed(chain), rx.claimed(chain)
    reviewing.send_back(chain.pharmacist, returned, **BACK, at=clock.now())
    rx.begun(chain)
    visit_over(chain)
    assert seen() == 1
    validity.void(chain.cast.doctor.viewer, waiting, reason="wrong", at=clock.now())
    assert seen() == 1, "what came back may still be signed anew"
    with clock.frozen(rx.row(returned).due_at):
        tasks.sweep()
    assert seen() == 0


def test_a_ticket_that_ran_out_stands_against_nothing(chain, seen):
    done = rx.effective(chain)
    visit_over(chain)
    with clock.frozen(rx.row(done).expires_at + timedelta(seconds=1)):
        tasks.sweep()
    assert seen() == 0
