"""A patient asks for a doctor who speaks a language: none but those who do are asked."""

from dataclasses import replace

import pytest
from django.test import Client

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.models import Duty, NobodyTold
from xinglin.care.dispatch.queries.truth import Memory
from xinglin.care.dispatch.services import profiles
from xinglin.care.dispatch.tests.cast import (
    GP,
    SKIN,
    House,
    asked,
    check_books,
    offer_of,
    state_of,
)
from xinglin.care.dispatch.types import Assignment
from xinglin.care.people import queries as people
from xinglin.care.people import services as staffing
from xinglin.care.people.models import Practitioner
from xinglin.care.people.services.master import DOCTOR_FIELDS, edit_doctor
from xinglin.foundation.accounts.models import User
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox.services import relay_pending
from xinglin.kernel.errors import Invalid
from xinglin.kernel.text import Text

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return House()


def speak(doctor, *languages):
    Practitioner.objects.filter(pk=doctor).update(languages=list(languages))


def say_spoken(house, doctor, *languages):
    """As an administrator does, and what follows from it."""
    row = Practitioner.objects.get(pk=doctor)
    values = {field: getattr(row, field) for field in DOCTOR_FIELDS} | {"languages": languages}
    viewer = replace(Viewer.system("test"), institution_id=house.institution.id)
    served = list(people.practitioner(doctor).departments)
    edit_doctor(viewer, doctor, values, departments=served)
    relay_pending()


def heard_of(doctor):
    """By the log of changes; its readers are told of their own transaction each time."""
    sql = "select count(*) from dispatch_change where what = 'duty' and key = %s"
    ((times,),) = database.fetch(sql, [doctor])
    return times


def spoken(house, department=GP, viewer=None):
    there = queries.departments_on_duty(viewer or house.holder, house.at)
    found = next(d for d in there if d.slug == department)
    return {each.code: each.doctors for each in found.languages}


def told(visit):
    return [m.body["text"]["en"] for m in messages.read(visit) if m.kind == "card"][-1]


def test_whoever_speaks_it_is_asked_although_another_is_idle(house):
    idle = house.on_duty(capacity=5)
    speaker = house.on_duty(capacity=5, languages=("zh", "en"))
    busy = [house.visit(named_practitioner_id=speaker, named_on=house.at.date()) for _ in range(3)]
    house.dispatch()
    assert {asked(v) for v in busy} == {speaker}
    english, any_ = house.visit(language="en"), house.visit()
    house.dispatch()
    assert (asked(english), asked(any_)) == (speaker, idle)
    check_books()


def test_who_said_nothing_is_not_promised_to_speak_it(house):
    house.on_duty(capacity=5)
    visit = house.visit(language="en")
    house.dispatch()
    assert asked(visit) is None
    assert state_of(visit) == "nobody"
    assert "who speaks English" in told(visit)


def test_told_once_the_patient_waits_and_gets_the_next_who_speaks_it(house):
    house.on_duty(capacity=5)
    visit = house.visit(language="ug")
    house.dispatch()
    consultation.choose(house.holder, visit, choice="wait", at=house.at)
    assert "wait for a doctor who speaks Uyghur" in told(visit)
    house.dispatch()
    assert state_of(visit) == "waiting"
    speaker = house.on_duty(languages=("ug",))
    house.dispatch()
    assert asked(visit) == speaker


def test_who_waits_for_a_language_goes_on_waiting_when_somebody_comes_who_does_not_speak_it(house):
    """Nothing has changed for the patient, who has chosen already."""
    first = house.on_duty(capacity=5)
    visit = house.visit(language="ug")
    house.dispatch()
    consultation.choose(house.holder, visit, choice="wait", at=house.at)
    house.on_duty(capacity=5)
    house.start(first, 4)
    house.dispatch()
    assert state_of(visit) == "waiting"
    speaker = house.on_duty(languages=("ug",))
    house.dispatch()
    assert asked(visit) == speaker


def test_any_doctor_drops_the_wish(house):
    idle = house.on_duty(capacity=5)
    visit = house.visit(language="en")
    house.dispatch()
    consultation.choose(house.holder, visit, choice="ask_anyone", at=house.at)
    house.dispatch()
    assert asked(visit) == idle
    assert Consultation.objects.get(pk=visit).language == ""


