"""Doctors linked to a site are asked for its patients first, while one of them has room."""

from uuid import UUID

import pytest

from xinglin.care.consultation.queries import house_visit
from xinglin.care.dispatch import services
from xinglin.care.dispatch.models import SparedDepartment
from xinglin.care.dispatch.queries import offers, queue
from xinglin.care.dispatch.queries.listing import visit_lines
from xinglin.care.dispatch.queries.truth import Memory
from xinglin.care.dispatch.tests.cast import GP, SKIN, House, asked, check_books, offer_of
from xinglin.care.dispatch.tests.test_wishes import seen
from xinglin.care.sites.models import Site, SiteDoctor
from xinglin.care.sites.queries import site_card
from xinglin.care.sites.tests.factories import site as a_site
from xinglin.care.triage.tests.counter import link
from xinglin.kernel import ids

pytestmark = pytest.mark.django_db


def busy(house: House, doctor: UUID, visits: int) -> None:
    for _ in range(visits):
        house.visit(named_practitioner_id=doctor, named_on=house.at.date())
    house.dispatch()


def waits_at(house: House, site: Site, department: str = GP, **changes) -> UUID:
    return house.visit(department, site_id=site.pk, walk_in_id=ids.new(), **changes)


def linked_and_idle(house: House, **linked):
    """A site, its doctor, who has two visits open, and a doctor who has none."""
    doctor = house.on_duty(capacity=5, **linked)
    site = a_site()
    link(site, doctor)
    busy(house, doctor, 2)
    return site, doctor, house.on_duty(capacity=5)


def test_a_linked_doctor_with_room_is_asked_first_and_reads_why(house):
    site, doctor, idle = linked_and_idle(house)
    here, elsewhere = waits_at(house, site), house.visit()
    house.dispatch()
    assert (asked(here), asked(elsewhere)) == (doctor, idle)
    why = offer_of(here).why
    assert "a site that you are linked to" in why["en"]
    assert why["patient"]["zh"] == "为您请了与本站点对接的医生。"
    assert why["auditor"]["zh"].startswith("站点对接的医生")
    assert "对接" not in offer_of(elsewhere).why["zh"]
    check_books()


def test_without_room_on_their_side_anybody_is_asked(house):
    doctor, site = house.on_duty(capacity=1), a_site()
    link(site, doctor)
    first, second = waits_at(house, site), waits_at(house, site)
    other = house.on_duty(capacity=5)
    house.dispatch()
    house.dispatch()
    assert {asked(first), asked(second)} == {doctor, other}
    assert "对接" not in offer_of(first if asked(first) == other else second).why["zh"]


@pytest.mark.parametrize("why", ["off duty", "other department", "unlinked", "declined"])
def test_a_linked_doctor_who_cannot_have_it_holds_nobody_up(house, why):
    site = a_site()
    departments = (SKIN,) if why == "other department" else ()
    doctor = house.doctor(*departments) if why == "off duty" else house.on_duty(*departments)
    linked = link(site, doctor)
    if why == "unlinked":
        linked.removed_at = house.at
        linked.save()
    here = waits_at(house, site)
    if why == "declined":
        house.dispatch()
        services.refuse_offer(house.viewer(doctor), offer_of(here).pk, reason="busy", at=house.at)
    other = house.on_duty(capacity=5)
    house.dispatch()
    if why == "unlinked":
        assert "对接" not in offer_of(here).why["zh"]
    else:
        assert asked(here) == other


def test_the_doctor_of_last_time_goes_before_a_linked_one(house):
    site, _, idle = linked_and_idle(house)
    patient = house.patient()
    seen(house, patient, idle, days=20)
    here = waits_at(house, site, patient_id=patient)
    house.dispatch()
    assert asked(here) == idle
    assert "上次看诊" in offer_of(here).why["patient"]["zh"]


def test_a_named_doctor_goes_before_a_linked_one(house):
    site, _, idle = linked_and_idle(house)
    here = waits_at(house, site, named_practitioner_id=idle, named_on=house.at.date())
    house.dispatch()
    assert asked(here) == idle


def test_a_linked_expert_is_spared_as_others_are(house):
    site, expert, idle = linked_and_idle(house, title_code="231")
    SparedDepartment.objects.create(
        institution_id=house.institution.id, department=GP, since=house.at, by=ids.new()
    )
    here = waits_at(house, site)
    house.dispatch()
    assert asked(here) == idle != expert


def test_of_several_linked_doctors_the_least_busy_one_is_asked(house):
    site, _, _ = linked_and_idle(house)
    second = house.on_duty(capacity=5)
    link(site, second)
    here = waits_at(house, site)
    house.dispatch()
    assert asked(here) == second


def test_the_leader_hears_of_a_doctor_who_is_linked_or_has_room_meanwhile(house):
    doctor, site = house.on_duty(capacity=5), a_site()
    here = waits_at(house, site)
    memory = Memory()
    memory.refresh(house.at)
    assert memory.free[here].preferred is None
    linked = link(site, doctor)
    memory.refresh(house.at)
    assert memory.free[here].preferred == doctor
    SiteDoctor.objects.filter(pk=linked.pk).update(removed_at=house.at)
    memory.refresh(house.at)
    fresh = Memory()
    fresh.refresh(house.at)
    assert memory.free[here].preferred is None
    assert memory.differs(fresh) == set()


def test_a_doctor_reads_at_which_site_a_patient_sits_in_the_offer_and_in_the_queue(house):
    doctor, site = house.viewer(house.on_duty(capacity=5)), a_site()
    here, elsewhere = waits_at(house, site), house.visit()
    assert {w.consultation_id: w.site for w in queue(doctor, house.at)} == {
        here: site_card(site.pk).name,
        elsewhere: None,
    }
    house.dispatch()
    assert {o.consultation_id: o.site for o in offers(doctor, house.at)} == {
        here: site_card(site.pk).name,
        elsewhere: None,
    }


def test_the_operator_reads_from_which_site_a_visit_is_held(house):
    site = a_site()
    here, elsewhere = waits_at(house, site), house.visit()
    lines = {
        line.id: line.site
        for line in visit_lines([house_visit(here), house_visit(elsewhere)], house.at)
    }
    assert lines[here].name.zh == site.name_zh
    assert lines[elsewhere] is None
