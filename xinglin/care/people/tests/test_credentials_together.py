"""Two at once on one application, with real connections: one of them wins, and the other is told."""

from collections import Counter

import pytest

from xinglin.care.people import services
from xinglin.care.people.models import Application, Licence, Practitioner
from xinglin.care.people.tests import papers
from xinglin.care.people.tests.factories import hospital, id_number, staff_viewer
from xinglin.care.people.tests.together import at_once
from xinglin.kernel import clock

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


@pytest.fixture
def staff():
    house = hospital()
    return [
        staff_viewer(role, institution_id=house.id)
        for role in ("operator", "administrator", "administrator")
    ]


def test_of_two_who_approve_at_once_one_does(staff):
    checker, *two = staff
    for _ in range(ROUNDS):
        _, application = papers.handed_in()
        papers.check(checker, application)
        told = at_once(*(lambda v=v, a=application: papers.approve(v, a) for v in two))
        assert Counter(told) == {"": 1, "illegal_step": 1}
        found = Application.objects.get(pk=application)
        assert Licence.objects.filter(practitioner_id=found.practitioner_id).count() == 1
    assert Practitioner.objects.count() == ROUNDS


def test_of_two_applications_of_one_identity_approved_at_once_one_is(staff):
    checker, *two = staff
    for _ in range(ROUNDS):
        number = id_number(papers.BORN)
        both = [papers.handed_in(id_number=number)[1] for _ in two]
        for application in both:
            papers.check(checker, application)
        told = at_once(
            *(lambda v=v, a=a: papers.approve(v, a) for v, a in zip(two, both, strict=True))
        )
        assert Counter(told) == {"": 1, "identity_employed": 1}
    assert Practitioner.objects.count() == ROUNDS


def test_a_withdrawal_and_an_approval_exclude_each_other(staff):
    checker, approver, _ = staff
    for _ in range(ROUNDS):
        who, application = papers.handed_in()
        papers.check(checker, application)
        told = at_once(
            lambda a=application: papers.approve(approver, a),
            lambda a=application, w=who: services.withdraw_application(w, a, at=clock.now()),
        )
        found = Application.objects.get(pk=application)
        assert sorted(told) == ["", "illegal_step"]
        assert (found.practitioner_id is None) == (found.state == "withdrawn")


def test_papers_do_not_change_under_an_approval(staff):
    checker, approver, _ = staff
    for _ in range(ROUNDS):
        who, application = papers.handed_in()
        papers.check(checker, application)
        seen = papers.seen(application)
        at_once(
            lambda a=application, h=seen: services.approve_application(
                approver, a, evidence_hash=h, at=clock.now()
            ),
            lambda a=application, w=who: papers.save(w, a),
        )
        found = Application.objects.get(pk=application)
        if found.state == "approved":
            assert found.approved_hash == papers.seen(application) == seen
        else:
            assert (found.state, found.checked_by) == ("submitted", None)