def test_who_has_declined_for_good_is_as_if_he_spoke_it_not(house):
    speaker = house.on_duty(capacity=5, languages=("en",))
    house.on_duty(capacity=5)
    visit = house.visit(language="en")
    house.dispatch()
    (offer,) = queries.offers(house.viewer(speaker), house.at)
    assert offer.language.name.en == "English"
    services.refuse_offer(
        house.viewer(speaker), offer.id, reason="not_my_field", note="", at=house.at
    )
    house.dispatch()
    assert state_of(visit) == "nobody"


def test_told_anew_when_the_one_who_spoke_it_has_left_again(house):
    house.on_duty(capacity=5)
    visit = house.visit(language="en")
    house.dispatch()
    consultation.choose(house.holder, visit, choice="wait", at=house.at)
    speaker = house.on_duty(languages=("en",))
    services.stop_duty(house.viewer(speaker), at=house.at)
    house.dispatch()
    assert state_of(visit) == "nobody"
    assert NobodyTold.objects.get(pk=visit).language == "en"


def test_a_doctor_asked_by_name_is_asked_in_any_language(house):
    named = house.on_duty()
    visit = house.visit(language="en", named_practitioner_id=named, named_on=house.at.date())
    house.dispatch()
    assert asked(visit) == named


def test_the_leader_takes_up_what_an_administrator_says_of_a_doctor(house):
    doctor = house.on_duty(capacity=5)
    visit = house.visit(language="en")
    house.dispatch()
    consultation.choose(house.holder, visit, choice="wait", at=house.at)
    before = heard_of(doctor)
    speak(doctor, "en", "fr")
    assert heard_of(doctor) == before + 1
    house.dispatch()
    assert asked(visit) == doctor
    fresh = Memory()
    fresh.refresh(house.at)
    house.memory.refresh(house.at)
    assert not house.memory.differs(fresh)
    assert fresh.doctors[doctor].languages == {"en", "fr"}


def test_what_is_no_language_leaves_the_log_alone(house):
    doctor = house.on_duty(languages=("en",))
    before = heard_of(doctor)
    Practitioner.objects.filter(pk=doctor).update(good_at_en="coughs", languages=["en"])
    assert heard_of(doctor) == before


def test_an_offer_decided_before_the_language_went_is_not_made(house):
    doctor = house.on_duty(languages=("en",))
    visit = house.visit(language="en")
    speak(doctor)
    decided = Assignment(consultation_id=visit, practitioner_id=doctor, why={"zh": "", "en": ""})
    assert services.make_offers([decided], lease=house.lease(), at=house.at) == [None]


def test_the_place_counts_those_who_ask_for_the_same(house):
    house.on_duty(capacity=1, languages=("en",))
    house.on_duty(capacity=1)
    others = [house.visit() for _ in range(4)]
    english = [house.visit(language="en") for _ in range(3)]
    house.dispatch()
    place = queries.place(house.holder, english[-1], house.at)
    assert (place.ahead, place.doctors_on_duty, place.estimate_s) == (2, 1, None)
    assert "who asked for English" in place.text.en
    assert "speak English: 1" in place.text.en
    assert queries.place(house.holder, others[-1], house.at).doctors_on_duty == 2


def test_a_doctor_sees_in_the_queue_whom_he_may_be_given(house):
    mute, speaker = house.doctor(), house.doctor(languages=("en",))
    english, any_ = house.visit(language="en"), house.visit()

    def seen(doctor):
        return {
            w.consultation_id: w.language for w in queries.queue(house.viewer(doctor), house.at)
        }

    assert seen(mute) == {any_: None}
    assert seen(speaker).keys() == {english, any_}
    assert seen(speaker)[english].code == "en"


def test_what_is_offered_is_what_somebody_on_duty_speaks(house):
    house.on_duty(GP, languages=("zh", "en"))
    house.on_duty(GP, SKIN, languages=("en", "yue"))
    house.on_duty(GP)
    house.doctor(GP, languages=("ru",))
    assert spoken(house) == {"en": 2, "yue": 1}
    assert spoken(house, SKIN) == {"en": 1, "yue": 1}
    assert spoken(house, "ent") == {}


