"""Licences after the approval: renewed, filed elsewhere, ending, and doctors who are suspended (A06)."""

from datetime import date, timedelta

import pytest

from xinglin.care.people import queries, services
from xinglin.care.people.models import Licence, Practitioner
from xinglin.care.people.services.licences import warn_of_ends
from xinglin.care.people.tests import papers
from xinglin.care.people.tests.factories import doctor, staff_viewer
from xinglin.care.people.tests.test_credentials import approver, checker, house, row
from xinglin.foundation.audit.queries import lines
from xinglin.foundation.notices.models import Notice
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Invalid, NotFound

__all__ = ["approver", "checker", "house"]


def test_a_doctor_renews_by_the_same_two_people(checker, approver):
    soon = clock.now() + timedelta(days=3)
    viewer, card = doctor()
    Licence.objects.filter(practitioner_id=card.id).update(valid_until=soon)
    _, application = papers.handed_in(
        viewer, registered_here=True, licence_until=date(2031, 1, 1), departments=("cardiology",)
    )
    assert row(application).kind == "renewal"
    papers.check(checker, application)
    assert papers.approve(approver, application) == card.id
    facts = queries.staff_facts(card.id, clock.now(), 0)
    assert facts.licence_until.year >= 2030
    assert Licence.objects.filter(practitioner_id=card.id).count() == 2


def test_a_filing_ends_before_its_licence_and_then_r17_binds():
    viewer, card = doctor()
    until = clock.now() + timedelta(days=10)
    Licence.objects.filter(practitioner_id=card.id).update(
        registered_here=False, multi_site_filed=True, filed_until=until
    )
    assert queries.staff_facts(card.id, until - timedelta(seconds=1), 0).multi_site_filed
    facts = queries.staff_facts(card.id, until, 0)
    assert (facts.multi_site_filed, facts.licence_until) == (False, until)
    (mine,) = queries.own_licences(viewer, clock.now())
    assert (mine.state, mine.ends_at) == ("ending", until)


def test_a_licence_counts_only_where_it_is_registered_or_filed(house):
    second = services.found_institution(code="second", name=house.name, licence_number="PDY-2")
    _, card = doctor()
    here = queries.staff_facts(card.id, clock.now(), 0, institution_id=house.id)
    there = queries.staff_facts(card.id, clock.now(), 0, institution_id=second.id)
    assert here.licence_number
    assert there.licence_number == ""
    assert not queries.is_licensed_at(card.id, second.id)


def test_sixty_thirty_and_seven_days_before_doctor_and_administrator_are_told_once(approver):
    viewer, card = doctor()
    at = clock.now()
    Licence.objects.filter(practitioner_id=card.id).update(valid_until=at + timedelta(days=61))
    assert warn_of_ends(at) == 0
    for days in (60, 45, 30, 8, 7, 1):
        with clock.frozen(at + timedelta(days=61 - days)):
            warn_of_ends(clock.now())
            warn_of_ends(clock.now())
    assert Notice.objects.filter(user_id=viewer.user_id, kind="licence_ending").count() == 3
    told = Notice.objects.filter(user_id=approver.user_id, kind="doctors_licence_ending")
    assert [n.values["days"] for n in told.order_by("at")] == [60, 30, 7]


def test_a_suspension_needs_a_reason_and_is_lifted_with_one(approver, house):
    viewer, card = doctor()
    at = clock.now()
    with pytest.raises(Invalid):
        services.suspend_doctor(approver, card.id, reason="", at=at)
    far = staff_viewer("administrator", institution_id=ids.new())
    with pytest.raises(NotFound):
        services.suspend_doctor(far, card.id, reason="投诉待核实", at=at)
    services.suspend_doctor(approver, card.id, reason="投诉待核实", at=at)
    services.suspend_doctor(approver, card.id, reason="再次投诉核实", at=at)
    assert Practitioner.objects.get(pk=card.id).suspended_for == "投诉待核实"
    assert queries.staff_facts(card.id, at, 0).suspended
    assert queries.own_licences(viewer, at)[0].state == "suspended"
    services.reinstate_doctor(approver, card.id, reason="已核实，投诉不成立", at=at)
    assert not queries.staff_facts(card.id, at, 0).suspended
    acts = [line.action for line in lines(actor=approver.user_id)]
    assert {"people.suspend_doctor", "people.reinstate_doctor"} <= set(acts)


def test_a_doctor_does_not_close_the_own_account():
    viewer, _ = doctor()
    assert services.closing_terms(viewer, clock.now()).objections