def test_what_is_spoken_elsewhere_is_not_offered_here(house):
    there = staffing.found_institution(
        code="elsewhere", name=Text("别处", "Elsewhere"), licence_number="PDY0002"
    )
    doctor = house.on_duty(GP, languages=("en",))
    house.on_duty(GP, languages=("ru",))
    Duty.objects.filter(pk=doctor).update(institution_id=there.id)
    house.visit()
    assert spoken(house) == {"ru": 1}
    theirs = replace(house.holder, institution_id=there.id)
    assert spoken(house, viewer=theirs) == {"en": 1}
    here, away = (
        queries.departments_on_duty(viewer, house.at)[0] for viewer in (house.holder, theirs)
    )
    assert (here.doctors_on_duty, here.waiting) == (1, 1)
    assert (away.doctors_on_duty, away.waiting) == (1, 0)


def test_told_anew_when_what_a_doctor_on_duty_was_said_to_speak_is_taken_back(house):
    """He had no room meanwhile, so nobody was asked."""
    doctor = house.on_duty(capacity=1)
    house.visit(named_practitioner_id=doctor, named_on=house.at.date())
    house.dispatch()
    visit = house.visit(language="en")
    house.dispatch()
    consultation.choose(house.holder, visit, choice="wait", at=house.at)
    say_spoken(house, doctor, "en")
    house.dispatch()
    assert state_of(visit) == "waiting"
    say_spoken(house, doctor)
    house.dispatch()
    assert state_of(visit) == "nobody"


def test_who_is_not_served_by_it_is_not_told_again(house):
    """The doctor on duty serves another department, is off duty, or has declined for good."""
    skin, off, here = house.on_duty(SKIN), house.doctor(), house.on_duty(languages=("en",))
    visit = house.visit(language="en")
    house.dispatch()
    services.refuse_offer(
        house.viewer(here), offer_of(visit).pk, reason="not_my_field", at=house.at
    )
    house.dispatch()
    assert state_of(visit) == "nobody"
    for doctor in (skin, off, here):
        say_spoken(house, doctor, "en", "fr")
    assert NobodyTold.objects.filter(pk=visit).exists()


def test_any_doctor_in_place_of_a_named_one_still_speaks_the_language(house):
    named, mute = house.doctor(), house.on_duty(capacity=5)
    visit = house.visit(language="en", named_practitioner_id=named, named_on=house.at.date())
    house.dispatch()
    assert state_of(visit) == "nobody"
    consultation.choose(house.holder, visit, choice="ask_anyone", at=house.at)
    assert "who speaks English" in told(visit)
    house.dispatch()
    assert (state_of(visit), asked(visit)) == ("nobody", None)
    consultation.choose(house.holder, visit, choice="ask_anyone", at=house.at)
    house.dispatch()
    assert asked(visit) == mute


def test_doctors_are_found_by_what_they_speak(house):
    speaker, other = house.doctor(languages=("en", "bo")), house.doctor(SKIN, languages=("en",))
    mute = house.doctor()
    while relay_pending() or profiles.follow():
        pass

    def found(**asked_for):
        return queries.find_doctors(house.holder, queries.Search(**asked_for), house.at)

    def ids(**asked_for):
        return {card.id for card in found(**asked_for).items}

    assert ids(language="en") == {speaker, other}
    assert ids(language="en", department=SKIN) == {other}
    assert ids(language="bo") == {speaker}
    assert ids(language="ug") == set()
    assert ids(language="zh") == {speaker, other, mute}, "the one of the house is no wish"
    assert {"en", "bo"} <= {each.code for each in found().languages}
    with pytest.raises(Invalid):
        ids(language="tlh")


def test_the_operator_sees_the_wish(house):
    visit = house.visit(language="bo")
    viewer = house.viewer(house.doctor())
    course = queries.visit_course(viewer, visit, house.at)
    assert course.visit.language.name.zh == "藏语"


def test_the_patient_hears_of_it_over_http(house):
    house.on_duty(GP, languages=("zh", "en"))
    house.visit(language="en")
    client = Client()
    client.force_login(User.objects.get(pk=house.holder.user_id))
    found = client.get("/api/v1/dispatch/departments").json()["items"]
    gp = next(d for d in found if d["slug"] == GP)
    assert gp["languages"] == [
        {"code": "en", "name": {"zh": "英语", "en": "English"}, "doctors": 1}
    ]
